"""Files written whole: aside, then renamed; never over an existing one unless forced."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from flowrisk.dataset import leftovers
from flowrisk.dataset.folder import absolute
from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# the first that a zip archive, and so an xlsx workbook, can hold
_EARLIEST = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)


def reproducible_timestamp() -> dt.datetime:
    """Return the moment of SOURCE_DATE_EPOCH (seconds), else the first of 1980, in UTC.

    Raises: QuestionError for a value that is no such number.

    Source: reproducible-builds.org, SOURCE_DATE_EPOCH specification.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if not given:
        return _EARLIEST
    try:
        return max(dt.datetime.fromtimestamp(int(given), tz=dt.UTC), _EARLIEST)
    except (ValueError, OverflowError, OSError) as error:
        raise QuestionError(
            "SOURCE_DATE_EPOCH is no number of seconds.",
            facts={"value": given},
            remedy="Set it to seconds since 1970, or unset it.",
        ) from error


def write(path: Path, content: bytes, *, is_forced: bool) -> Path:
    """Write a file aside and rename it into place; return its absolute path.

    Raises: QuestionError if the file exists and is not to be replaced, or cannot be written.
    """
    return write_all([(path, content)], is_forced=is_forced)[0]


def write_all(contents: Sequence[tuple[Path, bytes]], *, is_forced: bool) -> list[Path]:
    """Write files aside, and rename them into place only when all are there; return their
    absolute paths.

    Raises: as ``write``.
    """
    targets = [absolute(path) for path, _ in contents]
    for target in targets:
        refuse_existing(target, is_forced=is_forced)
    with ExitStack() as written:
        asides = [
            written.enter_context(_aside(target, content))
            for target, (_, content) in zip(targets, contents, strict=True)
        ]
        for aside, target in zip(asides, targets, strict=True):
            try:
                aside.replace(target)
            except OSError as error:
                raise unwritable(target, error) from error
    return targets


@contextmanager
def folder(path: Path) -> Iterator[Path]:
    """Make a folder for outputs where it is missing, and give its absolute path; it is gone again
    where nothing could be written to it.

    Raises: QuestionError if it is no folder or cannot be made.
    """
    target = absolute(path)
    refuse_no_folder(target)
    is_new = not target.exists()
    try:
        target.mkdir(exist_ok=True)
    except OSError as error:
        raise unwritable(target, error) from error
    try:
        yield target
    finally:
        if is_new:
            # only an empty one goes
            with suppress(OSError):
                target.rmdir()


def refuse_no_folder(path: Path) -> None:
    """Refuse a place for outputs that is something else than a folder, before any work is done.

    Raises: QuestionError.
    """
    target = absolute(path)
    if target.exists() and not target.is_dir():
        raise QuestionError(
            "The folder for outputs is none.",
            facts={"path": target},
            remedy="Name a folder, or a new one.",
        )


@contextmanager
def folder_aside(target: Path) -> Iterator[Path]:
    """Give a folder beside a target, to make it in and move it from; gone in the end.

    Raises: QuestionError where the system does not let it, also for what is done inside.
    """
    try:
        with tempfile.TemporaryDirectory(
            dir=target.parent, prefix=f".{leftovers.prefix()}", ignore_cleanup_errors=True
        ) as aside:
            yield Path(aside)
    except OSError as error:
        raise unwritable(target, error) from error


@contextmanager
def _aside(target: Path, content: bytes) -> Iterator[Path]:
    """Write a file beside its place; it is gone afterwards unless it was renamed."""
    leftovers.sweep(target.parent)
    aside = leftovers.beside(target)
    try:
        try:
            with aside.open("xb") as file:
                file.write(content)
        except OSError as error:
            raise unwritable(target, error) from error
        yield aside
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)


def refuse_existing(path: Path, *, is_forced: bool) -> None:
    """Refuse an output that would overwrite something, before any work is done.

    Raises: QuestionError if the path exists without ``is_forced``, or is a folder or a device.
    """
    target = absolute(path)
    try:
        is_there, is_folder = os.path.lexists(target), target.is_dir()
        is_file = target.is_file() and not target.is_symlink()
    except OSError as error:
        raise unwritable(target, error) from error
    if is_there and not (is_file and is_forced):
        kind = "exists already" if is_file else "is a folder" if is_folder else "is no plain file"
        kind = "is no plain file but a link" if target.is_symlink() else kind
        raise QuestionError(
            f"The output {kind}.",
            facts={"path": target.absolute()},
            remedy="Choose another name, or replace a file with --force.",
        )


def unwritable(path: Path, error: OSError) -> QuestionError:
    """Return the refusal of an output that the system does not let us write."""
    return QuestionError(
        "The output cannot be written.",
        facts={"path": path, "reason": error.strerror or error},
        remedy="Choose a folder that exists and that you may write to.",
    )

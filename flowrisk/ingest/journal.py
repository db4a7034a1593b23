"""What an ingest finds in ``.ingest/``: looked at before anything of it is believed.

A dataset may come from a stranger. Nothing in it is followed out of it: no link, no path that
leaves the folder, nothing of another format.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from flowrisk.dataset import contents
from flowrisk.errors import DataError

FOLDER = contents.FOLDER
JOURNAL = contents.JOURNAL
LOCK = "lock"
_LARGEST_BYTES = 16 * 2**20
_STAGED = re.compile(r"staged-\d+")
_MONTH = re.compile(r"(holdings/as_of_month=\d{4}-\d{2})/part-0\.parquet")
_TABLE = re.compile(r"[a-z_]+\.parquet")
_LOOKED_AT = ("*.parquet", "*.csv", "contents.*", "holdings/*", "holdings/*/*")


@dataclass(frozen=True, slots=True)
class Move:
    """One staged file that takes its place, and the files of the same month that it replaces."""

    path: str
    replaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Journal:
    """What a publication is about to do: the name of the staging folder, and the moves in order."""

    staged: str
    moves: tuple[Move, ...]

    def written(self) -> str:
        """Return the journal as text."""
        return json.dumps(asdict(self), indent=1)


def refuse_strange(data: Path) -> None:
    """Refuse a dataset in which a link, a device or a pipe lies where an ingest reads or writes.

    Raises: DataError naming the first.
    """
    for path in _all_in(data):
        mode = path.lstat().st_mode
        if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
            kind = "a link" if stat.S_ISLNK(mode) else "no plain file"
            raise DataError(
                "The dataset holds something that an ingest does not follow.",
                facts={"path": path, "it is": kind, "leads to": _target(path)},
                remedy="Replace it by a file or folder of the dataset's own, or remove it.",
            )
    lock = data / FOLDER / LOCK
    if lock.exists() and (lock.is_dir() or lock.stat().st_nlink > 1):
        raise _strange(lock, "the lock is not a file of its own")


def read(data: Path) -> Journal | None:
    """Return what a killed publication was about to do; None where there is nothing to finish.

    Raises: DataError for a journal that is damaged, of another format, or leads out of the dataset.
    """
    path = data / FOLDER / JOURNAL
    if not os.path.lexists(path):
        return None
    try:
        with path.open("rb") as file:
            return _checked(json.loads(file.read(_LARGEST_BYTES)))
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise _strange(path, error) from error


def write_whole(path: Path, text: str) -> None:
    """Write a file aside, never through a link, and rename it into place."""
    aside = path.with_suffix(".new")
    aside.unlink(missing_ok=True)
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_lock(path: Path) -> int:
    """Return a descriptor of the lock file: to write where this user may, else to read.

    Raises: OSError where it is a link, or may not even be read.
    """
    flags = os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        return os.open(path, os.O_RDWR | flags, 0o666)
    except PermissionError:
        return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)


def _all_in(data: Path) -> Iterator[Path]:
    # a pattern passes over a link that leads nowhere
    yield from (data / name for name in ("holdings", FOLDER) if os.path.lexists(data / name))
    for pattern in _LOOKED_AT:
        yield from data.glob(pattern)
    for folder, folders, files in os.walk(data / FOLDER):
        yield from (Path(folder) / name for name in [*folders, *files])


def _target(path: Path) -> str:
    return str(path.readlink()) if path.is_symlink() else "nothing"


def _checked(document: object) -> Journal:
    if not isinstance(document, dict) or set(document) != {"staged", "moves"}:
        raise ValueError("not of the journal's format")
    staged, moves = document["staged"], document["moves"]
    if not isinstance(staged, str) or not _STAGED.fullmatch(staged):
        raise ValueError(f"{staged!r} is no staging folder of the dataset")
    if not isinstance(moves, list):
        raise TypeError("its moves are no list")
    return Journal(staged, tuple(map(_move, moves)))


def _move(said: object) -> Move:
    if not isinstance(said, dict) or set(said) != {"path", "replaces"}:
        raise ValueError("a move is not of the journal's format")
    path, replaces = said["path"], said["replaces"]
    if not isinstance(path, str) or not isinstance(replaces, list):
        raise TypeError("a move is not of the journal's format")
    month = _MONTH.fullmatch(path)
    if month is None and not _TABLE.fullmatch(path):
        raise ValueError(f"{path!r} is no part of the dataset")
    _refuse_others(month[1] if month else None, replaces)
    return Move(path, tuple(replaces))


def _refuse_others(month: str | None, replaces: Sequence[object]) -> None:
    for name in replaces:
        is_beside = isinstance(name, str) and month is not None and contents.is_inside(name)
        if not is_beside or str(name).rpartition("/")[0] != month:
            raise ValueError(f"{name!r} is no part of the same month")


def _strange(path: Path, reason: object) -> DataError:
    return DataError(
        "What an interrupted ingest left in the dataset cannot be believed.",
        facts={"file": path, "reason": reason},
        remedy="Remove the folder .ingest of the dataset: the dataset itself is not in it. Then "
        "run 'flowrisk check'.",
    )

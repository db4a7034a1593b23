"""What a dataset should contain: the size and digest of each part as the last ingest wrote it.

Owns ``contents.json``: what it says is compared, never followed. A dataset without it, made
by hand or by another program, promises nothing and is missing nothing.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath, PurePosixPath

from flowrisk.engines.files import WHOLE_BYTES, Files, sha256
from flowrisk.errors import DataError, refuse_newer

FOLDER = ".ingest"
FILE = "contents.json"
JOURNAL = "journal.json"
PART = re.compile(r"[a-z_]+\.parquet|holdings/as_of_month=\d{4}-\d{2}/(?!\.)[^/\x00]+\.parquet")
_FORMAT = 1
_LARGEST_BYTES = 16 * 2**20
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a dataset: its size in bytes and the SHA-256 of its content."""

    byte_count: int
    sha256: str


def refuse_nested(root: Path) -> None:
    """Refuse positions that lie in a folder within a month's: nothing would read them.

    What begins with ``_`` or ``.`` is what other programs leave behind.

    Raises: DataError.
    """
    nested = next((root / "holdings").glob("as_of_month=*/[!._]*/**/*.parquet"), None)
    if nested is not None:
        raise DataError(
            "Positions lie in a folder within a month's folder.",
            facts={"file": nested},
            remedy="Move the file into its as_of_month=YYYY-MM folder, or out of the dataset.",
        )


def read(root: Path) -> dict[str, Part]:
    """Return the parts that a dataset should have, by their path in it; none where none are known.

    Raises: DataError for a record that is not of this format.
    """
    path = root / FILE
    if not os.path.lexists(path):
        return {}
    return _parts(path, lambda: _text(path))


def _read_at(place: Files, root: PurePath) -> dict[str, Part]:
    path = root / FILE
    return _parts(path, lambda: place.text(path)) if place.has(path) else {}


def _parts(path: PurePath, text: Callable[[], str]) -> dict[str, Part]:
    try:
        return {name: _part(name, said) for name, said in _said(path, text()).items()}
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise DataError(
            "The record of what the dataset contains is damaged.",
            facts={"file": path, "reason": error},
            remedy="Restore the dataset from its source, or remove the file: then nothing is "
            "known of what should be there.",
        ) from error


def written(parts: Mapping[str, Part]) -> str:
    """Return the record as text."""
    told = {name: asdict(parts[name]) for name in sorted(parts)}
    return json.dumps({"format": _FORMAT, "parts": told}, indent=1) + "\n"


def measured(root: Path, names: Iterable[str]) -> dict[str, Part]:
    """Return the parts named, as they lie there now."""
    return {name: Part((root / name).stat().st_size, sha256(root / name)) for name in names}


def departures(place: Files, root: PurePath, *, is_whole: bool) -> list[tuple[str, str]]:
    """Return which parts are gone or not as they were written, and what is wrong with each; at an
    address their sizes are looked at, not their bytes.

    Args:
        is_whole: look at every byte of large parts too.

    Raises: DataError for a record that is not of this format.
    """
    if isinstance(root, Path):
        return [
            (name, fact)
            for name, part in read(root).items()
            if (fact := _departure(root / name, part, is_whole=is_whole))
        ]
    return [
        (name, fact)
        for name, part in _read_at(place, root).items()
        if (fact := _departure_at(place, root / name, part))
    ]


def is_moving(root: PurePath) -> bool:
    """Whether an ingest is putting files in their place: then they are old and new in turn."""
    return isinstance(root, Path) and (root / FOLDER / JOURNAL).exists()


def is_inside(name: str) -> bool:
    """Whether a path names a part inside a dataset."""
    return PART.fullmatch(name) is not None and ".." not in PurePosixPath(name).parts


def _departure(path: Path, part: Part, *, is_whole: bool) -> str | None:
    try:
        size_bytes = path.stat().st_size
        if not path.is_file():
            return "is no plain file"
        if size_bytes == part.byte_count and (size_bytes > WHOLE_BYTES and not is_whole):
            return None
        is_same = size_bytes == part.byte_count and sha256(path) == part.sha256
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return None if is_same else "has changed"


def _departure_at(place: Files, path: PurePath, part: Part) -> str | None:
    if not place.has(path):
        return "is missing"
    return None if place.stamp(path).byte_count == part.byte_count else "has changed"


def _text(path: Path) -> str:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST_BYTES:
        raise ValueError("no plain file of a fitting size")
    return path.read_text(encoding="utf-8")


def _said(path: PurePath, text: str) -> dict[str, object]:
    document = json.loads(text)
    parts = document.get("parts") if isinstance(document, dict) else None
    if isinstance(document, dict):
        refuse_newer(document.get("format"), _FORMAT, path)
    if not isinstance(parts, dict) or document.get("format") != _FORMAT:
        raise ValueError("not of a known format")
    return parts


def _part(name: str, said: object) -> Part:
    if not is_inside(name) or not isinstance(said, dict) or set(said) != {"byte_count", "sha256"}:
        raise ValueError(f"{name!r} is no part of a dataset")
    size, digest = said["byte_count"], said["sha256"]
    if type(size) is not int or size < 0 or not _DIGEST.fullmatch(str(digest)):
        raise ValueError(f"{name!r} has no size or digest")
    return Part(size, str(digest))

"""What was fetched into a folder, from where and with which SHA-256: ``manifest.json``.

Opens no connection: ``ingest`` reads it too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from flowrisk.dataset import leftovers
from flowrisk.errors import DataError, refuse_newer

FILE = "manifest.json"
SCHEMA_VERSION = 1
_AUTHOR = "flowrisk fetch"
_LARGEST_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One file that was fetched; ``fetched_at`` is a time in UTC, in ISO form."""

    address: str
    sha256: str
    byte_count: int
    fetched_at: str
    etag: str = ""
    last_modified: str = ""
    terms: str = ""

    @property
    def told(self) -> str:
        """Where it came from, in words for a ``source``."""
        return f"fetched from {self.address} on {self.fetched_at[:10]}"


def read(folder: Path) -> dict[str, Entry]:
    """Return what a folder's manifest says, by file name; nothing where it has none of ours.

    Raises: DataError for one of ours that cannot be read, or of a newer flowrisk.
    """
    path = folder / FILE
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return {}
    if _AUTHOR.encode() not in content:
        return {}
    try:
        document = json.loads(content)
        version = document["schema_version"]
        refuse_newer(version, SCHEMA_VERSION, path)
        known = {each.name for each in fields(Entry)}
        return {name: _entry(said, known) for name, said in document["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(
            "The manifest of the fetched files cannot be read.",
            facts={"path": path, "reason": error},
            remedy="Remove it and fetch again; the files themselves stay usable.",
        ) from error


def write(folder: Path, entries: Mapping[str, Entry]) -> None:
    """Write a folder's manifest whole."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "written_by": _AUTHOR,
        "files": {name: asdict(entries[name]) for name in sorted(entries)},
    }
    aside = leftovers.beside(folder / FILE)
    try:
        aside.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        aside.replace(folder / FILE)
    finally:
        aside.unlink(missing_ok=True)


def entry_of(path: Path, digest: str) -> Entry | None:
    """Return what the manifest beside a file says of it, None where it says nothing.

    Args:
        digest: SHA-256 of the file as it is.

    Raises: DataError where the manifest speaks of another content; as ``read``.
    """
    entry = read(path.parent).get(path.name)
    if entry is not None and entry.sha256 != digest:
        raise DataError(
            "The file is not the one that its manifest says was fetched.",
            facts={"file": path, "SHA-256": digest, "in the manifest": entry.sha256},
            remedy=f"Fetch it again, or move it away from {FILE} if you changed it yourself.",
        )
    return entry


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _entry(said: Mapping[str, Any], known: set[str]) -> Entry:
    made = Entry(**{name: value for name, value in said.items() if name in known})
    texts = (made.address, made.sha256, made.fetched_at, made.etag, made.last_modified, made.terms)
    if not all(isinstance(each, str) for each in texts) or not isinstance(made.byte_count, int):
        raise TypeError("an entry has a value of another kind")
    return made

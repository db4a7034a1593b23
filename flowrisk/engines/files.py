"""Where the files of a dataset lie: one shape for the disk of this machine and for a store.

Looks at names, sizes and times, and reads small texts; rows are the engine's to read.
"""

from __future__ import annotations

import functools
import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Protocol

from flowrisk.errors import DataError

WHOLE_BYTES = 64 * 2**20
"""Largest file whose every byte enters a digest; larger ones enter by name, size and footer."""

_FOOTER_BYTES = 8


@dataclass(frozen=True, slots=True)
class Stamp:
    """What changes when a file is replaced; ``file_number`` is 0 where there is no such thing."""

    byte_count: int
    changed_at_ns: int
    file_number: int = 0


class Files(Protocol):
    """The files of one dataset, wherever they lie."""

    def refresh(self) -> None:
        """Forget what was looked at: what comes next looks anew."""
        ...

    def is_folder(self, path: PurePath) -> bool:
        """Whether a dataset can lie there."""
        ...

    def has(self, path: PurePath) -> bool:
        """Whether there is such a file.

        Raises: DataError for what is no plain file: it would be read without end, or leads nowhere.
        """
        ...

    def matching(self, folder: PurePath, pattern: str) -> list[PurePath]:
        """Return the files below a folder that match, sorted.

        Raises: as ``has``.
        """
        ...

    def stamp(self, path: PurePath) -> Stamp:
        """Return size and time of the last change.

        Raises: OSError or DataError for a file that is not there.
        """
        ...

    def text(self, path: PurePath) -> str:
        """Return the content of a small text file.

        Raises: OSError or DataError for a file that cannot be read.
        """
        ...

    def digest(self, path: PurePath) -> str:
        """Return what stands for the content of a file; it changes with it."""
        ...

    def folders(self, folder: PurePath) -> list[str] | None:
        """Return the names of the folders right below one, None where nobody tells."""
        ...


class LocalFiles:
    """The files of a folder of this machine."""

    def refresh(self) -> None:
        """See ``Files.refresh``: nothing is remembered."""

    def is_folder(self, path: PurePath) -> bool:
        """See ``Files.is_folder``."""
        return Path(path).is_dir()

    def has(self, path: PurePath) -> bool:
        """See ``Files.has``."""
        here = Path(path)
        is_there = here.exists()
        if not (is_there or here.is_symlink()):
            return False
        if not here.is_file():
            raise DataError(
                "A table of the dataset is no plain file.",
                facts={
                    "file": path,
                    "it is": "a folder, pipe or device"
                    if is_there
                    else "a link that leads nowhere",
                },
                remedy="Put the file itself there, or remove what is in its place.",
            )
        return True

    def matching(self, folder: PurePath, pattern: str) -> list[PurePath]:
        """See ``Files.matching``."""
        return [path for path in sorted(Path(folder).glob(pattern)) if self.has(path)]

    def stamp(self, path: PurePath) -> Stamp:
        """See ``Files.stamp``."""
        facts = Path(path).stat()
        return Stamp(facts.st_size, facts.st_mtime_ns, facts.st_ino)

    def text(self, path: PurePath) -> str:
        """See ``Files.text``."""
        return Path(path).read_text(encoding="utf-8")

    def digest(self, path: PurePath) -> str:
        """Return the SHA-256 of a file; of one over 64 MiB name, size and that of its footer."""
        size_bytes = self.stamp(path).byte_count
        if size_bytes <= WHOLE_BYTES:
            return sha256(Path(path))
        with Path(path).open("rb") as file:
            file.seek(-_FOOTER_BYTES, 2)
            footer_bytes = int.from_bytes(file.read(4), "little")
            file.seek(-min(size_bytes, footer_bytes + _FOOTER_BYTES), 2)
            return f"{path.name} {size_bytes} {hashlib.sha256(file.read()).hexdigest()}"

    def folders(self, folder: PurePath) -> list[str] | None:
        """See ``Files.folders``; one that may not be looked into has none."""
        with suppress(OSError), os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir())
        return []


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file; one that has not changed is read once."""
    facts = path.stat()
    return _summed(path, facts.st_ino, facts.st_size, facts.st_mtime_ns)


@functools.lru_cache(maxsize=4096)
def _summed(path: Path, *_: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""What DuckDB asks for the bytes of a dataset on a store: a file system of parts of objects.

Owns nothing but the position in an open file; which files there are, ``obstore`` says.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import threading
from typing import TYPE_CHECKING, Any

import fsspec

from flowrisk.engines.address import Address
from flowrisk.engines.stores.obstore import SCHEMES
from flowrisk.engines.stores.store_errors import marked

if TYPE_CHECKING:
    from flowrisk.engines.stores.obstore import ObjectFiles, StoredObject


class RangeFileSystem(fsspec.AbstractFileSystem):  # type: ignore[misc]
    """What DuckDB asks for the bytes of one dataset: only files that the dataset has are there.

    A file that is open holds its position a thread: DuckDB's threads share the object, and move to
    a place and read there in two calls.

    Args:
        files: the files of the dataset.
    """

    protocol = tuple(SCHEMES)
    cachable = False

    def __init__(self, files: ObjectFiles) -> None:
        super().__init__()
        self._files = files

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return path

    def unstrip_protocol(self, name: str) -> str:
        """Return a path as it was given."""
        return name

    def glob(self, path: str, **_: object) -> list[str]:
        """Return the one file that a path names; in ours ``[*]`` stands for a star."""
        plain = re.sub(r"\[([*?\[])\]", r"\1", path)
        return [plain] if self.exists(plain) else []

    def exists(self, path: str, **_: object) -> bool:
        """Whether the dataset has this file."""
        with marked():
            return self._files.has(Address(path))

    isfile = exists

    def isdir(self, _path: str) -> bool:
        """Say no: a folder is never read as such."""
        return False

    def info(self, path: str, **_: object) -> dict[str, Any]:
        """Return name and size of one file."""
        return {"name": path, "size": self.size(path), "type": "file"}

    def size(self, path: str) -> int:
        """Return the size of one file in bytes."""
        with marked():
            return self._files.known(Address(path)).byte_count

    def modified(self, path: str) -> dt.datetime:
        """Return when one file was changed."""
        with marked():
            changed_at_ns = self._files.known(Address(path)).changed_at_ns
        return dt.datetime.fromtimestamp(changed_at_ns / 1e9, tz=dt.UTC)

    def open(self, path: str, mode: str = "rb", **_: object) -> _OpenObject:
        """Return one file for reading."""
        if mode != "rb":
            raise PermissionError("a store is only read")
        with marked():
            return _OpenObject(self._files, self._files.known(Address(path)))


class _OpenObject:
    """An object that is read in parts."""

    def __init__(self, files: ObjectFiles, found: StoredObject) -> None:
        self._files = files
        self._found = found
        self._here = threading.local()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move this thread to a place."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self.tell(), os.SEEK_END: self._found.byte_count}
        self._here.offset = base[whence] + offset
        return self.tell()

    def tell(self) -> int:
        """Return where this thread is."""
        return int(getattr(self._here, "offset", 0))

    def read(self, byte_count: int = -1) -> bytes:
        """Return bytes from where this thread is, and move behind them."""
        start, rest = self.tell(), self._found.byte_count - self.tell()
        wanted = rest if byte_count < 0 else min(byte_count, rest)
        with marked():
            content = self._files.part(self._found, start, wanted)
        self._here.offset = start + len(content)
        return content

    def flush(self) -> None:
        """Do nothing: nothing is written."""

    def close(self) -> None:
        """Do nothing: nothing is held."""

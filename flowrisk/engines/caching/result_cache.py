"""Results kept on this machine between runs: bytes by key, in one SQLite file.

A cache and no more: whatever cannot be read or written counts as absent.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import closing, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence

Found = TypeVar("Found")
VARIABLE = "FLOWRISK_CACHE"
OFF = "off"
TOTAL_BYTES = 64 * 2**20
# the number is that of the table's shape: another shape is another file
_FILE = "results-1.sqlite"
_WAITED_S = 0.2
_WRITTEN_BY_OTHERS = 0o022
_CREATE = """
    create table if not exists results (
        key text primary key, byte_count integer, digest blob, content blob
    )
"""
_READ = "select key, digest, content from results where key in ({})"
_WRITE = "insert or replace into results values (?, ?, ?, ?)"
_FORGET = """
    delete from results where rowid in (
        select rowid from (
            select rowid, sum(byte_count) over (order by rowid desc) as total_bytes from results
        ) where total_bytes > ?
    )
"""


class ResultCache:
    """The results kept in one folder; those written first make room for new ones.

    Args:
        folder: made where there is none; one that others may write to is not used.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / _FILE
        self._is_busy = False

    def read(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Return what is kept of these keys, as it was written."""
        select = _READ.format(", ".join("?" for _ in keys))
        found = self._looked(lambda file: file.execute(select, keys).fetchall()) or []
        return {key: content for key, digest, content in found if digest == _digest(key, content)}

    def write(self, results: Mapping[str, bytes]) -> None:
        """Keep results by key, of all together no more than ``TOTAL_BYTES``."""
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._is_private():
                self._path.touch()
                self._path.chmod(0o600)
        rows = [(key, len(each), _digest(key, each), each) for key, each in results.items()]

        def write(file: sqlite3.Connection) -> None:
            file.execute("pragma auto_vacuum = full")
            # what a fall of the machine damages is told by its digest
            file.execute("pragma synchronous = off")
            file.execute(_CREATE)
            for row in rows:
                file.execute(_WRITE, row)
                file.execute(_FORGET, [TOTAL_BYTES])

        self._looked(write)

    def _looked(self, look: Callable[[sqlite3.Connection], Found]) -> Found | None:
        """Return what one look into the file gives, None where there is none to be had; one that
        is damaged is removed, a busy one left alone from then on."""
        import sqlite3

        try:
            if self._is_busy or not self._is_private() or not self._path.is_file():
                return None
            with closing(sqlite3.connect(self._path, timeout=_WAITED_S)) as file, file:
                return look(file)
        except (OSError, sqlite3.Error) as error:
            code = getattr(error, "sqlite_errorcode", None)
            self._is_busy = code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                with suppress(OSError):
                    self._path.unlink()
            return None

    def _is_private(self) -> bool:
        """Whether nobody else can have written there what would be taken for ours."""
        if os.name != "posix":
            return True
        facts = self._folder.stat()
        return facts.st_uid == os.getuid() and not facts.st_mode & _WRITTEN_BY_OTHERS


def opened() -> ResultCache | None:
    """Return the cache of this user: in the folder that ``FLOWRISK_CACHE`` names, else where the
    system has its caches; None where the variable is ``off``, or there is no such place.

    Raises: QuestionError for a variable that is neither ``off`` nor the whole path of a folder.
    """
    told = os.environ.get(VARIABLE, "").strip()
    if told == OFF or find_spec("_sqlite3") is None:
        return None
    if told and not Path(told).is_absolute():
        raise QuestionError(
            f"{VARIABLE} says neither where results are kept nor that none are.",
            facts={"value": told},
            remedy=f"Write {OFF}, or the whole path of a folder.",
        )
    if told:
        return ResultCache(Path(told))
    import platformdirs

    try:
        return ResultCache(platformdirs.user_cache_path("flowrisk", appauthor=False))
    except (RuntimeError, OSError):
        return None  # a user without a home folder


def _digest(key: str, content: bytes) -> bytes:
    return hashlib.sha256(key.encode() + content).digest()

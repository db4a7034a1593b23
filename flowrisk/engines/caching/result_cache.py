"""Results kept on this machine between runs: bytes by key, in one SQLite file.

A cache and no more: whatever cannot be read or written counts as absent.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Found = TypeVar("Found")
VARIABLE = "FLOWRISK_CACHE"
OFF = "off"
TOTAL_BYTES = 64 * 2**20
ONE_BYTES = 8 * 2**20
_FILE = "results.sqlite"
_WAITED_S = 0.2
_WRITTEN_BY_OTHERS = 0o022
_CREATE = """
    create table if not exists results (key text primary key, content blob, byte_count integer)
"""
_READ = "select key, content from results where key in ({})"
_WRITE = "insert or replace into results values (?, ?, ?)"
_FORGET = """
    delete from results where rowid in (
        select rowid from (
            select rowid, sum(byte_count) over (order by rowid desc) as total_bytes from results
        ) where total_bytes > ?
    )
"""


class ResultCache:
    """The results kept in one folder; the oldest make room for new ones.

    Args:
        folder: made where there is none; one that others may write to is not used.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / _FILE

    def read(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Return what is kept of these keys."""
        select = _READ.format(", ".join("?" for _ in keys))
        return self._looked(lambda file: dict(file.execute(select, keys).fetchall())) or {}

    def write(self, results: Mapping[str, bytes]) -> None:
        """Keep results by key; one of over ``ONE_BYTES`` is left out, of all ``TOTAL_BYTES``
        stay."""
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
        kept = [(key, each, len(each)) for key, each in results.items() if len(each) <= ONE_BYTES]

        def write(file: sqlite3.Connection) -> None:
            # what is lost with the machine is computed again
            file.execute("pragma synchronous = off")
            file.execute(_CREATE)
            file.executemany(_WRITE, kept)
            file.execute(_FORGET, [TOTAL_BYTES])

        self._looked(write)

    def _looked(self, look: Callable[[sqlite3.Connection], Found]) -> Found | None:
        """Return what one look into the file gives, None where there is none to be had; one that
        is damaged is removed, a busy one left alone."""
        try:
            if not self._is_private() or not self._path.is_file():
                return None
            with closing(sqlite3.connect(self._path, timeout=_WAITED_S)) as file, file:
                return look(file)
        except (OSError, sqlite3.OperationalError):
            return None
        except sqlite3.DatabaseError:
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
    system has its caches; None where the variable is ``off``.

    Raises: QuestionError for a variable that is neither ``off`` nor the whole path of a folder.
    """
    told = os.environ.get(VARIABLE, "").strip()
    if told == OFF:
        return None
    if not told:
        import platformdirs

        return ResultCache(platformdirs.user_cache_path("flowrisk", appauthor=False))
    if not Path(told).is_absolute():
        raise QuestionError(
            f"{VARIABLE} says neither where results are kept nor that none are.",
            facts={"value": told},
            remedy=f"Write {OFF}, or the whole path of a folder.",
        )
    return ResultCache(Path(told))

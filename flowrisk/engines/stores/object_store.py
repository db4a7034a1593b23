"""Which of two ways reads a dataset at an address: DuckDB's own extension where the user has
installed it, else the library obstore where that is. Nothing is ever installed or fetched from
here; without either nothing is opened at all.
"""

from __future__ import annotations

import importlib.util
import re
from contextlib import closing, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import duckdb

from flowrisk.engines import address as addresses
from flowrisk.engines.address import EXTENSIONS, LISTING, UNLISTED, Address, connected
from flowrisk.engines.files import Stamp
from flowrisk.errors import DataError, QuestionError, printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePath

    from flowrisk.engines.files import Files

_LIBRARIES = ("obstore", "fsspec")
# an address of the extension's that is signed, and what a store's answer may quote of a signature
_SIGNED = re.compile(
    r"\?\S+|<(AWSAccessKeyId|StringToSign\w*|CanonicalRequest\w*|SignatureProvided)>.*?</\1>",
    re.DOTALL,
)


class StoreFiles:
    """The files at one address, as DuckDB's extension sees them; a web server lists nothing and is
    asked for the files themselves.

    Args:
        address: the folder of the dataset.
    """

    def __init__(self, address: Address) -> None:
        self._is_unlisted = address.scheme in UNLISTED

    def refresh(self) -> None:
        """See ``Files.refresh``: nothing is remembered."""

    def is_folder(self, path: PurePath) -> bool:
        """Whether anything lies below; a web server is asked for the files themselves."""
        return self._is_unlisted or self._is_listed(path / "*")

    def has(self, path: PurePath) -> bool:
        """See ``Files.has``."""
        if not self._is_unlisted:
            return self._is_listed(path)
        try:
            self.stamp(path)
        except DataError as error:
            if "404" in str(error):
                return False
            raise
        return True

    def matching(self, folder: PurePath, pattern: str) -> list[PurePath]:
        """Return the files below that match; on a web server those that files.txt names.

        Raises: DataError where that list leads out of its folder.
        """
        if self._is_unlisted:
            names = addresses.named_in_list(self.text(folder / LISTING), folder)
            return sorted(path for path in names if path.match(pattern))
        rows = _rows("select file from glob(?)", folder / pattern)
        return sorted(Address(file if "://" in file else f"file:{file}") for (file,) in rows)

    def stamp(self, path: PurePath) -> Stamp:
        """Return size and time of the last change.

        Raises: DataError for what is not there, or what the store does not let us read.
        """
        ((size_bytes, changed_at_ns), *_) = _rows(
            "select size, epoch_ns(last_modified) from read_blob(?)", path
        )
        return Stamp(size_bytes, changed_at_ns or 0)

    def text(self, path: PurePath) -> str:
        """See ``Files.text``."""
        return str(_rows("select content from read_text(?)", path)[0][0])

    def digest(self, path: PurePath) -> str:
        """Return name, size and time of the last change: the content would have to be fetched."""
        stamp = self.stamp(path)
        return f"{path.name} {stamp.byte_count} {stamp.changed_at_ns}"

    def folders(self, folder: PurePath) -> list[str] | None:
        """See ``Files.folders``; a web server does not tell."""
        if self._is_unlisted:
            return None
        head = f"{folder}/".removeprefix("file://")
        rows = _rows("select file from glob(?)", folder / "**")
        names = (str(file).removeprefix("file://").removeprefix(head) for (file,) in rows)
        return sorted({name.partition("/")[0] for name in names if "/" in name})

    @staticmethod
    def _is_listed(path: PurePath) -> bool:
        return bool(_rows("select 1 from glob(?)", path))


def files_at(root: Address) -> Files:
    """Return the files at an address, looked at anew.

    Raises: QuestionError where nothing that reads it is installed.
    """
    if _is_by_extension(root):
        return StoreFiles(root)
    from flowrisk.engines.stores import obstore

    files = obstore.files_of(root)
    files.refresh()
    return files


def attach(connection: duckdb.DuckDBPyConnection, folder: Address) -> None:
    """Let a connection read what lies at an address.

    Raises: as ``files_at``; DataError where the extension cannot be loaded.
    """
    if not _is_by_extension(folder):
        from flowrisk.engines.stores import obstore, range_file_system

        reads = range_file_system.RangeFileSystem(obstore.files_of(folder))
        connection.register_filesystem(reads)
    elif extension := EXTENSIONS[folder.scheme]:
        with _refusing(folder):
            connection.execute(f"load {extension}")


def _is_by_extension(folder: Address) -> bool:
    extension = EXTENSIONS[folder.scheme]
    if extension is None or _is_installed(extension):
        return True
    is_read_without = folder.scheme != "r2"
    if is_read_without and all(map(importlib.util.find_spec, _LIBRARIES)):
        return False
    needed = "the extra 'stores' or " if is_read_without else ""
    extra = "Install the extra: pip install 'index-flowrisk[stores]'. Or install"
    first = extra if needed else "Install"
    raise QuestionError(
        f"To read {folder.scheme}:// flowrisk needs {needed}DuckDB's extension '{extension}', "
        "and has none.",
        facts={"DuckDB": duckdb.__version__},
        remedy=f'{first} the extension once, online: python -c "import duckdb; '
        f"duckdb.sql('install {extension}')\". flowrisk never fetches anything itself. Or copy "
        "the folder.",
    )


@cache
def _is_installed(extension: str) -> bool:
    with closing(connected()) as connection:
        found = connection.execute(
            "select installed from duckdb_extensions() where extension_name = ?", [extension]
        ).fetchall()
    return found == [(True,)]


def _rows(sql: str, address: PurePath) -> list[tuple[Any, ...]]:
    scheme = Address(address).scheme
    with _refusing(address), closing(_reader(scheme).cursor()) as cursor:
        return cursor.execute(sql, [str(address)]).fetchall()


@cache
def _reader(scheme: str) -> duckdb.DuckDBPyConnection:
    connection = connected(is_address=True)
    attach(connection, Address(f"{scheme}:/any"))
    return connection


@contextmanager
def _refusing(address: PurePath) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        said = _SIGNED.sub("…", re.sub(r"\s+", " ", str(error)))
        raise DataError(
            "The address cannot be read.",
            facts={"address": address, "reason": printable(said)[:300]},
            remedy="Check the address and that you may read it; credentials are DuckDB's "
            "(create persistent secret …) or the environment's (AWS_ACCESS_KEY_ID, …).",
        ) from error

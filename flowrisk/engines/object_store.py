"""A dataset folder on an object store or a web server, as a path, and the connection that reads it.

DuckDB's own extension does the reading, where the user has installed it: nothing is ever installed
or fetched from here. Without it nothing is opened at all.
"""

from __future__ import annotations

import os
import re
from contextlib import closing, contextmanager
from functools import cache
from pathlib import PurePath, PurePosixPath
from typing import TYPE_CHECKING, Any

import duckdb

from flowrisk.engines.files import Stamp
from flowrisk.errors import DataError, QuestionError, join_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_EXTENSIONS = {
    "s3": "httpfs", "s3a": "httpfs", "s3n": "httpfs", "gs": "httpfs", "gcs": "httpfs",
    "r2": "httpfs", "http": "httpfs", "https": "httpfs", "az": "azure", "abfss": "azure",
    "file": None,
}  # fmt: skip
_UNLISTED = ("http", "https")
LISTING = "files.txt"
_OUTSIDE = re.compile(r"^/|(^|/)\.\.(/|$)|[:\\?#]")
_HIDDEN = re.compile(r"(^|/)\.")


class Address(PurePosixPath):
    """A file or folder of a store, such as ``s3://bucket/dataset``: a name, not a place on disk."""

    def __str__(self) -> str:
        whole = super().__str__()
        if not self.scheme:
            return whole
        scheme, _, rest = whole.partition(":/")
        return f"{scheme}:///{rest}" if scheme == "file" else f"{scheme}://{rest}"

    @property
    def scheme(self) -> str:
        """What stands before ``://``; empty for a path that is relative to an address."""
        head = self.parts[0] if self.parts else ""
        return head.removesuffix(":") if head.endswith(":") else ""


class StoreFiles:
    """The files at one address; a web server lists nothing and is asked for the files themselves.

    Args:
        address: the folder of the dataset.
    """

    def __init__(self, address: Address) -> None:
        self._is_unlisted = address.scheme in _UNLISTED

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
            return sorted(path for path in self._listed(folder) if path.match(pattern))
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

    def _listed(self, folder: PurePath) -> list[PurePath]:
        """Return what files.txt names: a name that leads elsewhere would be a file of whoever
        reads the list."""
        lines = self.text(folder / LISTING).splitlines()
        names = [line.strip().removeprefix("./") for line in lines if line.strip()]
        strange = [name for name in names if _OUTSIDE.search(name)]
        if strange:
            raise DataError(
                "The list of files names one outside of its folder.",
                facts={"list": folder / LISTING, "name": strange[0]},
                remedy="Name the files by their path below the list, as in as_of_month=2025-06/x.",
            )
        return [folder / name for name in names if not _HIDDEN.search(name)]

    @staticmethod
    def _is_listed(path: PurePath) -> bool:
        return bool(_rows("select 1 from glob(?)", path))


def addressed(path: PurePath | str) -> Address:
    """Return an address, also of a Path, which has one slash where it had two.

    Raises: QuestionError for an address of a kind that is not read.
    """
    if str(path).partition(":")[0] not in _EXTENSIONS or os.name != "posix":
        raise QuestionError(
            "A dataset is not read from an address of this kind.",
            facts={"address": path, "known": join_names(f"{scheme}://" for scheme in _EXTENSIONS)},
            remedy="Mount or copy the folder and give its path. With --engine spark, --engine-data "
            "names the address from which the cluster reads the same files.",
        )
    return Address(path)


def told_as(path: PurePath) -> str:
    """Return the name under which DuckDB speaks of a file."""
    return str(path).removeprefix("file://")


def connected(folder: PurePath | None) -> duckdb.DuckDBPyConnection:
    """Return an in-memory connection that can read this folder and installs nothing by itself.

    Raises: QuestionError where the folder is an address and its extension is not installed.
    """
    is_address = isinstance(folder, Address)
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "allow_persistent_secrets": is_address,
            "python_enable_replacements": False,
        },
    )
    # else it draws on stdout where it takes the program for an interactive one
    connection.execute("set enable_progress_bar = false")
    if isinstance(folder, Address) and (extension := _EXTENSIONS[folder.scheme]):
        _load(connection, extension, folder)
    return connection


def _rows(sql: str, address: PurePath) -> list[tuple[Any, ...]]:
    scheme = Address(address).scheme
    with _refusing(address), closing(_reader(scheme).cursor()) as cursor:
        return cursor.execute(sql, [str(address)]).fetchall()


@cache
def _reader(scheme: str) -> duckdb.DuckDBPyConnection:
    return connected(Address(f"{scheme}:/any"))


def _load(connection: duckdb.DuckDBPyConnection, extension: str, folder: Address) -> None:
    known: Sequence[tuple[bool]] = connection.execute(
        "select installed from duckdb_extensions() where extension_name = ?", [extension]
    ).fetchall()
    if known != [(True,)]:
        raise QuestionError(
            f"To read {folder.scheme}:// DuckDB needs its extension '{extension}', which is not "
            "installed.",
            facts={"DuckDB": duckdb.__version__},
            remedy=f"Install it once, online: python -c \"import duckdb; duckdb.sql('install "
            f"{extension}')\". flowrisk never fetches anything itself. Or copy the folder.",
        )
    with _refusing(folder):
        connection.execute(f"load {extension}")


@contextmanager
def _refusing(address: PurePath) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise DataError(
            "The address cannot be read.",
            facts={"address": address, "reason": re.sub(r"\s+", " ", str(error))[:300]},
            remedy="Check the address and that you may read it; credentials are DuckDB's "
            "(create persistent secret …) or the environment's (AWS_ACCESS_KEY_ID, …).",
        ) from error

"""The name of a file or folder on an object store or a web server, and the connection for either.

Owns which kinds of address are read, and what an address may hold: never anyone's credentials.
"""

from __future__ import annotations

import os
import re
import threading
from contextlib import suppress
from pathlib import PurePath, PurePosixPath

import duckdb

from flowrisk.errors import DataError, QuestionError, join_names

EXTENSIONS = {
    "s3": "httpfs", "s3a": "httpfs", "s3n": "httpfs", "gs": "httpfs", "gcs": "httpfs",
    "r2": "httpfs", "http": "httpfs", "https": "httpfs", "az": "azure", "abfss": "azure",
    "file": None,
}  # fmt: skip
"""Schemes that are read, each with the extension of DuckDB that reads it."""

UNLISTED = ("http", "https")
"""Schemes whose servers do not tell which files lie in a folder."""

LISTING = "files.txt"
_OUTSIDE = re.compile(r"^/|(^|/)\.\.(/|$)|[:\\?#]")
_HIDDEN = re.compile(r"(^|/)\.")
# abfss names its container before the @; nobody else's name or password belongs in an address. A
# secret may hold slashes, a place may hold an @ further on
_LOGIN = re.compile(
    r"^(?!abfss:/+[^/@:]*@[^@]*$)[a-z0-9+.-]+:/+([^/]*@|(?![^/@:]*:\d+/)[^@]*:[^@]*@)"
)


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

    @property
    def bucket(self) -> str:
        """The bucket, container or host, as ``s3://bucket``."""
        return str(Address(*self.parts[:2]))

    @property
    def key(self) -> str:
        """The name inside the bucket; empty for the bucket itself."""
        return "/".join(self.parts[2:])


def addressed(path: PurePath | str) -> Address:
    """Return an address, also of a Path, which has one slash where it had two.

    Raises: QuestionError for an address of a kind that is not read, or that holds credentials.
    """
    text = str(path)
    scheme = text.partition(":")[0]
    if scheme not in EXTENSIONS or os.name != "posix":
        raise QuestionError(
            "A dataset is not read from an address of this kind.",
            facts={
                "address": _shown(text),
                "known": join_names(f"{each}://" for each in EXTENSIONS),
            },
            remedy="Mount or copy the folder and give its path. With --engine spark, --engine-data "
            "names the address from which the cluster reads the same files.",
        )
    if scheme != "file" and (_LOGIN.search(text) or set("?#") & set(text)):
        raise QuestionError(
            "An address of a dataset holds no name, password or signature.",
            facts={"address": _shown(text)},
            remedy="Give the plain address of the folder. Credentials come from the environment "
            "(AWS_ACCESS_KEY_ID, AZURE_STORAGE_ACCOUNT_KEY, GOOGLE_APPLICATION_CREDENTIALS, …).",
        )
    return Address(path)


def named_in_list(text: str, folder: PurePath) -> list[PurePath]:
    """Return the files that files.txt names: a name that leads elsewhere would be a file of whoever
    reads the list.

    Raises: DataError for such a name.
    """
    names = [line.strip().removeprefix("./") for line in text.splitlines() if line.strip()]
    if strange := [name for name in names if _OUTSIDE.search(name)]:
        raise DataError(
            "The list of files names one outside of its folder.",
            facts={"list": folder / LISTING, "name": strange[0]},
            remedy="Name the files by their path below the list, as in as_of_month=2025-06/x.",
        )
    return [folder / name for name in names if not _HIDDEN.search(name)]


def told_as(path: PurePath) -> str:
    """Return the name under which DuckDB speaks of a file."""
    return str(path).removeprefix("file://")


_CONNECTING = threading.Lock()
_AHEAD: list[duckdb.DuckDBPyConnection] = []


def connect_ahead() -> None:
    """Make the connection that the next dataset on this machine takes: to connect takes time in
    which another thread can work. What fails here is tried again, and said, when it is needed."""
    with _CONNECTING, suppress(duckdb.Error):
        if not _AHEAD:
            _AHEAD.append(_new(is_address=False))


def connected(*, is_address: bool = False) -> duckdb.DuckDBPyConnection:
    """Return an in-memory connection that installs nothing by itself.

    Args:
        is_address: whether it may read the user's own secrets of stores.
    """
    with _CONNECTING:
        return _AHEAD.pop() if _AHEAD and not is_address else _new(is_address=is_address)


def _new(*, is_address: bool) -> duckdb.DuckDBPyConnection:
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
    return connection


def _shown(text: str) -> str:
    """Return an address without what could be a login, a token or a signature."""
    plain = re.sub(r":/+", "://", re.sub(r"[?#].*", "?…", text, flags=re.DOTALL), count=1)
    return re.sub(r"^([a-z0-9+.-]+:/+).*@", r"\1…@", plain, flags=re.DOTALL)

"""The files of a dataset on an object store or a web server, without any extension of DuckDB.

Reads by the library obstore: one listing a folder, then parts of objects. Every part is asked for
with the version that the listing named, so that an object that is replaced meanwhile is refused
and never read half old, half new. What a store says in anger is not passed on: it may quote a
signature.
"""

from __future__ import annotations

import functools
import hashlib
import os
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import obstore
from obstore import store as stores

from flowrisk.engines import address as addresses
from flowrisk.engines.address import Address
from flowrisk.engines.files import Stamp
from flowrisk.engines.stores.store_errors import changed, refusing
from flowrisk.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from obstore import GetOptions

SCHEMES = {"s3": "s3", "s3a": "s3", "s3n": "s3", "gs": "gs", "gcs": "gs", "az": "az",
           "abfss": "abfss", "http": "http", "https": "https"}  # fmt: skip
"""Schemes that are read, each as the library calls it."""

REQUEST_S = 30.0
CONNECT_S = 5.0
RETRIES_COUNT = 2
# up to here an object is fetched whole, in the one request that its footer takes anyway
_WHOLE_BYTES = 256 * 1024
_KEPT_COUNT = 128
# objects that a store tells in one answer
_ANSWER_COUNT = 1_000
_ENDPOINTS = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT",
              "AZURE_STORAGE_ENDPOINT", "AZURE_ENDPOINT")  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What a listing says of one object."""

    key: str
    byte_count: int
    changed_at_ns: int
    version: str | None

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> StoredObject:
        """Return it from the library's own words."""
        changed_at_ns = round(told["last_modified"].timestamp() * 1e6) * 1000
        # a listing of Azure lacks the quotes that its answers have
        version = f'"{tag.strip(chr(34))}"' if (tag := told["e_tag"]) else None
        return cls(told["path"], told["size"], changed_at_ns, version)

    def is_same(self, other: StoredObject) -> bool:
        """Whether two answers tell of the same content; the time in a listing may be finer."""
        if self.version and other.version:
            return (self.byte_count, self.version) == (other.byte_count, other.version)
        seconds = (self.changed_at_ns // 10**9, other.changed_at_ns // 10**9)
        return self.byte_count == other.byte_count and seconds[0] == seconds[1]


@dataclass(frozen=True, slots=True)
class _Listing:
    """What lies at an address: objects by key, and the folders right below it."""

    objects: Mapping[str, StoredObject]
    folders: frozenset[str]


class ObjectFiles:
    """The files at one address, listed once until ``refresh``.

    Args:
        root: the folder of the dataset.
    """

    def __init__(self, root: Address) -> None:
        self._root = root
        self._is_unlisted = root.scheme in addresses.UNLISTED
        self._lock = threading.Lock()
        self._listing: _Listing | None = None
        self._asked: dict[str, StoredObject | None] = {}
        self._kept: OrderedDict[StoredObject, bytes] = OrderedDict()

    def refresh(self) -> None:
        """See ``Files.refresh``."""
        with self._lock:
            self._listing = None
            self._asked = {}

    def is_folder(self, path: PurePath) -> bool:
        """Whether anything lies below; a web server is asked for the files themselves."""
        return self._is_unlisted or bool(self._below(_key(path)))

    def has(self, path: PurePath) -> bool:
        """See ``Files.has``."""
        if not self._is_unlisted and f"{_key(path)}/" in self._listed().folders:
            raise DataError(
                "A table of the dataset is no plain file.",
                facts={"file": path, "it is": "a folder"},
                remedy="Put the file itself there, or remove what is in its place.",
            )
        return self._found(path) is not None

    def matching(self, folder: PurePath, pattern: str) -> list[PurePath]:
        """Return the files below that match; on a web server those that files.txt names.

        Raises: DataError where that list leads out of its folder.
        """
        if self._is_unlisted:
            names = addresses.named_in_list(self.text(folder / addresses.LISTING), folder)
            return sorted(path for path in names if path.match(pattern))
        depth = pattern.count("/")
        return sorted(
            folder / name
            for name in self._below(_key(folder))
            if name.count("/") == depth and PurePath(name).match(pattern)
        )

    def folders(self, folder: PurePath) -> list[str] | None:
        """See ``Files.folders``; a web server does not tell."""
        if self._is_unlisted:
            return None
        return sorted({name.partition("/")[0] for name in self._below(_key(folder)) if "/" in name})

    def stamp(self, path: PurePath) -> Stamp:
        """See ``Files.stamp``; the file number stands for the version that the store names."""
        found = self.known(path)
        number = hashlib.sha256((found.version or "").encode()).digest()[:7]
        return Stamp(found.byte_count, found.changed_at_ns, int.from_bytes(number, "big"))

    def text(self, path: PurePath) -> str:
        """See ``Files.text``."""
        found = self.known(path)
        return self.part(found, 0, found.byte_count).decode()

    def digest(self, path: PurePath) -> str:
        """Return name, size and time of the last change: the content would have to be fetched."""
        found = self.known(path)
        return f"{path.name} {found.byte_count} {found.changed_at_ns}"

    def known(self, path: PurePath) -> StoredObject:
        """Return what is known of an object.

        Raises: DataError where there is none.
        """
        found = self._found(path)
        if found is None:
            raise DataError(
                "A file of the dataset is not on the store.",
                facts={"file": path},
                remedy="Restore the file from its source, or correct the address.",
            )
        return found

    def part(self, found: StoredObject, start: int, byte_count: int) -> bytes:
        """Return bytes of an object as it was when it was listed.

        Raises: DataError where it has changed or cannot be read; TimeoutError.
        """
        if byte_count <= 0:
            return b""
        if found.byte_count <= _WHOLE_BYTES:
            return self._whole(found)[start : start + byte_count]
        return self._fetched(found, start, byte_count)

    def _whole(self, found: StoredObject) -> bytes:
        with self._lock:
            if found in self._kept:
                return self._kept[found]
        content = self._fetched(found, 0, found.byte_count)
        with self._lock:
            self._kept[found] = content
            while len(self._kept) > _KEPT_COUNT:
                self._kept.popitem(last=False)
        return content

    def _fetched(self, found: StoredObject, start: int, byte_count: int) -> bytes:
        options: GetOptions = {}
        if byte_count < found.byte_count:
            options["range"] = (start, start + byte_count)
        if found.version:
            options["if_match"] = found.version
        address = f"{self._root.bucket}/{found.key}"
        try:
            with refusing(address):
                got = obstore.get(self._store, found.key, options=options)
                content = bytes(got.bytes())
        except FileNotFoundError:
            raise changed(address) from None
        if not StoredObject.of(dict(got.meta)).is_same(found) or len(content) != byte_count:
            raise changed(address)
        return content

    def _found(self, path: PurePath) -> StoredObject | None:
        key = _key(path)
        if not self._is_unlisted:
            return self._listed().objects.get(key)
        if key not in self._asked:
            try:
                with refusing(path):
                    self._asked[key] = StoredObject.of(obstore.head(self._store, key))
            except FileNotFoundError:
                self._asked[key] = None
        return self._asked[key]

    def _below(self, within: str) -> list[str]:
        """Return what lies below a folder, by its name there; of one that was not listed, what the
        store tells in one answer."""
        listing, head = self._listed(), f"{within}/" if within else ""
        names = [name for name in (*listing.objects, *listing.folders) if name.startswith(head)]
        if names == [head]:
            with refusing(self._root):
                batch = next(iter(obstore.list(self._store, within)), ())
            names = [each["path"] for each in batch]
        return [name.removeprefix(head) for name in names if name != head]

    def _listed(self) -> _Listing:
        """Return what lies at the top of the dataset and below its holdings: a bucket may hold much
        else."""
        with self._lock:
            if self._listing is None:
                with refusing(self._root):
                    self._listing = self._list()
            return self._listing

    def _list(self) -> _Listing:
        """Ask once for all below where that is one answer, as it is for a dataset; else for the top
        and the holdings: a bucket may hold much beside."""
        within = self._root.key or None
        told = list(next(iter(obstore.list(self._store, within, chunk_size=_ANSWER_COUNT)), ()))
        head = f"{within}/" if within else ""
        names = [each["path"].removeprefix(head) for each in told]
        folders = {f"{head}{name.partition('/')[0]}/" for name in names if "/" in name}
        if len(told) >= _ANSWER_COUNT:
            top = obstore.list_with_delimiter(self._store, within)
            told, folders = list(top["objects"]), {f"{name}/" for name in top["common_prefixes"]}
            if self._holdings in folders:
                for batch in obstore.list(self._store, self._holdings):
                    told.extend(batch)
        return _Listing({each["path"]: StoredObject.of(each) for each in told}, frozenset(folders))

    @property
    def _holdings(self) -> str:
        return "/".join(part for part in (self._root.key, "holdings/") if part)

    @functools.cached_property
    def _store(self) -> Any:  # noqa: ANN401 - one of the library's own, by scheme
        address = f"{SCHEMES[self._root.scheme]}://{self._root.bucket.partition('://')[2]}"
        is_plain = self._root.scheme == "http" or any(
            os.environ.get(name, "").startswith("http://") for name in _ENDPOINTS
        )
        with refusing(self._root):
            return stores.from_url(
                address,
                client_options={
                    "allow_http": is_plain,
                    "timeout": timedelta(seconds=REQUEST_S),
                    "connect_timeout": timedelta(seconds=CONNECT_S),
                },
                retry_config={
                    "max_retries": RETRIES_COUNT,
                    "retry_timeout": timedelta(seconds=REQUEST_S),
                },
            )


@functools.lru_cache(maxsize=32)
def files_of(root: Address) -> ObjectFiles:
    """Return the files at an address: the same for all who ask for it, so that a question reads
    what its dataset listed."""
    return ObjectFiles(root)


def _key(path: PurePath) -> str:
    return Address(path).key

"""A file from its address to its name: taken up where it stopped, looked at, renamed, noted.

While it comes it is called ``NAME.part``, beside ``NAME.part.json``, which says of what it is a
part. Only what was looked at gets its name.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path
from typing import NamedTuple

from flowrisk.download import contents, manifest
from flowrisk.download.client import ATTEMPTS_COUNT, BROKEN, Client, too_large, unreachable
from flowrisk.errors import DataError, QuestionError

_CHUNK_BYTES = 1 << 20
# what an attempt has to bring before the count of failures begins anew
_GAIN_BYTES = 1 << 16
_OK, _PARTIAL, _UNCHANGED, _NO_SUCH_RANGE = 200, 206, 304, 416
_RANGE = re.compile(r"bytes (?:(\d+)-\d+|\*)/(\d+)")
Watch = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to fetch: its name, address and kind, and how large it is and may be, in bytes."""

    name: str
    address: str
    kind: str
    largest_byte_count: int
    terms: str
    byte_count: int | None = None


class Fetched(NamedTuple):
    """A file that is there: how it came (``new``, ``replaced``, ``unchanged``), its manifest."""

    path: Path
    status: str
    entry: manifest.Entry


@dataclass(slots=True)
class _Part:
    """The part of a file that is there, and the mark of the version that it is a part of."""

    path: Path
    address: str

    @property
    def _about(self) -> Path:
        return self.path.with_name(f"{self.path.name}.json")

    @property
    def byte_count(self) -> int:
        """How many bytes are there."""
        return self.path.stat().st_size if self.path.exists() else 0

    def begun(self) -> tuple[int, str]:
        """Return the bytes there and the mark of their version; nothing of another address, and
        nothing through a link."""
        if self.path.is_symlink() or self._about.is_symlink():
            return 0, ""
        try:
            said = json.loads(self._about.read_text("utf-8"))
            if said["address"] == self.address and isinstance(said["mark"], str) and said["mark"]:
                return self.byte_count, said["mark"]
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return 0, ""

    def begin(self, mark: str) -> None:
        """Begin anew, as a part of the version of this mark."""
        self.forget()
        self.path.touch(exist_ok=False)
        self._about.write_text(json.dumps({"address": self.address, "mark": mark}), "utf-8")

    def forget(self) -> None:
        """Leave nothing of it."""
        self.path.unlink(missing_ok=True)
        self._about.unlink(missing_ok=True)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a folder, made where it does not exist: no other fetch writes to it meanwhile.

    Raises: QuestionError where it cannot be written to; DataError where another fetch does.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise QuestionError(
            "The folder for the downloads cannot be used.",
            facts={"folder": folder, "reason": error.strerror or error},
            remedy="Name a folder that you may write to, with --to.",
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise DataError(
            "Another fetch is writing to this folder.", facts={"folder": folder},
            remedy="Run again when it has finished.",
        ) from error  # fmt: skip
    finally:
        os.close(descriptor)


def fetch(
    client: Client, wanted: Wanted, folder: Path, *, is_forced: bool, watch: Watch = lambda _: None
) -> Fetched:
    """Fetch a file into a folder, unless the one there is still the newest.

    Args:
        is_forced: replace a file of that name that no fetch has brought.
        watch: told the bytes that are there, now and then.

    Raises: QuestionError for a file that would be replaced, or without room; DataError for what is
        not the file asked for; TimeoutError where it does not come; as ``Client.ask``.
    """
    target = folder / wanted.name
    entry = _standing(target, wanted, is_forced=is_forced)
    part = _Part(folder / f"{wanted.name}.part", wanted.address)
    reply = _brought(client, wanted, part, entry, watch)
    if reply is None and entry is not None:
        return Fetched(target, "unchanged", entry)
    try:
        contents.look(part.path, wanted.name, wanted.kind, wanted.address)
    except Exception:
        part.forget()
        raise
    etag, modified = reply or ("", "")
    made = manifest.Entry(
        address=wanted.address, sha256=manifest.digest(part.path),
        byte_count=part.path.stat().st_size, etag=etag, last_modified=modified, terms=wanted.terms,
        fetched_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    )  # fmt: skip
    status = "replaced" if target.exists() else "new"
    part.path.replace(target)
    part.forget()
    manifest.write(folder, {**manifest.read(folder), wanted.name: made})
    return Fetched(target, status, made)


def _standing(target: Path, wanted: Wanted, *, is_forced: bool) -> manifest.Entry | None:
    """Return what is known of the file that is there already, None where it is to be fetched.

    Raises: QuestionError for what no fetch has brought, or was changed since.
    """
    if not os.path.lexists(target):
        return None
    entry = manifest.read(target.parent).get(wanted.name)
    is_plain = target.is_file() and not target.is_symlink()
    is_ours = entry is not None and is_plain and manifest.digest(target) == entry.sha256
    if not is_plain or not (is_ours or is_forced):
        raise QuestionError(
            "A file of that name is there, which no fetch has brought or which was changed since.",
            facts={"path": target},
            remedy="Move it away, name another folder with --to, or replace a file with --force.",
        )
    return entry if is_ours and entry is not None and entry.address == wanted.address else None


def _brought(
    client: Client, wanted: Wanted, part: _Part, entry: manifest.Entry | None, watch: Watch
) -> tuple[str, str] | None:
    """Bring a file whole into its part; return its ETag and date, None where it is unchanged.

    Raises: as ``fetch``.
    """
    failures, reason = 0, ""
    while failures < ATTEMPTS_COUNT:
        start, mark = part.begun()
        with client.ask(wanted.address, _conditions(start, mark, entry)) as reply:
            if reply.status == _UNCHANGED and entry is not None and not start:
                return None
            total = _expected(reply, start)
            if reply.status == _OK:
                start = 0
                part.begin(_mark(reply))
            elif total is None:
                # another part than the one asked for: begin anew
                part.forget()
                failures, reason = failures + 1, f"status {reply.status}"
                continue
            _refuse_beyond(wanted, part, total)
            reason = _copied(reply, part.path, wanted, watch)
            if not reason and total in {None, part.byte_count}:
                return reply.headers.get("ETag", ""), reply.headers.get("Last-Modified", "")
        failures = 1 if part.byte_count - start > _GAIN_BYTES else failures + 1
        client.pause(failures - 1)
    kept = f"{part.byte_count} bytes are kept"
    raise unreachable(wanted.address, f"{reason or 'it breaks off'}; {kept}")


def _conditions(start: int, mark: str, entry: manifest.Entry | None) -> dict[str, str]:
    """Return the headers that ask for the rest of a part, or for what is newer than a file."""
    if start:
        return {"Range": f"bytes={start}-", "If-Range": mark}
    if entry is not None and entry.etag:
        return {"If-None-Match": entry.etag}
    if entry is not None and entry.last_modified:
        return {"If-Modified-Since": entry.last_modified}
    return {}


def _expected(reply: HTTPResponse, start: int) -> int | None:
    """Return the bytes of the whole file; None where the answer does not say, or speaks of
    another part than the one asked for. A part that is the whole already has no rest (416)."""
    if reply.status == _OK:
        told = reply.headers.get("Content-Length", "")
        return int(told) if told.isdigit() else None
    found = _RANGE.fullmatch(reply.headers.get("Content-Range", ""))
    if found is None:
        return None
    first, total = found[1], int(found[2])
    begins_right = int(first) == start if first else total == start
    return total if begins_right and (reply.status == _PARTIAL or not first) else None


def _mark(reply: HTTPResponse) -> str:
    """Return what tells one version of a file from another byte by byte, empty where nothing
    does: a weak ETag does not."""
    etag = reply.headers.get("ETag", "")
    return etag if etag and not etag.startswith("W/") else reply.headers.get("Last-Modified", "")


def _refuse_beyond(wanted: Wanted, part: _Part, total: int | None) -> None:
    if total is None:
        return
    if total > wanted.largest_byte_count:
        part.forget()
        raise too_large(wanted.address, wanted.largest_byte_count)
    free = shutil.disk_usage(part.path.parent).free
    if total - part.path.stat().st_size > free:
        raise QuestionError(
            "There is not room enough for the download.",
            facts={"file": wanted.name, "bytes": total, "free": free},
            remedy="Make room, or name another folder with --to.",
        )


def _copied(reply: HTTPResponse, path: Path, wanted: Wanted, watch: Watch) -> str:
    """Add the body of an answer to a part; return why it broke off, empty where it did not."""
    if reply.status == _NO_SUCH_RANGE:
        return ""
    size = path.stat().st_size
    with path.open("ab") as file:
        while True:
            try:
                chunk = reply.read(_CHUNK_BYTES)
            except BROKEN as error:
                return str(error) or type(error).__name__
            if not chunk:
                return ""
            size += len(chunk)
            if size > wanted.largest_byte_count:
                file.truncate(0)
                raise too_large(wanted.address, wanted.largest_byte_count)
            file.write(chunk)
            watch(size)

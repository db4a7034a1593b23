"""Tables inside a zip, inflated into a folder of ours and nowhere else.

Owns the safety of archives: no path leads out, nothing grows past what the archive claims, no
claim is believed beyond a limit, a truncated archive is named as such.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from copy import copy
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from flowrisk.errors import DataError, join_names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TABLE_BYTES_LIMIT = 16 * 2**30
_RATIO_LIMIT = 200
_RATIO_FREE_BYTES = 16 * 2**20
_CHUNK_BYTES = 2**20
# what zipfile raises of bytes that are no archive, or no longer one
_DAMAGES = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, ValueError, OverflowError,
    EOFError, NotImplementedError, RuntimeError,
)  # fmt: skip


def inflate_tables(
    path: Path, names: Sequence[str], folder: Path, count_bytes: Callable[[int], None]
) -> dict[str, Path]:
    """Inflate the tables named (``NAME.tsv``, in any folder and case) and return their paths.

    Args:
        path: the archive.
        names: tables wanted, in upper case without suffix; absent ones are left out.
        folder: where the tables go, under their own names.
        count_bytes: told the bytes written, chunk by chunk.

    Raises: DataError for a file that is no zip or is truncated, a member whose path leads out of
        the archive, is encrypted, doubled, grows past its claim or past the limits.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(archive, path, names)
            folder.mkdir(parents=True)
            return {
                name: _inflated(archive, path, member, folder / f"{name}.tsv", count_bytes)
                for name, member in members.items()
            }
    except _DAMAGES as error:
        raise _refusal(
            path, "The zip is damaged or truncated.", reason=error, remedy="Download it again."
        ) from error


def claimed_bytes(path: Path, names: Sequence[str]) -> int:
    """Return the bytes that the tables named claim to hold, 0 where the zip cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(member.file_size for member in _members(archive, path, names).values())
    except _DAMAGES:
        return 0


def _members(
    archive: zipfile.ZipFile, path: Path, names: Sequence[str]
) -> dict[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        if member.header_offset < 0:  # bytes are missing before the directory
            raise zipfile.BadZipFile(f"{member.filename} begins before the file")
        inside = PurePosixPath(member.filename.replace("\\", "/"))
        if inside.is_absolute() or ".." in inside.parts or ":" in member.filename:
            raise _refusal(path, "The zip holds a path that leads out of it.", member=inside)
        name = inside.stem.upper()
        if inside.suffix.lower() != ".tsv" or name not in names:
            continue
        if name in found:
            doubled = join_names([found[name].filename, member.filename])
            raise _refusal(path, f"The zip holds the table {name} twice.", member=doubled)
        found[name] = member
    for member in found.values():
        _refuse_claims(path, member)
    return found


def _refuse_claims(path: Path, member: zipfile.ZipInfo) -> None:
    is_dense = member.file_size > _RATIO_LIMIT * max(member.compress_size, 1)
    if member.file_size > _TABLE_BYTES_LIMIT or (is_dense and member.file_size > _RATIO_FREE_BYTES):
        raise _refusal(
            path,
            "A table of the zip would inflate beyond every known N-PORT set.",
            member=member.filename,
            claimed=f"{member.file_size:,} bytes out of {member.compress_size:,}",
        )
    if member.flag_bits & 1:
        raise _refusal(path, "The zip is encrypted.", member=member.filename)


def _inflated(
    archive: zipfile.ZipFile,
    path: Path,
    member: zipfile.ZipInfo,
    target: Path,
    count_bytes: Callable[[int], None],
) -> Path:
    written = 0
    with archive.open(unbelieved(member)) as source, target.open("wb") as file:
        while chunk := source.read(_CHUNK_BYTES):
            written += len(chunk)
            if written > member.file_size:
                raise _refusal(
                    path, "A table of the zip is larger than it claims.", member=member.filename
                )
            file.write(chunk)
            count_bytes(len(chunk))
    if written != member.file_size:
        raise _refusal(
            path, "A table of the zip is shorter than it claims.", member=member.filename
        )
    return target


def unbelieved(member: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """Return a member that is read one byte further than it claims: of one that holds more, the
    library would else give the beginning as if it were all."""
    further = copy(member)
    further.file_size += 1
    return further


def _refusal(path: Path, problem: str, *, remedy: str = "", **facts: object) -> DataError:
    return DataError(
        problem,
        facts={"file": path, **facts},
        remedy=remedy or "Do not use this file; download the data set again from its publisher.",
    )

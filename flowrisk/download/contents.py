"""Whether a file is what its name says, looked at before it takes that name."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from pathlib import Path

from flowrisk.download.client import refuse_blocked
from flowrisk.errors import DataError

_PAGE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head)", re.IGNORECASE)
_START_BYTES = 4096
_LARGEST_INFLATED_BYTES = 60_000_000_000
# the tables without which a data set is none
_TABLES = {"nport": ("SUBMISSION", "FUND_REPORTED_HOLDING"), "13f": ("SUBMISSION", "INFOTABLE")}
_ENDS = {".xml": b"</edgarSubmission>", ".txt": b"</SEC-DOCUMENT>"}


def look(path: Path, name: str, kind: str, address: str) -> None:
    """Look at a download before it is given its name.

    Args:
        name: the name it will have; its suffix says what it has to be.
        kind: ``nport``, ``13f``, ``fund-filings`` or ``tickers``.

    Raises: TimeoutError for the page of a publisher that blocks; DataError for any other page, and
        for what is damaged, cut off or another file.
    """
    with path.open("rb") as file:
        start = file.read(_START_BYTES)
    if _PAGE.match(start):
        refuse_blocked(start, address)
        raise _unfit(name, address, "it is a web page, sent under the name of the file")
    suffix = Path(name).suffix
    if suffix == ".zip":
        _look_at_zip(path, name, kind, address)
    elif suffix == ".json":
        _look_at_tickers(path, name, address)
    elif not ends_whole(path, suffix):
        raise _unfit(name, address, "it is cut off")


def ends_whole(path: Path, suffix: str) -> bool:
    """Whether a filing ends as a whole one does."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _START_BYTES))
        return _ENDS[suffix] in file.read()


def _look_at_zip(path: Path, name: str, kind: str, address: str) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            inflated = sum(each.file_size for each in packed.infolist())
            if inflated > _LARGEST_INFLATED_BYTES:
                raise _unfit(name, address, f"it would unpack to {inflated} bytes")
            stems = {Path(each).stem.upper() for each in packed.namelist()}
            broken = packed.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError,
            OSError) as error:  # fmt: skip
        raise _unfit(name, address, f"the zip is damaged or cut off ({error})") from error
    if broken is not None:
        raise _unfit(name, address, f"its table {broken} is damaged")
    lacking = [table for table in _TABLES[kind] if table not in stems]
    if lacking:
        raise _unfit(name, address, f"it lacks the table {lacking[0]}")


def _look_at_tickers(path: Path, name: str, address: str) -> None:
    try:
        document = json.loads(path.read_bytes())
        is_table = isinstance(document["fields"], list) and bool(document["data"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _unfit(name, address, f"it is no table in JSON ({error})") from error
    if not is_table:
        raise _unfit(name, address, "the table is empty")


def _unfit(name: str, address: str, reason: str) -> DataError:
    return DataError(
        "What was sent is not the file asked for; it was not kept.",
        facts={"file": name, "address": address, "reason": reason},
        remedy="Look at the address in a browser, then try again later.",
    )

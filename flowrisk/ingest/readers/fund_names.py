"""Which fund a file is of, where no column of it says: its lines, else its own name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowrisk.errors import DataError
from flowrisk.ingest.readers.parsed import slug

if TYPE_CHECKING:
    from pathlib import Path

    from flowrisk.ingest.readers.parsed import Hints


_DOWNLOAD_NAME = re.compile(r"([A-Z][A-Z0-9]{1,5})[_-]holdings")
_ANY_FILE = frozenset(
    [
        "holdings",
        "holding",
        "portfolio",
        "positions",
        "position",
        "fund",
        "funds",
        "download",
        "downloads",
        "export",
        "data",
        "file",
        "files",
        "sheet",
        "sheet1",
        "table",
        "book",
        "book1",
        "list",
        "all",
        "daily",
        "latest",
        "new",
        "copy",
        "final",
        "report",
        "csv",
        "etf",
        "etfs",
        "input",
        "output",
        "test",
        "tmp",
        "document",
        "securities",
        "constituents",
    ]
)
"""Words that name any holdings file, and so no fund."""


def ticker_in_name(path: Path) -> str | None:
    """Return the fund ticker of an issuer's own download name, such as ``IWV_holdings.csv``."""
    match = _DOWNLOAD_NAME.match(path.name)
    return match.group(1) if match else None


def own_fund_of(path: Path, ticker: str, fund_name: str, hints: Hints, notes: list[str]) -> str:
    """Return the fund that a file without a column of funds is of; ``notes`` say where from.

    Args:
        ticker: what the lines above the table state; as ``fund_name`` empty where they do not.

    Raises: DataError where neither its lines nor its own name tell: two such files would be one
        fund.
    """
    named = ticker or ticker_in_name(path) or slug(fund_name)
    if named or hints.fund_id:
        return named or path.name
    words = set(slug(path.stem).split("-")) - {""}
    if all(word in _ANY_FILE or word.isdigit() for word in words):
        raise DataError(
            f"The file {path.name} does not say which fund it is of.",
            facts={"file": path, "fund named in it": "none"},
            remedy="Name the fund with --fund ID, or name the file after it.",
        )
    notes.append(f"{path.name} names no fund: it is named after the file")
    return slug(path.stem)

"""State Street (SPDR) holdings workbooks: sheet ``holdings``, no value column.

The same table saved as CSV is read too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowrisk.ingest.readers.holdings_file import (
    Issuer,
    Place,
    Stated,
    kind_without_class,
    parse_holdings_file,
)
from flowrisk.ingest.readers.sheets import read_any
from flowrisk.ingest.readers.tabular import Columns

if TYPE_CHECKING:
    from pathlib import Path

    from flowrisk.ingest.readers.parsed import Hints, Parsed
    from flowrisk.ingest.readers.tabular import Line


_FORMAT = "State Street holdings file"
_COLUMNS = Columns(
    aliases={
        "name": ("Name", "Security Name"),
        "ticker": ("Ticker", "Ticker Symbol"),
        "identifier": ("Identifier", "CUSIP", "ISIN"),
        "sedol": ("SEDOL",),
        "weight": ("Weight", "Weight (%)", "Percent of Fund"),
        "shares": ("Shares Held", "Shares", "Par Value"),
        "currency": ("Local Currency",),
    },
    required=("name", "shares"),
)


def read(path: Path, hints: Hints) -> Parsed:
    """Return the positions of a State Street holdings workbook.

    Values are null: the file has none. The day is ``As of 30-Sep-2025`` in the lines above the
    table, else the hint's.

    Raises: DataError for a page, an empty, cut or foreign file, an archive bomb or a file without a
        day.
    """
    table = read_any(path, _COLUMNS, format_name=_FORMAT, sheet=hints.sheet)
    stated = Stated(
        fund_name=table.stated("Fund Name"),
        ticker=table.stated("Ticker Symbol").upper(),
        day=table.stated("Holdings").removeprefix("As of").strip(": "),
    )
    return parse_holdings_file(path, table, _ISSUER, stated, hints)


def _place_of(line: Line) -> Place:
    return Place(kind=kind_without_class(line))


_ISSUER = Issuer(
    manager_name="State Street Investment Management",
    format_name=_FORMAT,
    place_of=_place_of,
    mark=".",
)

"""Invesco holdings files (CSV): every row names its fund and day; no lines above the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowrisk.ingest.readers.holdings_file import Issuer, Place, Stated, parse_holdings_file
from flowrisk.ingest.readers.sheets import read_any
from flowrisk.ingest.readers.tabular import Columns
from flowrisk.ingest.values.position_kinds import kind_of_listed

if TYPE_CHECKING:
    from pathlib import Path

    from flowrisk.ingest.readers.parsed import Hints, Parsed
    from flowrisk.ingest.readers.tabular import Line


_COLUMNS = Columns(
    aliases={
        "fund": ("Fund Ticker", "Fund"),
        "identifier": ("Security Identifier", "CUSIP", "Identifier", "ISIN"),
        "ticker": ("Holding Ticker", "Ticker", "Symbol"),
        "shares": ("Shares/Par Value", "Shares", "Quantity", "Shares Held"),
        "value": ("MarketValue", "Market Value ($)", "Market Value (USD)"),
        "weight": ("Weight", "Weight (%)", "% of Fund", "Percentage of Fund"),
        "name": ("Name", "Company", "Security Name", "Holding Name"),
        "title": ("Class of Shares", "Security Type", "Asset Class"),
        "date": ("Date", "As of Date", "Holdings Date"),
    },
    required=("name", "shares"),
)


def read(path: Path, hints: Hints) -> Parsed:
    """Return the positions of an Invesco holdings file, of one fund or several.

    ``Class of Shares`` decides the kind; the security identifier is a CUSIP, an ISIN or a SEDOL by
    its check digit. Values are dollars.

    Raises: DataError for a page, an empty or foreign file, or a file without a day; QuestionError
        where the hint names one fund and the file holds several.
    """
    table = read_any(path, _COLUMNS, format_name="Invesco holdings file", sheet=hints.sheet)
    return parse_holdings_file(path, table, _ISSUER, Stated(), hints)


def _place_of(line: Line) -> Place:
    return Place(kind=kind_of_listed(line.get("title"), line.get("name")))


_ISSUER = Issuer(
    manager_name="Invesco",
    format_name="Invesco holdings file",
    place_of=_place_of,
    convention="mdy",
    mark=".",
)

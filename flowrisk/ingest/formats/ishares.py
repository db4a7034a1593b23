"""iShares holdings files (CSV), with and without the lines above the table.

The issuer's product page offers ``TICKER_holdings.csv``; columns are found by name, because
``Shares`` became ``Quantity`` and identifiers come and go. Weights have two decimals and are kept
as stated; values and prices are already in the ``Currency`` column.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flowrisk.errors import join_names
from flowrisk.ingest.readers import cells
from flowrisk.ingest.readers.exchanges import country_of_name, mic_of_exchange
from flowrisk.ingest.readers.holdings_file import Issuer, Place, Stated, parse_holdings_file
from flowrisk.ingest.readers.position_kinds import kind_of_listed
from flowrisk.ingest.readers.sheets import read_any
from flowrisk.ingest.readers.tabular import Columns

if TYPE_CHECKING:
    from pathlib import Path

    from flowrisk.ingest.readers.parsed import Hints, Parsed
    from flowrisk.ingest.readers.tabular import Line, Table


_COLUMNS = Columns(
    aliases={
        "ticker": ("Ticker", "Issuer Ticker", "Symbol"),
        "name": ("Name", "Security Name", "Issuer Name"),
        "asset_class": ("Asset Class",),
        "value": ("Market Value", "Market Value (USD)"),
        "weight": ("Weight (%)",),
        "shares": ("Quantity", "Shares", "Shares Held", "Nominal", "Par Value"),
        "price": ("Price",),
        "cusip": ("CUSIP",),
        "isin": ("ISIN",),
        "sedol": ("SEDOL",),
        "location": ("Location", "Country"),
        "exchange": ("Exchange",),
        "currency": ("Currency",),
        "market_currency": ("Market Currency", "Local Currency"),
    },
    required=("name", "shares"),
)
_DATE_LABELS = ("Fund Holdings as of", "Holdings as of", "As of")
_LABELS = (*_DATE_LABELS, "Inception Date", "Shares Outstanding", "Stock", "Bond", "Cash", "Other")


def read(path: Path, hints: Hints) -> Parsed:
    """Return the positions of an iShares holdings file.

    The ``Asset Class`` decides the kind. The day is the file's, else the hint's. Values in another
    currency than dollars, or in none that the file states, are null with a note.

    Raises: DataError for a page, an empty or foreign file, a file without a day, or a day for
        which the issuer has no data (a valid file whose date is ``-``).
    """
    table = read_any(path, _COLUMNS, format_name="iShares holdings file", sheet=hints.sheet)
    stated = Stated(
        fund_name=_fund_name(table),
        day=next(filter(None, map(table.stated, _DATE_LABELS)), ""),
    )
    parsed = parse_holdings_file(path, table, _ISSUER, stated, hints)
    return replace(parsed, notes=(*parsed.notes, *_currency_notes(table)))


def _place_of(line: Line) -> Place:
    return Place(
        kind=kind_of_listed(line.get("asset_class"), line.get("name")),
        mic=mic_of_exchange(line.get("exchange"), line.get("market_currency")),
        country=country_of_name(line.get("location")),
        is_in_usd=line.get("currency").upper() == "USD",
    )


_ISSUER = Issuer(manager_name="BlackRock", format_name="iShares holdings file", place_of=_place_of)


def _fund_name(table: Table) -> str:
    """Return the only cell of the first filled line above the table, where it names the fund."""
    for row in table.preamble:
        filled = [cells.tidied(cell) for cell in row if not cells.is_missing(cell)]
        if filled:
            is_label = filled[0].casefold().startswith(tuple(x.casefold() for x in _LABELS))
            return filled[0] if len(filled) == 1 and not is_label else ""
    return ""


def _currency_notes(table: Table) -> tuple[str, ...]:
    others = {line.get("currency").upper() for line in table.lines if not line.fault} - {"USD"}
    if not others:
        return ()
    stated = join_names(sorted(name or "none stated" for name in others))
    return (f"values in another currency than USD are null ({stated})",)

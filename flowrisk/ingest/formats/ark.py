"""ARK holdings files (CSV): ``$`` and ``%`` in the cells, a line of prose at the end."""

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


_COLUMNS = Columns(
    aliases={
        "date": ("date", "as of date"),
        "fund": ("fund", "fund ticker"),
        "name": ("company", "name", "security name"),
        "ticker": ("ticker", "symbol"),
        "cusip": ("cusip",),
        "shares": ("shares", "quantity"),
        "value": ("market value ($)", "market value", "market value($)"),
        "weight": ("weight (%)", "weight", "weight(%)"),
    },
    required=("name", "shares"),
)


def read(path: Path, hints: Hints) -> Parsed:
    """Return the positions of an ARK holdings file, of one fund or several.

    The file states no asset class: names give away funds, cash, rights and warrants; a row with
    neither ticker nor valid CUSIP is ``other``. A ticker such as ``RKLB UQ`` is split into ticker
    and market.

    Raises: DataError for a page, an empty or foreign file, or a file without a day; QuestionError
        where the hint names one fund and the file holds several.
    """
    table = read_any(path, _COLUMNS, format_name="ARK holdings file", sheet=hints.sheet)
    return parse_holdings_file(path, table, _ISSUER, Stated(), hints)


def _place_of(line: Line) -> Place:
    return Place(kind=kind_without_class(line))


_ISSUER = Issuer(
    manager_name="ARK Invest",
    format_name="ARK holdings file",
    place_of=_place_of,
    convention="mdy",
    mark=".",
)

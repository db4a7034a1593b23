"""How the days, numbers and tickers of N-PORT tables are read: the SEC writes days and numbers in
one way, spreadsheets that a table went through do not; tickers are as each filer writes them.

Binds ``nport.days`` (text → day), ``nport.number(text)``, ``nport.tickers`` (text → ticker, market)
and ``nport.described_identifiers`` for the SQL of the form.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from flowrisk.engines.composing import own_name
from flowrisk.errors import DataError
from flowrisk.ingest.sql_steps import define
from flowrisk.ingest.values.check_digits import cleaned
from flowrisk.ingest.values.columns import Evidence, Readings, decide
from flowrisk.question.matching.exchanges import ticker_and_mic

if TYPE_CHECKING:
    from pathlib import Path

    from flowrisk.engines.bulk import Bulk
    from flowrisk.ingest.readers.parsed import Hints


_EXPORTED = {".": "number_with_points", ",": "number_with_commas"}
_TICKER = re.compile(r"(?=.*[A-Z]|\d{1,6}$)[A-Z0-9]{1,6}([./ -][A-Z]{1,2})?")
_NO_TICKERS = frozenset({"NA", "NONE", "NULL", "NIL", "TBD", "UNKN", "UNLIST", "XXXX", "CASH"})
_DESCRIBED = """
    select * from (
        select holding_id,
               coalesce(
                   identifier_ticker,
                   case when other_identifier_desc ilike '%TICKER%' then other_identifier end
               ) as ticker,
               case when other_identifier_desc ilike '%SEDOL%' then other_identifier end as sedol,
               case when other_identifier_desc ilike '%FIGI%' then other_identifier end as figi
        from nport.stated_identifiers
        where identifier_ticker is not null or other_identifier is not null
    )
    where coalesce(ticker, sedol, figi) is not null
"""
_TICKERS = """
    select distinct ticker from nport.described_identifiers where length(ticker) <= 20
"""
_COLUMNS = {
    "BALANCE": ("holdings", "balance"),
    "CURRENCY_VALUE": ("holdings", "currency_value"),
    "NET_ASSETS": ("infos", "net_assets"),
}


def bind(bulk: Bulk, path: Path, hints: Hints, *, is_export: bool) -> tuple[str, ...]:
    """Bind ``nport.days`` and ``nport.number`` for the source whose tables are bound.

    Args:
        is_export: whether it went through somebody's hands; the SEC's own sets have one form.

    Returns: notes on what was decided by more than the cells.

    Raises: DataError where a reading cannot be told.
    """
    reports, filed = (
        _distinct(bulk, "submissions", name)
        for name in ("report_date", "filing_date")
    )  # fmt: skip
    numbers = _cells(bulk) if is_export else {}
    readings = _decided(path.name, numbers, reports, filed, hints)
    days = [(text, readings.day(text)) for text in dict.fromkeys([*reports, *filed])]
    schema = {"text": pl.String, "day": pl.Date}
    bulk.load("nport.days", pl.DataFrame(days, schema=schema, orient="row"))
    mark = next(iter(readings.decimals.values()), ".")
    define(bulk, "number_plain", *_EXPORTED.values())
    number = _EXPORTED[mark] if is_export else "number_plain"
    bulk.define_function("nport.number", ["text"], f"select ingest.{own_name(number)}(text)")
    return readings.notes


def bind_tickers(bulk: Bulk) -> None:
    """Bind ``nport.described_identifiers``, the rows that state a ticker, SEDOL or FIGI, and
    ``nport.tickers``: each text that stands for a ticker, with the ticker and the market that
    stands behind it, or null."""
    bulk.define("nport.described_identifiers", _DESCRIBED, is_table=True)
    found = [(text, *ticker_of(str(text))) for (text,) in bulk.rows(_TICKERS)]
    schema = {"text": pl.String, "ticker": pl.String, "mic": pl.String}
    rows = [row for row in found if row[1]]
    bulk.load("nport.tickers", pl.DataFrame(rows, schema=schema, orient="row"))


def ticker_of(text: str | None) -> tuple[str | None, str | None]:
    """Return ticker and market of what a filer writes as a ticker; None where it is none."""
    ticker, mic = ticker_and_mic(cleaned(text) or "")
    if not _TICKER.fullmatch(ticker) or ticker in _NO_TICKERS:
        return None, None
    return ticker, mic


def _cells(bulk: Bulk) -> dict[str, list[str]]:
    """Return the cells that have a mark in them, by column."""
    return {
        name: _distinct(bulk, *place, holding="cell like '%,%' or cell like '%.%'")
        for name, place in _COLUMNS.items()
    }


def _distinct(
    bulk: Bulk, table: str, column: str, *, holding: str = "cell is not null"
) -> list[str]:
    rows = bulk.rows(
        f"select distinct {own_name(column)} as cell from nport.{own_name(table)} where {holding}"
    )
    return [str(row[0]) for row in rows]


def _decided(
    name: str, numbers: dict[str, list[str]], reports: list[str], filed: list[str], hints: Hints
) -> Readings:
    usual = Evidence(dates=hints.dates, decimal=hints.decimal, mark=".", is_traded=False)
    try:
        return decide(name, numbers=numbers, days=[*reports, *filed], evidence=usual)
    except DataError:
        # a report is of the end of a month, whatever day it was filed
        ending = Evidence(
            dates=hints.dates, decimal=hints.decimal, mark=".", is_period_end=True
        )  # fmt: skip
        return decide(name, numbers=numbers, days=reports, evidence=ending)

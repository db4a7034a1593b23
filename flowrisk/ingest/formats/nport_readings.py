"""How the days and numbers of N-PORT tables are read: the SEC writes both in one way, spreadsheets
that a table went through do not.

Binds ``nport.days`` (text → day) and ``nport.number(text)`` for the SQL of the form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from flowrisk.errors import DataError
from flowrisk.ingest.readers.columns import Evidence, Readings, decide

if TYPE_CHECKING:
    from pathlib import Path

    from flowrisk.engines.bulk import Bulk
    from flowrisk.ingest.readers.parsed import Hints


_PLAIN = "try_cast(text as double)"
_NUMBERS = {
    ".": f"""case
        when not contains(text, ',') then {_PLAIN}
        when regexp_full_match(text, '[+-]?[1-9][0-9]{{0,2}}(,[0-9]{{3}})+([.][0-9]*)?')
            then try_cast(replace(text, ',', '') as double)
    end""",
    ",": """case
        when regexp_full_match(
            text, '[+-]?([0-9]*|[1-9][0-9]{0,2}([.][0-9]{3})+)(,[0-9]*)?([eE][+-]?[0-9]+)?'
        ) then try_cast(replace(replace(text, '.', ''), ',', '.') as double)
    end""",
}
_COLUMNS = {
    "BALANCE": "select distinct balance from nport.holdings",
    "CURRENCY_VALUE": "select distinct currency_value from nport.holdings",
    "NET_ASSETS": "select distinct net_assets from nport.infos",
}


def bind(bulk: Bulk, path: Path, hints: Hints, *, is_export: bool) -> tuple[str, ...]:
    """Bind ``nport.days`` and ``nport.number`` for the source whose tables are bound.

    Args:
        is_export: whether it went through somebody's hands; the SEC's own sets have one form.

    Returns: notes on what was decided by more than the cells.

    Raises: DataError where a reading cannot be told.
    """
    reports, filed = (
        [str(row[0]) for row in bulk.rows(f"select distinct {name} from nport.submissions "
                                          f"where {name} is not null")]
        for name in ("report_date", "filing_date")
    )  # fmt: skip
    numbers = _cells(bulk) if is_export else {}
    readings = _decided(path.name, numbers, reports, filed, hints)
    days = [(text, readings.day(text)) for text in dict.fromkeys([*reports, *filed])]
    schema = {"text": pl.String, "day": pl.Date}
    bulk.load("nport.days", pl.DataFrame(days, schema=schema, orient="row"))
    mark = next(iter(readings.decimals.values()), ".")
    value = _NUMBERS[mark] if is_export else _PLAIN
    bulk.run(
        "create or replace macro nport.number(text) as "
        f"case when isfinite({value}) then {value} end"
    )
    return readings.notes


def _cells(bulk: Bulk) -> dict[str, list[str]]:
    """Return the cells that have a mark in them, by column."""
    return {
        name: [str(row[0]) for row in bulk.rows(f"select * from ({select}) as t(cell) "
                                                "where cell like '%,%' or cell like '%.%'")]
        for name, select in _COLUMNS.items()
    }  # fmt: skip


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

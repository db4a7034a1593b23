"""Datasets from rows: what a test leaves out is filled in, what it is about it says itself."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from flowrisk.dataset.contract import Table, tables
from flowrisk.question.book import Line

if TYPE_CHECKING:
    from pathlib import Path

    from flowrisk.domain import Finding

Row = Mapping[str, Any]
Rows = Sequence[Row]

AS_OF = dt.date(2025, 11, 20)
SECURITY = "US0000000001"

_TYPES = {
    "varchar": pl.String,
    "double": pl.Float64,
    "date": pl.Date,
    "boolean": pl.Boolean,
    "bigint": pl.Int64,
}
_FILLED = {
    "varchar": "x",
    "double": 0.0,
    "date": dt.date(2025, 10, 31),
    "boolean": False,
    "bigint": 0,
}
# one security, one provider, one index, one fund that holds 1,000 shares at 160 dollars
MINIMAL: dict[str, Rows] = {
    "providers": [{"provider_id": "msci", "provider_name": "MSCI"}],
    "indices": [{"index_id": "msci-world", "provider_id": "msci", "index_name": "MSCI World"}],
    "index_memberships": [{"index_id": "msci-world", "security_id": SECURITY}],
    "funds": [{"fund_id": "F1", "fund_name": "Fund one", "index_id": "msci-world"}],
    "fund_reports": [{"fund_id": "F1", "holdings_scope": "full"}],
    "holdings": [{"fund_id": "F1", "security_id": SECURITY, "shares": 1_000.0}],
    "securities": [{
        "security_id": SECURITY, "ticker": "AAA", "security_name": "Alpha Inc",
        "issuer_id": "alpha",
        "share_class": "common", "shares_outstanding": 100_000_000.0,
        "shares_on": dt.date(2025, 9, 30),
    }],
    "prices": [{"security_id": SECURITY, "priced_on": AS_OF, "close_usd": 160.0,
                "volume_shares": 12_000.0}],
    "candidates": [{"list_id": "default", "security_id": SECURITY}],
}  # fmt: skip


def filled(table: Table, row: Row) -> dict[str, Any]:
    """A row with every column of the contract: what the test leaves out is null or a filler."""
    strange = set(row) - {column.name for column in table.columns}
    assert not strange, f"{table.name} has no column {strange}"
    return {
        column.name: row.get(
            column.name,
            None if column.is_nullable else (column.accepted or (_FILLED[column.type],))[0],
        )
        for column in table.columns
    }


def frame_of(name: str, rows: Rows) -> pl.DataFrame:
    """Rows as a frame with the columns and types of the contract."""
    table = tables()[name]
    schema = {column.name: _TYPES[column.type] for column in table.columns}
    return pl.DataFrame([filled(table, row) for row in rows], schema=schema, orient="row")


def write_dataset(folder: Path, overrides: Mapping[str, Rows | None] | None = None) -> Path:
    """Write a dataset folder: the minimal one, its tables replaced (None leaves one out)."""
    given = {**MINIMAL, **(overrides or {})}
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in given.items():
        if rows is None:
            continue
        frame = frame_of(name, rows)
        if name == "holdings":
            write_holdings(folder, frame)
        else:
            frame.write_parquet(folder / f"{name}.parquet")
    return folder


def write_holdings(folder: Path, frame: pl.DataFrame) -> None:
    """Write holdings by month, as the contract lays them out; none at all is one empty part."""
    by_month: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in frame.rows(named=True):
        by_month[f"{row['as_of_on'] or AS_OF:%Y-%m}"].append(row)
    for month, rows in (by_month or {"2025-10": []}).items():
        part = folder / "holdings" / f"as_of_month={month}"
        part.mkdir(parents=True, exist_ok=True)
        pl.DataFrame(rows, schema=frame.schema, orient="row").write_parquet(part / "part.parquet")


def rows_of(frame: pl.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """Rows of a frame with these columns only."""
    return frame.select(columns).rows()


def days_before(count: int, day: dt.date = AS_OF) -> dt.date:
    """The day so many days earlier."""
    return day - dt.timedelta(days=count)


def held(
    fund_id: str,
    shares: float | None,
    on: dt.date = dt.date(2025, 10, 31),
    security_id: str = SECURITY,
) -> dict[str, Any]:
    """One holdings row."""
    return {"fund_id": fund_id, "as_of_on": on, "security_id": security_id, "shares": shares}


def line(
    portfolio: str, identifier: str, shares: float, index: str = "", value_usd: float | None = None
) -> Line:
    """One line of a book, in the row that its place in the file would give it."""
    is_definite = identifier == "CASH"
    return Line(2, portfolio, identifier, shares, index, value_usd, is_definite)


def by_code(findings: Iterable[Finding]) -> dict[str, Finding]:
    """Findings by the check that found them."""
    return {finding.code: finding for finding in findings}


def near(expected: Iterable[Any]) -> tuple[Any, ...]:
    """A row to compare with: numbers up to rounding, everything else exactly."""
    return tuple(
        pytest.approx(value, rel=1e-9) if isinstance(value, float) else value for value in expected
    )

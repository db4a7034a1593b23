"""What a question for a terminal leaves aside at an address is nothing that its answer rests on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

import polars as pl
import pytest
from findings import comparable
from rows import AS_OF

from flowrisk import api
from flowrisk.dataset.bound_tables import BoundTables
from flowrisk.engines.duckdb import DuckDB
from flowrisk.errors import DataError
from flowrisk.text.scenario import MARTS

if TYPE_CHECKING:
    from pathlib import Path

Make = Callable[..., api.Dataset]
QUESTION = {"as_of": AS_OF, "providers": "all"}


def told(dataset: api.Dataset, **asked: object) -> api.ScenarioResult:
    """Ask as the terminal does: by its table's marts, without frames."""
    settings = dataset.settings({**QUESTION, **asked})
    return dataset.answer(settings, marts=MARTS, is_framed=False)


def at_address(made: api.Dataset) -> api.Dataset:
    return api.open_dataset(f"file://{made.path}")


def without(path: Path, *columns: str) -> None:
    pl.read_parquet(path).drop(columns).write_parquet(path)


def test_a_table_that_is_not_read_stops_nobody_but_who_is_told_of_it(make_dataset: Make) -> None:
    made = make_dataset()
    here = told(made)
    (made.path / "backtests.parquet").write_bytes(b"no parquet file")
    there = at_address(api.open_dataset(made.path))
    assert told(there).lines[1:] == here.lines[1:]
    for ask in (lambda: there.scenario(**QUESTION), there.check, lambda: told(made_anew(made))):
        with pytest.raises(DataError, match="cannot be read as parquet") as refused:
            ask()
        assert "backtests.parquet" in str(refused.value)


def test_a_query_reads_the_tables_that_it_names(make_dataset: Make) -> None:
    made = make_dataset()
    (made.path / "backtests.parquet").write_bytes(b"no parquet file")
    there = at_address(api.open_dataset(made.path))
    rows = there.query("select count(*) from marts.outflows", as_of=AS_OF).rows()
    assert rows[0][0] > 0
    for sql in ("select * from raw.backtests", "select * from results.outflows"):
        with pytest.raises(DataError, match="cannot be read as parquet"):
            there.query(sql, as_of=AS_OF)


def made_anew(made: api.Dataset) -> api.Dataset:
    return api.open_dataset(made.path)


@pytest.mark.parametrize("table", ["providers", "funds", "prices", "holdings", "fund_reports"])
def test_a_damaged_table_that_is_read_is_refused(table: str, make_dataset: Make) -> None:
    made = make_dataset()
    files = made.folder.files[table]
    there = at_address(made)
    for file in files:
        (made.path / file.relative_to(made.path)).write_bytes(b"no parquet file")
    with pytest.raises(DataError, match="cannot be read as parquet"):
        told(there)


@pytest.mark.parametrize(("table", "column"), [("funds", "fund_name"), ("prices", "close_usd")])
def test_a_column_that_is_read_and_missing_is_refused(
    table: str, column: str, make_dataset: Make
) -> None:
    made = make_dataset()
    there = at_address(made)
    without(made.path / f"{table}.parquet", column)
    with pytest.raises(DataError, match=f"Column '{column}' is missing"):
        told(there)


def test_a_table_that_is_read_late_is_validated_too(make_dataset: Make) -> None:
    made = make_dataset()
    pl.DataFrame({"security_id": [1]}).write_parquet(made.path / "treasuries.parquet")
    there = at_address(api.open_dataset(made.path))
    told(there)
    with pytest.raises(DataError, match=r"treasuries\.parquet"):
        told(there, rule="digital_asset_ratio >= 0.5")


def test_what_is_missing_is_said_as_of_the_folder(make_dataset: Make) -> None:
    made = make_dataset(splits=None)
    without(made.path / "prices.parquet", "source")
    here, there = told(api.open_dataset(made.path)), told(at_address(made))
    assert comparable(there.answer.findings) == comparable(here.answer.findings)
    codes = {finding.code for finding in there.answer.findings}
    assert {"tables_are_complete", "columns_are_complete"} <= codes


def test_a_table_left_aside_is_there_for_who_asks(sample: api.Dataset) -> None:
    with closing(DuckDB()) as engine:
        tables = BoundTables(sample.folder, engine, ahead=["holdings"])
        assert {table.vintage.name for table in tables.known()} == {"holdings", "unread_positions"}
        assert tables["rules"].vintage.row_count > 0
        assert "rules" in {table.vintage.name for table in tables.known()}
        assert len(dict(tables)) == len(tables) == len(tables.known())
        with pytest.raises(KeyError):
            tables["nonsense"]

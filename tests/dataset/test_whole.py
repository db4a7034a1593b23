"""A question about every security: nothing is kept that has a row a holding, and nothing repeated
is missed, however the files lie."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rows import MINIMAL, frame_of, held

import flowrisk
from flowrisk.answers import check
from flowrisk.dataset import folder, sql_models, warehouse, whole
from flowrisk.engines.duckdb import DuckDB
from flowrisk.question import loading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flowrisk.api import Dataset

OCT, SEP = date(2025, 10, 31), date(2025, 9, 30)
SECURITIES = ("AA", "BB", "CC")
FUNDS = ("F1", "F2", "F3")
SORTED = [held(fund, 1.0, OCT, security) for security in SECURITIES for fund in FUNDS]


@pytest.fixture
def laid(make_dataset: Callable[..., Dataset]) -> Callable[..., Dataset]:
    """Return a function: a dataset of three funds and securities, whose holdings lie in files."""

    def lay(*files: Sequence[dict[str, object]], row_group_size: int | None = None) -> Dataset:
        made = make_dataset(
            securities=[{**MINIMAL["securities"][0], "security_id": s, "ticker": s}
                        for s in SECURITIES],
            funds=[{**MINIMAL["funds"][0], "fund_id": fund} for fund in FUNDS],
            fund_reports=[{"fund_id": fund, "holdings_scope": "full", "as_of_on": day}
                          for fund in FUNDS for day in (OCT, SEP)],
        )  # fmt: skip
        _lay(Path(made.path), files, row_group_size)
        return flowrisk.open_dataset(made.path)

    return lay


def _lay(
    root: Path, files: Sequence[Sequence[dict[str, object]]], row_group_size: int | None
) -> None:
    for old in root.glob("holdings/**/*.parquet"):
        old.unlink()
    month = root / "holdings" / "as_of_month=2025-10"
    month.mkdir(parents=True, exist_ok=True)
    for number, rows in enumerate(files):
        path = month / f"{number}.parquet"
        frame_of("holdings", rows).write_parquet(path, row_group_size=row_group_size)


def _days(made: Dataset) -> list[tuple[str, str]]:
    opened = folder.open_folder(made.path)
    with closing(DuckDB()) as engine:
        tables = {table.vintage.name: table for table in folder.read_tables(opened, engine)}
        return whole.doubted_days(engine, tables["holdings"])


DOUBTED = [("2025-10-31", "2025-10-31")]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([SORTED], []),
        ([SORTED[:4], SORTED[4:]], DOUBTED),  # each in order, but one key could be in both
        ([SORTED[:3], SORTED[3:]], []),  # no security in both
        ([SORTED, [{**row, "as_of_on": SEP} for row in SORTED]], []),  # no day in both
        ([SORTED[::-1]], DOUBTED),
        ([[*SORTED, SORTED[-1]]], DOUBTED),
        ([[*SORTED, SORTED[0]]], DOUBTED),
        ([SORTED, SORTED], DOUBTED),
        ([[], SORTED], []),
    ],
)
def test_what_lies_in_order_and_apart_repeats_nothing(
    files: list[list[dict[str, object]]], expected: list[tuple[str, str]],
    laid: Callable[..., Dataset],
) -> None:  # fmt: skip
    assert _days(laid(*files)) == expected


@pytest.mark.parametrize("row_group_size", [2, None])
@pytest.mark.parametrize("place", [0, 4, 7, len(SORTED)])
def test_a_repeated_row_is_found_wherever_it_lies(
    place: int, row_group_size: int | None, laid: Callable[..., Dataset]
) -> None:
    rows = [*SORTED[:place], SORTED[4], *SORTED[place:]]
    found = laid(rows, row_group_size=row_group_size).check()
    row = {name: (count, examples) for name, _, count, _, examples in found.rows()}
    assert row["keys_are_unique"] == (1, "holdings: F2 BB 2025-10-31 stands 2 times")


def test_nothing_of_a_row_a_holding_is_kept(laid: Callable[..., Dataset]) -> None:
    made = laid(SORTED)
    with closing(DuckDB()) as engine:
        store = warehouse.Warehouse(folder.open_folder(made.path), engine, is_whole=True)
        engine.size_for(10_000_000)
        loading.load(store, made.settings({}), is_whole=True)
        store.run_checks(scopes=check.SCOPES)
        kept = {name for (name,) in engine.rows(
            "select concat(table_schema, '.', table_name) from information_schema.tables "
            "where table_type = 'BASE TABLE'"
        )}  # fmt: skip
    of_asked = {m.qualified_name for m in sql_models.models().values() if m.is_of_asked}
    assert of_asked
    assert not of_asked & kept
    assert "intermediate.holdings_asked" not in kept
    assert "intermediate.positions_summed" in kept


def test_every_finding_is_that_of_tables_that_are_kept(
    laid: Callable[..., Dataset], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dataset with faults of many kinds says the same whether its holdings are kept or not."""
    made = laid([
        *SORTED, SORTED[2], held("F1", -1.0, OCT, "AA"), held("F9", 1.0, OCT, "CC"),
        held("F2", 1e12, OCT, "CC"), {**held("F3", 1.0, SEP, "AA"), "market_value_usd": 5e9},
        {**held("F1", 1.0, SEP, "BB"), "basis": "guessed"},
        held("F2", float("nan"), SEP, "AA"),
        {**held("F3", 1.0, SEP, "BB"), "market_value_usd": -1.0},
        {**held("F3", 1.0, SEP, "CC"), "market_value_usd": float("inf")},
    ])  # fmt: skip
    streamed = made.check().rows()
    (unusable,) = (row for row in streamed if row[0] == "numbers_are_usable")
    assert unusable[2] == 4
    monkeypatch.setattr(whole, "read_whole", lambda model, *_: model)
    assert made.check().rows() == streamed
    assert {name for name, state, *_ in streamed if state == "fail"} >= {
        "keys_are_unique", "numbers_are_usable", "positions_fit_the_company",
    }  # fmt: skip


def test_holdings_of_no_known_security_and_of_no_report_are_found_by_a_check(
    laid: Callable[..., Dataset],
) -> None:
    made = laid([*SORTED, held("F1", 1.0, OCT, "XX"), held("F9", 1.0, OCT, "YY")])
    found = {name: examples for name, _, _, _, examples in made.check().rows()}
    assert found["holdings_name_known_securities"] == "XX: 1 positions, newest of 2025-10-31"
    assert found["holdings_have_reports"] == "F9: holding of YY on 2025-10-31 is left out"

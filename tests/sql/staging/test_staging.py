"""Staging renames and casts, and does nothing else: each table comes through row by row."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from rows import frame_of

from flowrisk.dataset import sql_models
from flowrisk.dataset.contract import tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowrisk.api import Dataset
    from flowrisk.dataset.warehouse import Warehouse


STAGED = sorted(
    m.name for m in sql_models.models().values()
    if m.layer == "staging" and m.name != "holdings_stated"  # holdings without its condition
)  # fmt: skip
VALUES: dict[str, Any] = {
    "varchar": "text", "double": 2.5, "date": dt.date(2025, 2, 28), "boolean": True,
    "bigint": 7,
}  # fmt: skip


def test_every_table_of_the_contract_is_staged() -> None:
    assert set(tables()) == set(STAGED)


@pytest.mark.parametrize("name", STAGED)
def test_rows_come_through_with_their_values_and_types(
    name: str, question: Callable[..., Warehouse]
) -> None:
    columns = tables()[name].columns
    whole = {c.name: (c.accepted or (VALUES[c.type],))[0] for c in columns}
    sparse = {c.name: None if c.is_nullable else whole[c.name] for c in columns}
    # the question needs one security and one list, whatever the table under test holds
    others = {"securities": [{"security_id": "S", "ticker": "T"}],
              "candidates": [{"list_id": "default", "security_id": "S"}]}  # fmt: skip
    if name == "holdings":  # a position is one that a report lists
        others["fund_reports"] = [{key: whole[key] for key in ("fund_id", "as_of_on")}]
    list_id = whole["list_id"] if name == "candidates" else "default"
    store = question({"list": list_id}, **{**others, name: [whole, sparse]})
    frame = store.frame(f"staging.{name}")
    expected = frame_of(name, [whole, sparse])
    shared = [c.name for c in columns]
    assert frame.select(shared).equals(expected.select(shared))
    assert frame.select(shared).schema == expected.schema


def test_wider_types_are_cast_to_the_contract(make_dataset: Callable[..., Dataset]) -> None:
    made = make_dataset()
    path = made.path / "holdings/as_of_month=2025-10/part.parquet"
    frame = pl.read_parquet(path)
    wider = frame.with_columns(
        pl.col("as_of_on").cast(pl.Datetime("us")), pl.col("shares").cast(int)
    )
    wider.write_parquet(path)
    staged = made.query("select * from staging.holdings")
    assert staged.rows() == frame.rows()
    assert staged.schema == frame.schema


@pytest.mark.parametrize(
    ("note", "expected_mw"),
    [("IREN: 300 MW HPC, then 50 MW", 300.0), ("no capacity named", None), (None, None)],
)
def test_capacity_is_the_first_megawatt_figure_of_the_note(
    note: str | None, expected_mw: float | None, question: Callable[..., Warehouse]
) -> None:
    store = question(analyst_targets=[{"broker": "b", "hpc_note": note}])
    assert store.frame("staging.analyst_targets")["hpc_capacity_mw"].to_list() == [expected_mw]

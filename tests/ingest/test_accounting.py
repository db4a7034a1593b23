"""Rows read are the rows taken, itemised, refused, set aside and repeated; nothing else passes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from flowrisk.engines.bulk import Bulk
from flowrisk.errors import DataError, ModelError
from flowrisk.ingest import accounting
from flowrisk.ingest.run import ingest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flowrisk.ingest.summary import Summary

ARK = "date,fund,company,ticker,cusip,shares,market value ($),weight (%)\n"
ROW = "11/18/2025,ARKK,TESLA INC,TSLA,88160R101,1000,400000,60.0\n"
OTHER = "11/18/2025,ARKK,COINBASE GLOBAL INC,COIN,19260Q107,1000,250000,40.0\n"


def told(summary: Summary) -> int:
    return (
        summary.taken.row_count + summary.price_count + summary.set_aside_row_count
        + summary.repeated_row_count
        + sum(tally.row_count for tally in (*summary.itemised, *summary.refused))
    )  # fmt: skip


def test_an_account_that_does_not_add_up_is_our_fault() -> None:
    accounting.Account(10, 4, 3, 1, 1, 1)
    with pytest.raises(ModelError, match="not accounted for"):
        accounting.Account(10, 4, 3, 1, 1, 0)


@pytest.mark.parametrize(
    ("form", "name"),
    [("nport", "nport-csv/Nuveen_Large_Cap_Value_Fund_2025q3.csv"),
     ("ishares", "ishares/IVV_holdings_2025-11-18.csv"),
     ("ark", "ark/ARKK_holdings_2026-08-18.csv"),

     ("invesco", "invesco/QQQ_holdings_2025-09-26.csv"),
     ("13f", "13f/0001951757-25-000093_acorn_creek_2024-12-31.nc"),
     ("prices", "prices/ibkr_round_lots_2026-07-17_20.csv")],
)  # fmt: skip
def test_every_row_of_a_real_file_is_accounted_for(
    lake: Path, real_files: Callable[[str], Path], form: str, name: str
) -> None:
    from datetime import date

    from flowrisk.ingest.readers.parsed import Hints

    hints = Hints(as_of_on=date(2025, 9, 30)) if form == "nport" else Hints()
    summary = ingest([real_files(name)], format=form, data=lake, hints=hints, dry_run=True)
    assert summary.row_count == told(summary) > 0


@pytest.mark.parametrize("text", [ARK + (ROW + OTHER) * 2, (ARK + ROW + OTHER) * 2,
                                  ARK + ROW * 2 + OTHER])  # fmt: skip
def test_a_file_that_holds_rows_twice_is_refused(
    lake: Path, write: Callable[..., Path], text: str
) -> None:
    with pytest.raises(DataError, match="twice"):
        ingest([write("ARKK_holdings.csv", text)], format="ark", data=lake)


def test_lines_that_the_engine_lost_are_noticed(
    quarter: Callable[..., Path], lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = quarter("q", FUND_REPORTED_HOLDING=[{}, {"HOLDING_ID": "2"}])
    with (source / "FUND_REPORTED_HOLDING.tsv").open("a") as file:
        file.write("\n\n")
    assert ingest([source], format="nport", data=lake, dry_run=True).taken.row_count == 2
    monkeypatch.setattr(accounting, "line_count", lambda _: 3)
    monkeypatch.setattr(accounting, "_filled", lambda _: [b"x"] * 4)
    with pytest.raises(DataError, match="not read line by line"):
        ingest([source], format="nport", data=lake, dry_run=True)


def test_most_lines_broken_is_no_file(quarter: Callable[..., Path], lake: Path) -> None:
    source = quarter("q")
    with (source / "FUND_REPORTED_HOLDING.tsv").open("a") as file:
        file.write("0000000001-25-000001\t7\tA name\n" * 2)
    with pytest.raises(DataError, match="Most lines"):
        ingest([source], format="nport", data=lake)


def test_rows_that_name_no_security_are_not_compared_with_every_one(
    lake: Path, quarter: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = []
    define = Bulk.define

    def explained(bulk: Bulk, name: str, sql: str, *, is_table: bool = False) -> None:
        if name == "ingest.positions_unread":
            plans.extend(str(row) for row in bulk.rows(f"explain {sql}"))
        define(bulk, name, sql, is_table=is_table)

    monkeypatch.setattr(Bulk, "define", explained)
    ingest([quarter("q")], format="nport", data=lake)
    plan = "".join(plans).upper()
    assert "HASH" in plan
    assert not re.search(r"NL.JOIN|NESTED.LOOP|CROSS.PRODUCT", plan)

"""Candidates one by one: what the data supports is shown, what it lacks is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from rows import AS_OF
from sheets import prices, treasury

from flowrisk.report.sections import candidates

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowrisk.api import Dataset, ScenarioResult


def found(result: ScenarioResult) -> dict[str, candidates.Profile]:
    shown = candidates.profiles(result.answer, "all").shown
    return {each.standing["ticker"]: each for each in shown}


def test_a_candidate_gathers_its_rows_of_one_scenario(sample_result: ScenarioResult) -> None:
    mara = found(sample_result)["MARA"]
    assert mara.outflow is not None
    assert mara.outflow["scenario_id"] == "all"
    assert [(note["broker"][:8], note["target_after_usd"]) for note in mara.notes] == [
        ("JPMorgan", 13.0)
    ]
    assert {row["ticker"] for row in mara.memberships} == {"MARA"}
    # read off sources/fund_holdings.csv, rows of MARA by 20 Nov 2025: CRSP total market, small and
    # small growth; S&P total market, completion and 600; Russell 3000 and 2000; FTSE US all cap
    # choice; MSCI US IMI information technology 25/50: 3 + 3 + 2 + 1 + 1
    assert mara.inferred_count == len(mara.memberships) == 10


def test_the_list_comes_first_and_the_largest_outflow_leads(sample_result: ScenarioResult) -> None:
    all_of = candidates.profiles(sample_result.answer, "all")
    assert [each.standing["ticker"] for each in all_of.listed[:3]] == ["MSTR", "MARA", "RIOT"]
    known = [each.outflow["outflow_usd"] for each in all_of.others if each.outflow is not None]
    assert known == sorted(known, key=lambda usd: -(usd or -1.0))


def test_what_is_missing_is_named(sample_result: ScenarioResult) -> None:
    assert found(sample_result)["MSTR"].missing == ("analysts' notes",)
    assert found(sample_result)["MARA"].missing == ("digital-asset ratio (total assets unknown)",)
    assert found(sample_result)["IREN"].missing == (
        "digital-asset ratio (no balance sheet in the data by the as-of date)", "mNAV (coins)",
        "index memberships",
    )  # fmt: skip


def test_a_dataset_without_balance_sheets_still_has_profiles(
    make_dataset: Callable[..., Dataset],
) -> None:
    result = make_dataset().scenario(providers="all", as_of=AS_OF)
    alone = found(result)["AAA"]
    assert alone.outflow is not None
    assert alone.outflow["outflow_shares"] == pytest.approx(1_000)
    assert "no balance sheet in the data" in alone.missing[0]
    assert [row["index_name"] for row in alone.memberships] == ["MSCI World"]


def test_a_rule_moves_the_line_of_the_standing(make_dataset: Callable[..., Dataset]) -> None:
    made = make_dataset(treasuries=[treasury(60, 0.00000004, 1.0)], coin_prices=prices(1.0, 1.0))
    result = made.scenario(providers="all", as_of=AS_OF, rule="digital_asset_ratio >= 0.3")
    row = result.digital_asset_ratios.row(0, named=True)
    # 60 dollars of coins and 40 of other assets
    assert row["distance_ratio"] == pytest.approx(0.3)
    assert candidates.section(result.answer, "all")["line"] == 0.3


def test_more_candidates_than_are_shown_are_counted(sample_result: ScenarioResult) -> None:
    answer = sample_result.answer
    row = answer.marts["digital_asset_ratios"].filter(pl.col("ticker") == "MSTR")
    many = pl.concat([row] * 40)
    crowd = answer.told_as(type(answer), marts={**answer.marts, "digital_asset_ratios": many})
    cut = candidates.profiles(crowd, "all")
    assert (len(cut.listed), len(cut.others), cut.more_count) == (25, 0, 15)

"""Single facts of the sample that were wrong once, or are easily got wrong."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest
from sample_files import STRATEGY, facts, number, rows

if TYPE_CHECKING:
    from flowrisk.api import Dataset


def test_two_filers_of_one_manager_on_one_day_are_summed() -> None:
    vanguard = rows("manager_holdings").filter(
        pl.col("manager_name") == "Vanguard Group",
        pl.col("security_id") == STRATEGY,
        pl.col("as_of_on") == dt.date(2026, 3, 31),
    )
    assert vanguard.select("manager_id", "shares", "basis").rows() == [
        ("0000102909", 14_741_707 + 14_077_512, "derived")
    ]


def test_metaplanet_is_seen_in_the_fund_that_lists_it_under_its_old_name() -> None:
    held = rows("holdings").filter(pl.col("security_id") == "JP3481200008")
    assert held.select("fund_id", "shares").rows() == [("S000002932", 6_264_900)]


def test_a_market_value_of_the_bank_is_a_close_within_two_percent() -> None:
    shares = {row["security_id"]: row for row in facts("securities")}[STRATEGY]
    common = float(shares["shares_outstanding"]) + float(shares["unlisted_shares"])
    closes = [
        float(row["close"])
        for row in facts("prices")
        if row["security_id"] == STRATEGY and "2025-11-17" <= row["priced_on"] <= "2025-11-20"
    ]
    caps = {
        float(row["assumed_market_cap_usd"])
        for row in facts("published_estimates")
        if row["market_cap_counts"] == "all_common"
    }
    assert caps == {50e9, 56e9, 59e9}
    for cap in caps:
        assert min(abs(cap / common / close - 1) for close in closes) <= 0.02


def test_no_back_test_case_is_a_change_that_was_reversed_and_none_misses_its_interval() -> None:
    cases = {row["case_id"]: row for row in facts("backtests")}
    assert not {"adani-transmission-2023-02", "adani-total-gas-2023-02"} & cases.keys()
    for row in cases.values():
        low, high = number(row["interval_low_shares"]), number(row["interval_high_shares"])
        if low is not None and high is not None:
            assert low <= float(row["forecast_shares"]) <= high
        assert bool(row["implemented_on"]) == bool(row["implemented_source"])
        assert row["implemented_source"] not in row["source"] or not row["implemented_source"]


def test_mnav_counts_unlisted_classes(sample: Dataset) -> None:
    ratios = {row["ticker"]: row for row in sample.screen().digital_asset_ratios.rows(named=True)}
    # (195.38 + 732.22) m shares x 4.58 over 4,004 bitcoins x 86,554
    assert ratios["ABTC"]["simple_mnav_ratio"] == pytest.approx(12.26, abs=0.01)
    assert ratios["MSTR"]["simple_mnav_ratio"] == pytest.approx(0.92, abs=0.005)
    assert ratios["MSTR"]["enterprise_mnav_ratio"] == pytest.approx(1.17, abs=0.005)


@pytest.mark.parametrize("day", ["2026-01-06", "2026-02-27", "2026-10-01"])
def test_excluding_after_a_freeze_is_the_later_deletion(sample: Dataset, day: str) -> None:
    asked = {"providers": "msci", "securities": "MSTR", "as_of": day}
    deleted = sample.scenario(**asked).outflows["outflow_shares"].item()
    later = sample.scenario(**asked, treatment="freeze").freeze_effects
    assert deleted == pytest.approx(later["deletion_outflow_shares"].item())


def test_no_ratio_is_known_before_the_note_it_was_set_to(sample: Dataset) -> None:
    found = sample.scenario(known_on="2025-08-01", providers="msci,all", securities="MSTR")
    assert "calibrated" not in set(found.outflows["bound"])
    assert "tracking-ratio" not in set(found.provider_outflows["method"])
    assert found.outflows["priced_on"].max() <= dt.date(2025, 8, 1)


def test_a_figure_our_ratio_was_set_to_leaves_no_rest(sample: Dataset) -> None:
    rows = sample.scenario(securities="MSTR").reconciliation.rows(named=True)
    (own,) = [row for row in rows if row["estimator"] == "JPMorgan" and row["scope"] == "msci"]
    assert own["is_calibration_input"]
    # 15.81 m shares at 174.15 are 2.75bn: what is left of 2.80 is the price of another day, 1.7 %
    assert abs(own["rest_usd"]) < 0.02 * own["published_usd"]


def test_no_name_called_unseen_is_listed_by_a_covered_fund(sample: Dataset) -> None:
    result = sample.scenario()
    unseen = {(row["provider_id"], row["ticker"])
              for row in result.provider_outflows.filter(scenario_id="all").rows(named=True)
              if row["method"] == "membership-unknown"}  # fmt: skip
    listed = {(row["provider_id"], row["ticker"]) for row in result.memberships.rows(named=True)}
    assert not unseen & listed


def test_lists_of_a_simulation_are_known_from_its_day_on() -> None:
    frame = rows("candidates")
    days = frame.group_by("list_id").agg(pl.col("listed_on").unique())
    known = {list_id: set(found) for list_id, found in days.rows()}
    simulated = {"msci-2026-simulated", "msci-2026-watch"}
    assert known == {each: {dt.date(2026, 8, 14) if each in simulated else None} for each in known}


def test_rules_hold_what_was_found_and_no_more() -> None:
    frame = rows("rules")
    tests = frame.select("rule_id", "input_id", "fails_if", "threshold_ratio", "years_count").rows()
    assert tests == [
        ("msci-datco-2025", "digital_asset_ratio", "at_least", 0.5, 1),
        ("msci-noc-2026", "operating_asset_ratio", "at_most", 0.5, 2),
        *(("msci-noc-2026", f"unnamed_ratio_{i}", None, None, 2) for i in range(1, 6)),
    ]
    second = frame.filter(screen_id="2")
    assert (second.height, set(second["failing_tests_count"])) == (5, {4})
    assert rows("issuer_ratios").is_empty()

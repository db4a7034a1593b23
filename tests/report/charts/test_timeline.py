"""The timeline of the sample: who could sell when, and what falls on one day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flowrisk.api import Dataset, ScenarioResult


def test_the_first_day_of_each_provider_after_its_own_decision(
    sample_result: ScenarioResult,
) -> None:
    found = sample_result.timeline.filter(scenario_id="all", ticker="MSTR")
    assert dict(found.select("provider_id", "effective_on").rows()) == {
        # the consultation of October 2025 is decided by 15 Jan 2026, so the February review
        "msci": date(2026, 2, 27),
        # the others follow, never before that decision; S&P and Nasdaq trade the close of the
        # Friday before the Monday they are effective
        "sp-dji": date(2026, 3, 20),
        "crsp": date(2026, 3, 24),
        "ftse-russell": date(2026, 6, 26),
        "nasdaq": date(2026, 12, 18),
    }
    assert set(found["decision_due_on"].drop_nulls()) == {date(2026, 1, 15)}


def test_a_follower_alone_waits_for_nobody(sample: Dataset) -> None:
    found = sample.scenario(providers="nasdaq+sp-dji", securities="MSTR").timeline
    # 3.070 % + 2.195 % of 267.468 m over 14,872,275 shares a day, on one day
    assert set(found["effective_on"]) == {date(2025, 12, 19)}
    assert found["same_day_adv_multiple_days"].to_list() == pytest.approx([0.94688] * 2, abs=1e-5)


def test_no_two_of_the_five_fall_on_one_day(sample_result: ScenarioResult) -> None:
    found = sample_result.timeline.filter(scenario_id="all", ticker="MSTR")
    assert set(found["same_day_sellers_count"]) == {1}
    days = dict(found.select("provider_id", "same_day_adv_multiple_days").rows())
    # MSCI: 6.057 % of 261 m = 15,808,770 shares over 14,872,275.4 a day
    assert days["msci"] == pytest.approx(1.06297, abs=1e-5)
    assert found["same_day_outflow_usd"].max() == pytest.approx(2.8e9, rel=1e-4)


def test_a_review_whose_day_is_not_in_the_data_makes_the_next_day_unknown(sample: Dataset) -> None:
    found = sample.scenario(as_of="2026-02-27", providers="msci", securities="MSTR").timeline
    (row,) = found.rows(named=True)
    # of May 2026 the data has no day, and it comes before 31 August
    assert row["effective_on"] is None
    assert row["unknown_reason"] == "the next effective day is not known"
    # on 1 September the consultation of August waits for 16 October
    autumn = sample.scenario(as_of="2026-09-01", providers="msci", securities="MSTR").timeline
    assert autumn["effective_on"].to_list() == [date(2026, 11, 30)]
    later = sample.scenario(as_of="2026-12-01", providers="msci", securities="MSTR").timeline
    (row,) = later.rows(named=True)
    assert row["effective_on"] is None
    assert row["unknown_reason"] == "no effective day after the as-of date in the data"

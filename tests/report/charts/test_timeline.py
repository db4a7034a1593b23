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
        # decided on 16 Oct 2026 at the earliest, so the November review
        "msci": date(2026, 11, 30),
        # both trade the close of the Friday before the Monday they are effective
        "nasdaq": date(2025, 12, 19),
        "sp-dji": date(2025, 12, 19),
        "crsp": date(2025, 12, 23),
        "ftse-russell": date(2026, 6, 26),
    }


def test_nasdaq_and_s_and_p_fall_on_one_day_and_no_others(sample_result: ScenarioResult) -> None:
    found = sample_result.timeline.filter(scenario_id="all", ticker="MSTR")
    days = dict(found.select("provider_id", "same_day_adv_multiple_days").rows())
    # 3.070 % + 2.195 % of 267.468 m over 14,872,275 shares a day
    assert days["nasdaq"] == days["sp-dji"] == pytest.approx(0.94688, abs=1e-5)
    # MSCI stands alone: 6.057 % of 261 m = 15,808,770 shares over 14,872,275.4 a day
    assert days["msci"] == pytest.approx(1.06297, abs=1e-5)
    assert found["same_day_outflow_usd"].max() == pytest.approx(2.8e9, rel=1e-4)


def test_the_reviews_of_may_are_not_in_the_data_and_that_is_said(sample: Dataset) -> None:
    found = sample.scenario(as_of="2026-02-27", providers="msci", securities="MSTR").timeline
    (row,) = found.rows(named=True)
    # neither May nor August 2026 is a day of the data: the next one is November's, and after
    # that none is
    assert row["effective_on"] == date(2026, 11, 30)
    later = sample.scenario(as_of="2026-12-01", providers="msci", securities="MSTR").timeline
    (row,) = later.rows(named=True)
    assert row["effective_on"] is None
    assert row["unknown_reason"] == "no effective day after the as-of date in the data"

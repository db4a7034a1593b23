"""The timeline of the sample: who could sell when, and what falls on one day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flowrisk.api import Dataset, ScenarioResult


def test_the_first_session_of_each_provider_after_the_leader_decided(
    sample_result: ScenarioResult,
) -> None:
    """Audit: nobody who follows MSCI sells before it decides, by 15 January 2026."""
    found = sample_result.timeline.filter(scenario_id="all", ticker="MSTR")
    days = found.group_by("provider_id").agg("trades_on").rows()
    assert dict(days) == {
        "msci": [date(2026, 2, 27)],
        # in force before the open of Monday 23 March
        "sp-dji": [date(2026, 3, 20)],
        "crsp": [date(2026, 3, day) for day in (18, 19, 20, 23, 24)],
        "ftse-russell": [date(2026, 6, 26)],
        "nasdaq": [date(2026, 12, 18)],
    }
    assert set(found["decision_due_on"]) == {date(2026, 1, 15)}
    inferred = set(found.filter("is_inferred")["provider_id"])
    assert inferred == {"crsp", "nasdaq"}


def test_s_and_p_meets_one_packet_of_crsp_and_nobody_else(sample_result: ScenarioResult) -> None:
    found = sample_result.timeline.filter(scenario_id="all", ticker="MSTR")
    multiples = "provider_id", "trades_on", "same_day_adv_multiple_days"
    days = {(who, day): multiple for who, day, multiple in found.select(multiples).rows()}
    met = date(2026, 3, 20)
    # 2.195 % of 267.468 m and a fifth of 4.4 % of it, over 14,872,275 shares a day
    assert days["sp-dji", met] == days["crsp", met] == pytest.approx(0.55302, abs=1e-5)
    # MSCI stands alone: 6.057 % of 261 m = 15,808,770 shares over 14,872,275.4 a day
    assert days["msci", date(2026, 2, 27)] == pytest.approx(1.06297, abs=1e-5)
    assert found["same_day_outflow_usd"].max() == pytest.approx(2.8e9, rel=1e-4)
    assert found["outflow_usd"].sum() == pytest.approx(8.8e9, rel=1e-4)


def test_a_follower_alone_waits_for_nobody(sample: Dataset) -> None:
    found = sample.scenario(providers="nasdaq+sp-dji", securities="MSTR").timeline
    # 3.070 % + 2.195 % of 267.468 m over 14,872,275 shares a day, on one session
    assert set(found["trades_on"]) == {date(2025, 12, 19)}
    assert set(found["effective_on"]) == {date(2025, 12, 22)}
    assert found["same_day_adv_multiple_days"].to_list() == pytest.approx([0.94688] * 2, abs=1e-5)


def test_a_review_whose_day_is_not_in_the_data_makes_the_next_day_unknown(sample: Dataset) -> None:
    found = sample.scenario(as_of="2026-02-27", providers="msci", securities="MSTR").timeline
    (row,) = found.rows(named=True)
    # of May 2026 the data has no day, and it comes before 31 August
    assert row["trades_on"] is None
    assert row["unknown_reason"] == "the next effective day is not known"
    # MSCI decided in January, so it waits for nothing
    assert (row["decided_on"], row["decision_due_on"]) == (date(2026, 1, 6), None)
    # on 1 September the consultation of August waits for 16 October
    autumn = sample.scenario(as_of="2026-09-01", providers="msci", securities="MSTR").timeline
    assert autumn["trades_on"].to_list() == [date(2026, 11, 30)]
    assert autumn["effective_on"].to_list() == [date(2026, 12, 1)]
    later = sample.scenario(as_of="2026-12-01", providers="msci", securities="MSTR").timeline
    (row,) = later.rows(named=True)
    assert row["trades_on"] is None
    assert row["unknown_reason"] == "no effective day after the as-of date in the data"

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


def test_the_review_of_may_is_not_in_the_data_and_that_of_august_is_inferred(
    sample: Dataset,
) -> None:
    found = sample.scenario(as_of="2026-02-27", providers="msci", securities="MSTR").timeline
    (row,) = found.rows(named=True)
    # MSCI decided in January, so it waits for nothing
    assert (row["trades_on"], row["effective_on"]) == (date(2026, 8, 31), date(2026, 9, 1))
    assert (row["decided_on"], row["decision_due_on"]) == (date(2026, 1, 6), None)
    assert row["is_inferred"]
    later = sample.scenario(as_of="2026-12-01", providers="msci", securities="MSTR").timeline
    (row,) = later.rows(named=True)
    assert row["trades_on"] is None
    assert row["unknown_reason"] == "no effective day after the as-of date in the data"

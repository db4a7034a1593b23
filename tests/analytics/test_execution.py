from __future__ import annotations

import csv
from datetime import date

import pytest
from paths import WORKED

from flowrisk.analytics.execution import CLOSING_RATIOS, schedule
from flowrisk.errors import QuestionError

ANNOUNCED_ON, EFFECTIVE_ON = date(2025, 11, 20), date(2025, 12, 1)


def test_schedule_over_thanksgiving_by_hand() -> None:
    with (WORKED / "execution.csv").open(encoding="utf-8") as answers:
        expected = list(csv.DictReader(answers))
    found = schedule(ANNOUNCED_ON, EFFECTIVE_ON)
    assert [day.isoformat() for day in found["sold_on"]] == [row["sold_on"] for row in expected]
    assert found["phase"].to_list() == [row["phase"] for row in expected]
    assert found["sold_ratio"].to_list() == pytest.approx(
        [float(row["sold_ratio"]) for row in expected]
    )
    assert set(found["calendar"]) == {"sessions of XNYS"}


@pytest.mark.parametrize("closing", CLOSING_RATIOS)
def test_the_whole_sale_is_scheduled_once(closing: float) -> None:
    found = schedule(ANNOUNCED_ON, EFFECTIVE_ON, closing_ratio=closing)
    assert found["sold_ratio"].sum() == pytest.approx(1)
    assert found["sold_ratio"][-1] == closing
    assert found["sold_on"][0] > ANNOUNCED_ON
    assert found["sold_on"][-1] == EFFECTIVE_ON


def test_with_no_day_between_the_close_takes_all() -> None:
    found = schedule(date(2025, 11, 28), EFFECTIVE_ON)
    assert found.select("sold_on", "sold_ratio", "phase").rows() == [(EFFECTIVE_ON, 1.0, "close")]


def test_an_effective_day_without_trading_is_refused_with_the_day_before() -> None:
    with pytest.raises(QuestionError, match="2025-11-23 is not a trading day") as refusal:
        schedule(ANNOUNCED_ON, date(2025, 11, 23))
    assert refusal.value.facts["trading day before"] == date(2025, 11, 21)


@pytest.mark.parametrize(("effective_on", "closing"), [(ANNOUNCED_ON, 0.85), (EFFECTIVE_ON, 1.2)])
def test_impossible_schedules_are_refused(effective_on: date, closing: float) -> None:
    with pytest.raises(QuestionError, match="cannot be scheduled"):
        schedule(ANNOUNCED_ON, effective_on, closing_ratio=closing)

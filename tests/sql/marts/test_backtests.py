"""Forecasts of past index changes beside the figures published for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

Answer = Callable[..., list[tuple[Any, ...]]]

DAY = date(2024, 11, 25)
COLUMNS = "case_id is_scored forecast_of_published_ratio is_inside"


def _case(case_id: str, **changes: Any) -> dict[str, Any]:
    return {"case_id": case_id, "forecast_shares": 90.0, "published_shares": 100.0,
            "is_calibrated": False, "is_in_sample": False, "implemented_on": DAY,
            **changes}  # fmt: skip


def test_only_independent_cases_with_a_figure_are_scored(answer: Answer) -> None:
    cases = [_case("a"), _case("b", is_calibrated=True), _case("c", published_shares=None),
             _case("d", is_in_sample=True), _case("e", is_in_sample=None),
             _case("f", implemented_on=None)]  # fmt: skip
    assert answer(COLUMNS, backtests=cases) == [
        ("a", True, 0.9, None),
        ("b", False, 0.9, None),
        ("c", False, None, None),
        ("d", False, 0.9, None),
        ("e", False, 0.9, None),
        ("f", False, 0.9, None),
    ]


def test_the_ends_of_an_interval_are_inside(answer: Answer) -> None:
    low = _case("a", interval_low_shares=100.0, interval_high_shares=120.0)
    out = _case("b", interval_low_shares=80.0, interval_high_shares=99.0)
    assert [row[3] for row in answer(COLUMNS, backtests=[low, out])] == [True, False]


def test_the_volume_of_the_day_stands_beside_the_forecast(answer: Answer) -> None:
    got = answer("day_volume_of_forecast_ratio", backtests=[_case("a", day_volume_shares=180.0)])
    assert got == [(2.0,)]

"""What each report lists, of every security, counted and added up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rows import held

Answer = Callable[..., list[tuple[Any, ...]]]

OCT, SEP = date(2025, 10, 31), date(2025, 9, 30)


def test_a_row_a_report_with_count_and_value(answer: Answer) -> None:
    holdings = [
        {**held("F1", 1, OCT), "market_value_usd": 2.0},
        {**held("F1", 1, OCT, "unknown"), "market_value_usd": 3.0},
        held("F1", 1, SEP),
    ]
    found = answer("fund_id as_of_on positions_count market_value_usd", holdings=holdings)
    # no value is not a value of zero
    assert sorted(found) == [("F1", SEP, 1, None), ("F1", OCT, 2, 5.0)]

"""The newest visible report of each fund."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

Answer = Callable[..., list[tuple[Any, ...]]]


def test_the_newest_report_up_to_the_day_counts(answer: Answer) -> None:
    reports = [
        {"fund_id": "F1", "as_of_on": date(2025, 6, 30), "holdings_scope": "full"},
        {"fund_id": "F1", "as_of_on": date(2025, 10, 31), "holdings_scope": "excerpt"},
        {"fund_id": "F1", "as_of_on": date(2025, 11, 21), "holdings_scope": "full"},
    ]
    got = answer("fund_id as_of_on holdings_scope", fund_reports=reports)
    assert got == [("F1", date(2025, 10, 31), "excerpt")]

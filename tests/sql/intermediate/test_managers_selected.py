"""One position of each manager from before the as-of date and one from after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rows import AS_OF, SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "vintage as_of_on reported_shares scale_ratio scaled_shares"


def _held(on: date, shares: float) -> dict[str, Any]:
    return {"manager_id": "1", "manager_name": "M", "as_of_on": on, "security_id": SECURITY,
            "shares": shares}  # fmt: skip


def test_the_newest_before_and_the_first_after_are_taken(answer: Answer) -> None:
    days = [date(2025, 3, 31), AS_OF, date(2025, 12, 31), date(2026, 3, 31)]
    got = answer(COLUMNS, manager_holdings=[_held(on, 10.0 + i) for i, on in enumerate(days)])
    assert sorted(got) == [
        ("known", AS_OF, 11.0, 1.0, 11.0),
        ("later", date(2025, 12, 31), 12.0, 1.0, 12.0),
    ]


def test_the_count_of_the_row_s_own_day_scales_it(answer: Answer) -> None:
    counts = [{"security_id": SECURITY, "as_of_on": date(2025, 12, 31), "shares": 400e6}]
    got = answer(COLUMNS, manager_holdings=[_held(date(2026, 1, 30), 8.0)], share_counts=counts)
    assert got == [("later", date(2026, 1, 30), 8.0, 0.25, 2.0)]


def test_before_the_first_count_no_scale_is_known(answer: Answer) -> None:
    got = answer(COLUMNS, manager_holdings=[_held(date(2024, 12, 31), 8.0)])
    assert got == [("known", date(2024, 12, 31), 8.0, None, 8.0)]

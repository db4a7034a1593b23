"""Every dated share count, in shares of the as-of day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rows import SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]


def _count(on: date, shares: float) -> dict[str, Any]:
    return {"security_id": SECURITY, "as_of_on": on, "shares": shares}


def test_counts_of_both_tables_and_of_later_days_are_kept(answer: Answer) -> None:
    counts = [_count(date(2025, 12, 31), 125e6)]
    assert sorted(answer("counted_on shares", share_counts=counts)) == [
        (date(2025, 9, 30), 100e6),  # of securities
        (date(2025, 12, 31), 125e6),
    ]


def test_a_day_that_both_tables_know_stands_once_as_counted_over_time(answer: Answer) -> None:
    assert answer("shares", share_counts=[_count(date(2025, 9, 30), 99e6)]) == [(99e6,)]


def test_a_count_from_before_a_split_is_in_shares_of_the_as_of_day(answer: Answer) -> None:
    splits = [{"security_id": SECURITY, "effective_on": date(2025, 10, 10), "split_ratio": 10.0}]
    assert answer("shares", splits=splits) == [(1e9,)]

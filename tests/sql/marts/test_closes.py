"""Closing prices up to the as-of date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rows import SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]

PRICES = [
    {"security_id": SECURITY, "priced_on": date(2025, 11, day), "close_usd": float(day)}
    for day in (21, 19, 20)
]


def test_days_stand_in_order_and_none_after_the_as_of_date(answer: Answer) -> None:
    assert answer("priced_on close_usd", prices=PRICES) == [
        (date(2025, 11, 19), 19.0),
        (date(2025, 11, 20), 20.0),
    ]


def test_a_later_split_is_undone(answer: Answer) -> None:
    splits = [{"security_id": SECURITY, "effective_on": date(2026, 1, 5), "split_ratio": 10.0}]
    assert answer("close_usd", prices=PRICES[2:], splits=splits) == [(200.0,)]

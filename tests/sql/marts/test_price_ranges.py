"""The lowest and highest close of the volume window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rows import SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]


def test_only_the_sessions_of_the_window_count(answer: Answer) -> None:
    closes = {14: 500.0, 17: 9.0, 18: 12.0, 19: 8.0, 20: 10.0, 21: 1.0}
    prices = [
        {"security_id": SECURITY, "priced_on": date(2025, 11, day), "close_usd": close}
        for day, close in closes.items()
    ]
    got = answer(
        "lowest_close_usd highest_close_usd sessions_count", {"adv_window": 3}, prices=prices
    )
    assert got == [(8.0, 12.0, 3)]

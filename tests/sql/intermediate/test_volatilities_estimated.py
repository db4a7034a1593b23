"""Volatility of daily log returns over a window."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rows import AS_OF, SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = (
    "daily_volatility_ratio volatility_sessions_count volatility_from_on volatility_until_on "
    "volatility_unknown_reason"
)


def closes(*prices: float, step_days: int = 1) -> list[dict[str, Any]]:
    """Closes up to the as-of day, the last one on it."""
    return [
        {"security_id": SECURITY, "priced_on": AS_OF - timedelta(days=step_days * back),
         "close_usd": price}
        for back, price in enumerate(reversed(prices))
    ]  # fmt: skip


def zigzag(count: int) -> list[float]:
    """Closes whose log returns are +10 % and -10 % in turn."""
    return [math.exp(0.1 * (i % 2)) for i in range(count)]


def test_the_sample_deviation_of_twenty_returns(answer: Answer) -> None:
    # ten returns of +0.1 and ten of -0.1: mean 0, sum of squares 0.2, over 19
    ((volatility, count, from_on, until_on, reason),) = answer(COLUMNS, prices=closes(*zigzag(21)))
    assert volatility == pytest.approx(math.sqrt(0.2 / 19), rel=1e-12)
    assert (count, from_on, until_on, reason) == (20, AS_OF - timedelta(days=19), AS_OF, None)


def test_nineteen_returns_are_too_few_and_said_so(answer: Answer) -> None:
    ((volatility, count, _, _, reason),) = answer(COLUMNS, prices=closes(*zigzag(20)))
    assert (volatility, count) == (None, 19)
    assert reason == "only 19 daily returns in the window, 20 are needed"


def test_a_security_without_prices_has_a_row_and_a_reason(answer: Answer) -> None:
    ((volatility, count, _, _, reason),) = answer(COLUMNS, prices=closes())
    assert (volatility, count, reason) == (
        None, 0, "only 0 daily returns in the window, 20 are needed",
    )  # fmt: skip


def test_returns_before_the_window_and_after_the_day_do_not_count(answer: Answer) -> None:
    # a jump before the window and one after the as-of day would both raise it
    prices = closes(100.0, *zigzag(26)) + [
        {"security_id": SECURITY, "priced_on": AS_OF + timedelta(days=1), "close_usd": 1e6}
    ]
    ((volatility, count, *_),) = answer(COLUMNS, {"volatility_window": 20}, prices=prices)
    assert count == 20
    assert volatility == pytest.approx(math.sqrt(0.2 / 19), rel=1e-12)


def test_a_return_over_more_than_five_days_is_not_a_daily_one(answer: Answer) -> None:
    ((volatility, count, *_),) = answer(COLUMNS, prices=closes(*zigzag(40), step_days=6))
    assert (volatility, count) == (None, 0)
    ((volatility, count, *_),) = answer(COLUMNS, prices=closes(*zigzag(40), step_days=5))
    assert (count, volatility is None) == (39, False)

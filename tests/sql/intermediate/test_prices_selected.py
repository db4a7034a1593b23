"""The price a security is valued at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import AS_OF, SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "priced_on close_usd is_overridden"
PRICES = [
    {"security_id": SECURITY, "priced_on": date(2025, 11, day), "close_usd": float(day)}
    for day in (18, 19, 21)
]


def test_the_newest_close_up_to_the_day_counts(answer: Answer) -> None:
    assert answer(COLUMNS, prices=PRICES) == [(date(2025, 11, 19), 19.0, False)]


def test_a_price_of_the_question_takes_the_place_of_the_close(answer: Answer) -> None:
    assert answer(COLUMNS, {"price": {"AAA": 5}}, prices=PRICES) == [(AS_OF, 5.0, True)]


def test_no_price_up_to_the_day_is_unknown(answer: Answer) -> None:
    # prices of another security keep the dataset usable on that day
    prices = [*PRICES[2:], {"security_id": "OTHER", "priced_on": AS_OF, "close_usd": 1.0}]
    assert answer(COLUMNS, prices=prices) == [(None, None, False)]


@pytest.mark.parametrize(
    ("effective_on", "close_usd"), [(date(2025, 11, 21), 190.0), (date(2025, 11, 20), 19.0)]
)
def test_split_adjusted_closes_are_unadjusted_before_the_split(
    effective_on: date, close_usd: float, answer: Answer
) -> None:
    splits = [{"security_id": SECURITY, "effective_on": effective_on, "split_ratio": 10.0}]
    got = answer(COLUMNS, prices=PRICES, splits=splits)
    assert got == [(date(2025, 11, 19), pytest.approx(close_usd, rel=1e-12), False)]


def test_a_split_after_the_last_price_has_not_adjusted_it(answer: Answer) -> None:
    splits = [{"security_id": SECURITY, "effective_on": date(2026, 1, 5), "split_ratio": 10.0}]
    assert answer("close_usd", prices=PRICES, splits=splits) == [(19.0,)]

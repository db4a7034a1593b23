"""A missing or old price is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from rows import SECURITY

Facts = Callable[..., list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("priced_on", "expected"),
    [
        (date(2025, 11, 13), []),  # a week before
        (date(2025, 11, 12), [("AAA", "newest price of 2025-11-12")]),
        (date(2025, 11, 21), [("AAA", "no price, dollars unknown")]),
    ],
)
def test_age_of_the_price(priced_on: date, expected: list[tuple[str, str]], facts: Facts) -> None:
    prices = [{"security_id": SECURITY, "priced_on": priced_on, "close_usd": 1.0}]
    assert facts(prices=prices) == expected


def test_a_price_of_the_question_is_fresh(facts: Facts) -> None:
    assert facts({"price": {"AAA": 5.0}}, prices=[]) == []

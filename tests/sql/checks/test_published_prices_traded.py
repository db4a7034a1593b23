"""Market values that give a price nobody traded at are found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from rows import AS_OF, SECURITY

Facts = Callable[..., list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("market_cap_usd", "published_on", "is_found"),
    [(16e9, AS_OF, False), (16.3e9, AS_OF, False), (16.4e9, AS_OF, True), (20e9, AS_OF, True),
     (20e9, date(2025, 11, 21), False)],  # the last is of after the as-of date
)  # fmt: skip
def test_a_price_within_two_percent_of_a_close(
    market_cap_usd: float, published_on: date, *, is_found: bool, facts: Facts
) -> None:
    # 100 m shares at 160: 16bn
    found = facts(published_estimates=[
        {"estimate_id": "e", "subject": SECURITY, "published_on": published_on,
         "assumed_market_cap_usd": market_cap_usd, "market_cap_counts": "listed_class"},
    ])  # fmt: skip
    assert [subject for subject, _ in found] == (["e"] if is_found else [])

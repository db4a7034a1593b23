"""An average over fewer sessions than asked for is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from rows import SECURITY

Facts = Callable[..., list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("window", "expected"),
    [(2, []), (3, [("AAA", "2 of 3 sessions")])],
)
def test_sessions(window: int, expected: list[tuple[str, str]], facts: Facts) -> None:
    prices = [{"security_id": SECURITY, "priced_on": date(2025, 11, day), "close_usd": 1.0,
               "volume_shares": 5.0} for day in (18, 19, 21)]  # fmt: skip
    assert facts({"adv_window": window}, prices=prices) == expected


def test_no_volume_at_all(facts: Facts) -> None:
    assert facts({"adv_window": 1}, prices=[]) == [("AAA", "0 of 1 sessions")]

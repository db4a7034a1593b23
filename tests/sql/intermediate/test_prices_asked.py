"""One pass over the prices keeps every day of the securities asked about, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rows import MINIMAL, SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]


def test_other_securities_are_left_behind_and_no_day_is(answer: Answer) -> None:
    row = MINIMAL["prices"][0]
    days = [date(2026, 3, 2), date(2025, 9, 30)]
    prices = [{**row, "priced_on": day, "close_usd": 2.0} for day in days]
    prices.append({**row, "security_id": "US0000000099", "priced_on": days[0]})
    assert answer("security_id priced_on close_usd", prices=prices) == [
        (SECURITY, date(2025, 9, 30), 2.0),
        (SECURITY, date(2026, 3, 2), 2.0),
    ]

"""The newest membership on or before the day, in shares of the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]


def member(on: date, weight: float, shares: float = 100.0) -> dict[str, Any]:
    return {"index_id": "msci-world", "security_id": SECURITY, "as_of_on": on,
            "weight_ratio": weight, "index_shares": shares}  # fmt: skip


def test_the_newest_row_up_to_the_day_counts(answer: Answer) -> None:
    rows = [member(date(2025, 6, 30), 0.1), member(date(2025, 11, 20), 0.2),
            member(date(2025, 11, 21), 0.3)]  # fmt: skip
    got = answer("provider_id as_of_on weight_ratio", index_memberships=rows)
    assert got == [("msci", date(2025, 11, 20), 0.2)]


def test_index_shares_follow_a_split_after_the_row_and_weights_do_not(answer: Answer) -> None:
    got = answer(
        "weight_ratio index_shares",
        index_memberships=[member(date(2025, 6, 30), 0.1)],
        splits=[{"security_id": SECURITY, "effective_on": date(2025, 8, 1), "split_ratio": 4.0}],
    )
    assert got == [(0.1, pytest.approx(400.0, rel=1e-12))]

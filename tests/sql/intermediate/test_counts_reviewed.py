"""The shares that a provider's indices count of a security since its newest review known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rows import SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]

COUNTS = [{"provider_id": "msci", "security_id": SECURITY, "effective_on": on, "index_shares": n}
          for on, n in [(date(2025, 8, 26), 5e6), (date(2025, 11, 1), 7e6),
                        (date(2025, 12, 1), 9e6)]]  # fmt: skip


def test_the_newest_by_the_day_in_shares_of_the_day(answer: Answer) -> None:
    """A split of two for one on 10 November: 7 m counted before it are 14 m now."""
    split = {"security_id": SECURITY, "effective_on": date(2025, 11, 10), "split_ratio": 2.0}
    columns = "provider_id effective_on index_shares"
    assert answer(columns, index_shares=COUNTS) == [("msci", date(2025, 11, 1), 7e6)]
    assert answer(columns, index_shares=COUNTS, splits=[split]) == [
        ("msci", date(2025, 11, 1), 14e6)
    ]


def test_without_a_review_there_is_none(answer: Answer) -> None:
    assert answer("provider_id", index_shares=[]) == []

"""Keys of holdings that stand more than once, with how often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rows import SECURITY, held

Answer = Callable[..., list[tuple[Any, ...]]]


def test_only_the_same_key_repeats(answer: Answer) -> None:
    holdings = [held("F1", 1), held("F1", 2), held("F1", 1), held("F2", 1),
                held("F1", 1, date(2025, 9, 30))]  # fmt: skip
    found = answer("fund_id as_of_on security_id rows_count", holdings=holdings)
    assert found == [("F1", date(2025, 10, 31), SECURITY, 3)]

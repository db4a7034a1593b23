"""One pass over the lake keeps every day of the securities asked about, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rows import SECURITY, held

Answer = Callable[..., list[tuple[Any, ...]]]


def test_other_securities_are_left_behind_and_no_day_is(answer: Answer) -> None:
    rows = [
        held("F1", 2.0, date(2025, 10, 31)),
        held("F1", 1.0, date(2025, 9, 30)),
        held("F1", 9.0, date(2025, 9, 30), "US0000000099"),
    ]
    assert answer("security_id fund_id as_of_on shares", holdings=rows) == [
        (SECURITY, "F1", date(2025, 9, 30), 1.0),
        (SECURITY, "F1", date(2025, 10, 31), 2.0),
    ]

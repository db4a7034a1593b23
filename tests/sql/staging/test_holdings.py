"""Only what a listed report says is a position; the rest is stated, and warned of."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rows import held

if TYPE_CHECKING:
    from collections.abc import Callable


def test_positions_of_reports_that_are_not_listed_are_left_out(answer: Callable) -> None:
    rows = [held("F1", 5.0), held("F1", 7.0, date(2025, 9, 30)), held("F2", 9.0)]
    assert answer("fund_id shares", holdings=rows) == [("F1", 5.0)]

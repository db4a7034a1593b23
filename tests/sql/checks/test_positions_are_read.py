"""A row that could not be read is told with the position that counts in its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from rows import SECURITY, held

Facts = Callable[..., list[tuple[str, str]]]
OLD, NEW = dt.date(2025, 6, 30), dt.date(2025, 10, 31)
REPORTS = [
    {"fund_id": "F1", "as_of_on": OLD, "holdings_scope": "full"},
    {"fund_id": "F1", "as_of_on": NEW, "holdings_scope": "full"},
]


def unread(on: dt.date) -> list[dict[str, Any]]:
    row = {"fund_id": "F1", "as_of_on": on, "security_id": SECURITY}
    return [{**row, "reason": "unit_is_not_shares", "stated": "1000 PA"}]


def test_the_row_is_told_with_what_counts(facts: Facts) -> None:
    got = facts(fund_reports=REPORTS, holdings=[held("F1", 500, OLD)], unread_positions=unread(NEW))
    told = "row of 2025-10-31 not readable unit_is_not_shares 1000 PA"
    assert got == [("F1 of AAA", f"{told} so 500 shares of 2025-06-30 count")]


def test_a_row_of_an_older_report_says_nothing(facts: Facts) -> None:
    got = facts(fund_reports=REPORTS, holdings=[held("F1", 500, NEW)], unread_positions=unread(OLD))
    assert got == []


def test_without_such_rows_it_is_silent(facts: Facts) -> None:
    assert facts(fund_reports=REPORTS, holdings=[held("F1", 500, OLD)]) == []

"""The reports a reader could know on a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

Answer = Callable[..., list[tuple[Any, ...]]]

REPORTS = [
    {"fund_id": fund_id, "as_of_on": on, "published_on": published_on}
    for fund_id, on, published_on in [
        ("early", date(2025, 6, 30), date(2025, 8, 29)), ("late", date(2025, 9, 30), None),
        ("future", date(2025, 11, 21), date(2025, 11, 22)),
    ]
]  # fmt: skip


@pytest.mark.parametrize(
    ("known_on", "expected"),
    [(None, ["early", "late"]), ("2025-08-29", ["early"]), ("2025-08-28", []),
     ("2026-08-28", ["early"])],
)  # fmt: skip
def test_visible_reports(known_on: str | None, expected: list[str], answer: Answer) -> None:
    got = answer("fund_id", {"known_on": known_on}, fund_reports=REPORTS)
    assert sorted(fund_id for (fund_id,) in got) == expected


@pytest.mark.parametrize(("max_age", "stale"), [(143, [False, False]), (142, [True, False])])
def test_age_is_counted_from_the_day_asked_about(
    max_age: int, stale: list[bool], answer: Answer
) -> None:
    got = answer("fund_id is_stale", {"max_age": max_age}, fund_reports=REPORTS)
    assert [is_stale for _, is_stale in sorted(got)] == stale  # 30 June is 143 days before

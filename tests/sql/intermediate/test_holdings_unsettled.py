"""Positions that the newest report of a fund does not settle; full reports settle all they list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import SECURITY, held

Answer = Callable[..., list[tuple[Any, ...]]]

JUN, SEP, OCT = date(2025, 6, 30), date(2025, 9, 30), date(2025, 10, 31)


def report(on: date, scope: str) -> dict[str, Any]:
    return {"fund_id": "F1", "as_of_on": on, "holdings_scope": scope, "published_on": on}


@pytest.mark.parametrize(
    ("scopes", "days", "unread", "expected"),
    [
        (["full", "full"], [JUN, OCT], [], []),
        (["full", "excerpt"], [JUN], [], [(JUN, 0.0)]),
        (["full", "excerpt"], [JUN, OCT], [], [(OCT, 1.0)]),
        (["full", "full"], [JUN], [OCT], [(JUN, 0.0)]),
        (["full", "full"], [JUN, OCT], [JUN], [(OCT, 1.0)]),
        (["excerpt", "full"], [JUN], [], []),
    ],
)
def test_the_newest_row_counts_where_no_full_report_settles_it(
    scopes: list[str], days: list[date], unread: list[date],
    expected: list[tuple[Any, ...]], answer: Answer,
) -> None:  # fmt: skip
    found = answer(
        "as_of_on shares",
        fund_reports=[report(day, scope) for day, scope in zip((JUN, OCT), scopes, strict=True)],
        holdings=[held("F1", shares, day) for shares, day in enumerate(days)],
        unread_positions=[
            {"fund_id": "F1", "as_of_on": day, "security_id": SECURITY} for day in unread
        ],
    )
    assert found == expected

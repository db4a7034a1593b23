"""Under --known-on, reports without a publication date are said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

Facts = Callable[..., list[tuple[str, str]]]

OCTOBER = date(2025, 10, 31)


@pytest.mark.parametrize(
    ("asked", "published_on", "as_of_on", "count"),
    [
        ({}, None, OCTOBER, 0),
        ({"known_on": "2025-11-20"}, None, OCTOBER, 1),
        ({"known_on": "2025-11-20"}, OCTOBER, OCTOBER, 0),
        ({"known_on": "2025-11-20"}, None, date(2025, 12, 31), 0),  # left out for its date anyway
    ],
)
def test_reports_left_out(
    asked: dict[str, Any], published_on: date | None, as_of_on: date, count: int, facts: Facts
) -> None:
    got = facts(asked, fund_reports=[{"fund_id": "F1", "as_of_on": as_of_on,
                                      "published_on": published_on}])  # fmt: skip
    assert got == [("F1", "the report of 2025-10-31 is left out")] * count

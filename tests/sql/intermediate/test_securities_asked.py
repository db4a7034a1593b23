"""Share counts in force on the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import MINIMAL, SECURITY, near

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "shares_outstanding float_shares shares_on"


def security(on: date | None, shares: float | None = 100.0) -> list[dict[str, Any]]:
    return [{**MINIMAL["securities"][0], "shares_outstanding": shares, "float_shares": 80.0,
             "shares_on": on}]  # fmt: skip


def count(on: date, shares: float) -> dict[str, Any]:
    return {"security_id": SECURITY, "as_of_on": on, "shares": shares}


SPLIT = [{"security_id": SECURITY, "effective_on": date(2025, 10, 1), "split_ratio": 10.0}]


@pytest.mark.parametrize(
    ("securities", "counts", "splits", "expected"),
    [
        (security(date(2025, 9, 30)), [], [], (100.0, 80.0, date(2025, 9, 30))),
        # the newest count up to the day, wherever it stands
        (security(date(2025, 9, 30)), [count(date(2025, 10, 31), 120.0),
                                       count(date(2025, 12, 31), 150.0)], [],
         (120.0, 80.0, date(2025, 10, 31))),
        (security(date(2025, 9, 30)), [count(date(2025, 6, 30), 90.0)], [],
         (100.0, 80.0, date(2025, 9, 30))),
        # a count of a later day is not known yet
        (security(date(2025, 12, 31)), [count(date(2025, 6, 30), 90.0)], [],
         (90.0, None, date(2025, 6, 30))),
        (security(date(2025, 12, 31)), [], [], (None, None, None)),
        (security(date(2025, 9, 30), None), [], [], (None, 80.0, None)),
        # counts before a split are multiplied, counts after it are not
        (security(date(2025, 9, 30)), [], SPLIT, (1000.0, 800.0, date(2025, 9, 30))),
        (security(date(2025, 10, 1)), [], SPLIT, (100.0, 80.0, date(2025, 10, 1))),
    ],
)  # fmt: skip
def test_share_counts(
    securities: list[Any], counts: list[Any], splits: list[Any], expected: tuple[Any, ...],
    answer: Answer,
) -> None:  # fmt: skip
    got = answer(COLUMNS, securities=securities, share_counts=counts, splits=splits)
    assert got == [near(expected)]


def test_an_undated_count_is_as_of_now_for_outstanding_and_float_alike(answer: Answer) -> None:
    ((outstanding, floating, _),) = answer(COLUMNS, securities=security(None), splits=SPLIT)
    assert (outstanding, floating) == (100.0, 80.0)

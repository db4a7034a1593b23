"""How many shares of the day one share of another day is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]

START, END = date(1, 1, 1), date(9999, 12, 31)


def split(on: date, ratio: float) -> dict[str, Any]:
    return {"security_id": SECURITY, "effective_on": on, "split_ratio": ratio}


@pytest.mark.parametrize(
    ("splits", "expected"),
    [
        ([], [(START, END, 1.0)]),
        ([split(date(2024, 8, 8), 10.0)],
         [(START, date(2024, 8, 8), 10.0), (date(2024, 8, 8), END, 1.0)]),
        # a split after the day: shares of later days are fewer shares of the day
        ([split(date(2026, 1, 2), 10.0)],
         [(START, date(2026, 1, 2), 1.0), (date(2026, 1, 2), END, 0.1)]),
        # 3:1 and then a reverse 1:2, both before the day
        ([split(date(2020, 1, 2), 3.0), split(date(2022, 1, 3), 0.5)],
         [(START, date(2020, 1, 2), 1.5), (date(2020, 1, 2), date(2022, 1, 3), 0.5),
          (date(2022, 1, 3), END, 1.0)]),
        # 1:3 is a third to the last digit
        ([split(date(2026, 1, 2), 3.0)],
         [(START, date(2026, 1, 2), 1.0), (date(2026, 1, 2), END, 1 / 3)]),
    ],
)  # fmt: skip
def test_intervals(splits: list[Any], expected: list[tuple[Any, ...]], answer: Answer) -> None:
    got = sorted(answer("valid_from_on valid_until_on split_ratio", splits=splits))
    assert [row[:2] for row in got] == [row[:2] for row in expected]
    assert [row[2] for row in got] == pytest.approx([row[2] for row in expected], rel=1e-11)


@pytest.mark.parametrize(
    ("priced_on", "basis"), [(date(2024, 8, 7), [True, False]), (date(2024, 8, 8), [False, True])]
)
def test_prices_belong_to_the_interval_of_their_newest_session(
    priced_on: date, basis: list[bool], answer: Answer
) -> None:
    # a report of an early day keeps the dataset usable, whatever the prices
    got = sorted(answer("valid_from_on is_price_basis", splits=[split(date(2024, 8, 8), 10.0)],
                        prices=[{"security_id": SECURITY, "priced_on": priced_on}]))  # fmt: skip
    assert [is_basis for _, is_basis in got] == basis

"""Average daily volume over the last sessions with a volume."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "adv_shares adv_usd adv_sessions_count adv_from_on adv_until_on"
PRICES = [
    {"security_id": SECURITY, "priced_on": date(2025, 11, day), "close_usd": close,
     "volume_shares": volume}
    for day, close, volume in [
        (17, 10.0, 900.0), (18, 20.0, 100.0), (19, 40.0, None), (20, 50.0, 300.0),
        (21, 99.0, 9e9),
    ]
]  # fmt: skip


def test_the_window_counts_sessions_with_a_volume_up_to_the_day(answer: Answer) -> None:
    # (100 + 300) / 2 shares; (100 · 20 + 300 · 50) / 2 dollars
    assert answer(COLUMNS, {"adv_window": 2}, prices=PRICES) == [
        (200.0, 8_500.0, 2, date(2025, 11, 18), date(2025, 11, 20))
    ]


def test_a_window_longer_than_the_data_takes_what_there_is_and_says_how_much(
    answer: Answer,
) -> None:
    ((shares, _, sessions_count, _, _),) = answer(COLUMNS, prices=PRICES)
    assert (shares, sessions_count) == (pytest.approx(1_300 / 3), 3)


def test_unknown_volume_is_no_row(answer: Answer) -> None:
    assert answer(COLUMNS, prices=[{**row, "volume_shares": None} for row in PRICES]) == []


def test_before_a_split_volume_counts_old_shares_and_dollars_stay(answer: Answer) -> None:
    splits = [{"security_id": SECURITY, "effective_on": date(2025, 11, 21), "split_ratio": 10.0}]
    ((shares, usd, *_),) = answer(COLUMNS, {"adv_window": 2}, prices=PRICES, splits=splits)
    assert (shares, usd) == (pytest.approx(20.0), pytest.approx(8_500.0))


@pytest.mark.parametrize(("priced_on", "is_known"), [(date(2025, 12, 21), True),
                                                     (date(2025, 12, 22), False)])  # fmt: skip
def test_volume_of_more_than_a_month_before_the_price_is_none_of_it(
    priced_on: date, *, is_known: bool, answer: Answer
) -> None:
    later = {**PRICES[0], "priced_on": priced_on, "volume_shares": None}
    asked = {"as_of": date(2026, 1, 31)}
    prices = [row for row in PRICES if row["priced_on"] <= date(2025, 11, 20)]
    assert bool(answer(COLUMNS, asked, prices=[*prices, later])) is is_known

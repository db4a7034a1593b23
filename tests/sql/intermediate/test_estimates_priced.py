"""The price each published figure rests on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "own_close_usd own_price_source set_close_usd"


def _estimate(**changes: Any) -> dict[str, Any]:
    return {"estimate_id": "e", "subject": SECURITY, "published_on": date(2025, 11, 20), **changes}


def test_a_market_value_over_the_shares_it_counts_comes_first(answer: Answer) -> None:
    # 5bn over 100 m listed shares, over those and 25 m unlisted ones, over 50 m that trade freely
    prices = [{"security_id": SECURITY, "priced_on": date(2025, 11, 10 + day), "close_usd": close}
              for day, close in enumerate((50.0, 40.0, 100.0))]  # fmt: skip
    security = {"security_id": SECURITY, "shares_outstanding": 100e6, "unlisted_shares": 25e6,
                "float_shares": 50e6}  # fmt: skip
    for counts, close in [("listed_class", 50.0), ("all_common", 40.0), ("float", 100.0)]:
        estimate = _estimate(assumed_market_cap_usd=5e9, market_cap_counts=counts)
        got = answer(COLUMNS, published_estimates=[estimate], securities=[security], prices=prices)
        assert got == [(close, "its market value over the shares it counts", None)]


def test_the_price_is_that_of_the_shares_of_its_day(answer: Answer) -> None:
    # 16bn over the 100 m of its day; 120 m are outstanding by the as-of date
    counts = [{"security_id": SECURITY, "as_of_on": date(2026, 1, 5), "shares": 120e6}]
    estimate = _estimate(assumed_market_cap_usd=16e9, market_cap_counts="listed_class")
    got = answer("own_close_usd own_count_shares", {"as_of": "2026-01-15"},
                 published_estimates=[estimate], share_counts=counts)  # fmt: skip
    assert got == [(160.0, 100e6)]


def test_a_price_that_never_traded_is_none(answer: Answer) -> None:
    # closes of 160 on the day and 150 and 200 in sessions around: 3 before and 3 after count
    days = {date(2025, 11, 12): 120.0, date(2025, 11, 17): 150.0, date(2025, 11, 18): 160.0,
            date(2025, 11, 19): 160.0, date(2025, 11, 20): 160.0, date(2025, 11, 21): 160.0,
            date(2025, 11, 24): 160.0, date(2025, 11, 25): 200.0,
            date(2025, 11, 26): 240.0}  # fmt: skip
    prices = [{"security_id": SECURITY, "priced_on": on, "close_usd": close}
              for on, close in days.items()]  # fmt: skip
    for implied, is_traded in [(150.0, True), (147.1, True), (146.9, False), (200.0, True),
                               (120.0, False), (240.0, False), (180.0, False)]:  # fmt: skip
        estimate = _estimate(assumed_market_cap_usd=implied * 100e6,
                             market_cap_counts="listed_class")  # fmt: skip
        ((close, source, _),) = answer(COLUMNS, {"as_of": "2025-12-31"},
                                       published_estimates=[estimate], prices=prices)  # fmt: skip
        assert (close, source is None) == (
            (pytest.approx(implied), False) if is_traded else (None, True)
        )


def test_a_market_value_of_nobody_knows_which_shares_gives_no_price(answer: Answer) -> None:
    got = answer(COLUMNS, published_estimates=[_estimate(assumed_market_cap_usd=5e9)])
    assert got == [(160.0, "close of its day", None)]


def test_else_the_close_of_its_day_or_shortly_before(answer: Answer) -> None:
    near = _estimate(published_on=date(2025, 11, 25))
    assert answer(COLUMNS, published_estimates=[near]) == [(160.0, "close of its day", None)]
    far = _estimate(published_on=date(2025, 12, 25))
    assert answer(COLUMNS, published_estimates=[far]) == [(None, None, None)]


def test_a_close_of_today_s_count_is_brought_to_shares_of_the_as_of_day(answer: Answer) -> None:
    # prices are stored split-adjusted: 16 after a later 10:1 split was 160 on the day
    splits = [{"security_id": SECURITY, "effective_on": date(2026, 1, 5), "split_ratio": 10.0}]
    prices = [{"security_id": SECURITY, "priced_on": date(2025, 11, 20), "close_usd": 16.0}]
    got = answer(COLUMNS, published_estimates=[_estimate()], splits=splits, prices=prices)
    assert got[0][0] == 160.0


def test_the_day_a_ratio_was_set_has_its_own_close(answer: Answer) -> None:
    ratio = {"provider_id": "msci", "applies_to_id": SECURITY, "as_of_on": date(2025, 11, 20),
             "applies_to": "security", "tracking_ratio": 0.01, "basis": "calibrated"}  # fmt: skip
    got = answer(
        COLUMNS, published_estimates=[_estimate(published_on=None)], tracking_ratios=[ratio]
    )
    assert got == [(None, None, 160.0)]

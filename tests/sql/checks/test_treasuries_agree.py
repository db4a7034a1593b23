"""Balance sheets and coin prices that contradict themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

Facts = Callable[..., list[tuple[str, str]]]

ON = date(2025, 9, 30)
BTC = {"issuer_id": "alpha", "as_of_on": ON, "coin": "BTC", "total_assets_usd": 9.0}
ETH = {**BTC, "coin": "ETH"}


def test_coins_of_one_balance_sheet_agree_on_its_total(facts: Facts) -> None:
    assert facts(treasuries=[BTC, ETH, {**BTC, "as_of_on": date(2025, 6, 30)}]) == []
    assert facts(treasuries=[BTC, {**ETH, "total_assets_usd": None}]) == []
    assert facts(treasuries=[BTC, {**ETH, "total_assets_usd": 8.0}]) == [
        ("alpha 2025-09-30", "total assets from 8.0 to 9.0")
    ]


def test_a_coin_has_one_row_a_day(facts: Facts) -> None:
    assert facts(treasuries=[BTC, BTC]) == [("alpha 2025-09-30 BTC", "2 rows")]


def test_only_one_row_covers_all_coins(facts: Facts) -> None:
    both = [{**row, "is_issuer_total": True} for row in (BTC, ETH)]
    assert facts(treasuries=both) == [("alpha 2025-09-30", "2 rows that each cover all coins")]


def test_a_coin_has_one_price_a_day(facts: Facts) -> None:
    price = {"coin": "BTC", "priced_on": ON, "close_usd": 1.0}
    assert facts(coin_prices=[price, {**price, "close_usd": 2.0}]) == [
        ("BTC 2025-09-30", "2 prices")
    ]
    assert facts(coin_prices=[price, {**price, "coin": "ETH"}]) == []

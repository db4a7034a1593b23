"""Numbers of balance sheets and coin prices that cannot be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

Facts = Callable[..., list[tuple[str, str]]]

ON = date(2025, 9, 30)
GOOD = {"issuer_id": "alpha", "as_of_on": ON, "coin": "BTC", "units": 1.0,
        "digital_assets_usd": 0.0, "total_assets_usd": 1.0, "cash_usd": None,
        "debt_usd": 2.0}  # fmt: skip


def test_unknown_and_zero_are_no_fault(facts: Facts) -> None:
    assert facts(treasuries=[GOOD], coin_prices=[
        {"coin": "BTC", "priced_on": ON, "close_usd": 1.0}]) == []  # fmt: skip


@pytest.mark.parametrize(
    "column",
    [
        "units",
        "digital_assets_usd",
        "total_assets_usd",
        "cash_usd",
        "debt_usd",
        "preferred_usd",
        "indirect_digital_assets_usd",
    ],
)
@pytest.mark.parametrize("measure", [-1.0, float("inf"), float("nan")])
def test_each_amount_is_finite_and_not_negative(column: str, measure: float, facts: Facts) -> None:
    found = facts(treasuries=[{**GOOD, column: measure}])
    assert {subject for subject, _ in found} == {"alpha 2025-09-30 BTC"}
    assert all(fact.startswith(column + " ") for _, fact in found)


@pytest.mark.parametrize("price", [0.0, -1.0, float("inf"), float("nan")])
def test_a_coin_price_is_above_zero(price: float, facts: Facts) -> None:
    rows: list[dict[str, Any]] = [{"coin": "BTC", "priced_on": ON, "close_usd": price}]
    ((subject, _),) = facts(coin_prices=rows)
    assert subject == "BTC 2025-09-30"


def test_what_is_held_through_a_fund_names_it_and_fits_the_total(facts: Facts) -> None:
    held = {**GOOD, "indirect_digital_assets_usd": 1.0, "indirect_holding_kind": "fund"}
    assert facts(treasuries=[held]) == []
    for bad in ({"indirect_holding_kind": None}, {"digital_assets_usd": 0.25}):
        ((subject, fact),) = facts(treasuries=[{**held, **bad}])
        assert subject == "alpha 2025-09-30 BTC"
        assert fact.startswith("indirect_digital_assets_usd 1.0 through ")

"""Balance sheets with the prices of their coins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

Answer = Callable[..., list[tuple[Any, ...]]]

SEPTEMBER = date(2025, 9, 30)
STATEMENT = {"issuer_id": "alpha", "as_of_on": SEPTEMBER, "coin": "BTC", "units": 2.0,
             "digital_assets_usd": 60.0, "total_assets_usd": 100.0, "is_issuer_total": True}  # fmt: skip


def prices(*rows: tuple[date, float]) -> list[dict[str, Any]]:
    return [{"coin": "BTC", "priced_on": on, "close_usd": usd} for on, usd in rows]


def test_the_coin_is_priced_on_the_day_of_the_statement_and_on_the_day_asked(
    answer: Answer,
) -> None:
    got = answer(
        "statement_coin_price_usd statement_priced_on review_coin_price_usd review_priced_on",
        treasuries=[STATEMENT],
        coin_prices=prices((date(2025, 9, 29), 28.0), (SEPTEMBER, 30.0), (date(2025, 11, 19), 20.0),
                           (date(2025, 11, 21), 99.0)),
    )  # fmt: skip
    assert got == [(30.0, SEPTEMBER, 20.0, date(2025, 11, 19))]


@pytest.mark.parametrize(("on", "price"), [(date(2025, 9, 23), 28.0), (date(2025, 9, 22), None)])
def test_a_coin_price_more_than_a_week_old_is_no_price_of_the_statement(
    on: date, price: float | None, answer: Answer
) -> None:
    got = answer("statement_coin_price_usd review_coin_price_usd", treasuries=[STATEMENT],
                 coin_prices=prices((on, 28.0)))  # fmt: skip
    assert got == [(price, 28.0)]


def test_a_coin_without_prices_keeps_its_row(answer: Answer) -> None:
    got = answer("issuer_id statement_coin_price_usd review_coin_price_usd",
                 treasuries=[STATEMENT])  # fmt: skip
    assert got == [("alpha", None, None)]


def test_a_statement_published_later_is_marked(answer: Answer) -> None:
    for published_on, is_later in ((date(2025, 11, 20), False), (date(2025, 11, 21), True)):
        rows = [{**STATEMENT, "published_on": published_on}]
        assert answer("is_published_after_as_of", treasuries=rows) == [(is_later,)]

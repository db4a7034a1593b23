"""Market values of the common shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
Market = dict[str, "Rows"]


def test_shares_times_the_close_and_unknown_where_either_is(answer: Answer, market: Market) -> None:
    # AAA: 1,000 shares at 2 dollars; BBB has neither count nor price
    got = answer("ticker shares_outstanding close_usd market_value_usd", **market)
    assert got == [("AAA", 1_000.0, 2.0, 2_000.0), ("BBB", None, None, None)]


def test_a_price_of_the_question_values_it(answer: Answer, market: Market) -> None:
    got = answer("ticker market_value_usd", {"price": {"AAA": 3.0}}, **market)
    assert got[0] == ("AAA", 3_000.0)


def test_unlisted_classes_are_worth_what_the_listed_one_is(answer: Answer, market: Market) -> None:
    rows = [{**row, "unlisted_shares": 500.0} for row in market["securities"]]
    got = answer("ticker unlisted_shares market_value_usd", **{**market, "securities": rows})
    assert got[0] == ("AAA", 500.0, 3_000.0)

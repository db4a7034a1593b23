"""What each portfolio of a book trades: exact, at least, or unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rows import line, near

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
Market = dict[str, "Rows"]

COLUMNS = "portfolio bound sold_usd bought_usd traded_usd portfolio_value_usd"
ASKED = {"providers": "msci", "securities": "AAA"}


def test_sales_and_purchases_are_summed_apart(answer: Answer, market: Market) -> None:
    closes = {"AAA-ID": 2.0, "BBB-ID": 5.0}
    priced = {**market, "prices": [{**market["prices"][0], "security_id": each, "close_usd": close}
                                   for each, close in closes.items()]}  # fmt: skip
    book = [line("P", "AAA", 100, "world"), line("P", "BBB", -8), line("P", "CASH", 1, "", 840.0)]
    asked = {"providers": "msci", "book": book}
    # sells 200, buys 40; 160 of 1,000
    got = answer(f"{COLUMNS} traded_of_portfolio_ratio", asked, **priced)
    assert got == [near(("P", "exact", 200.0, 40.0, 160.0, 1000.0, 0.16))]


def test_one_unknown_line_makes_a_lower_bound_of_its_portfolio_only(
    answer: Answer, market: Market
) -> None:
    book = [line("P", "AAA", 100, "world"), line("P", "ZZZ", 1), line("Q", "AAA", 10, "world")]
    got = answer(COLUMNS, {**ASKED, "book": book}, **market)
    assert got == [("P", "at_least", 200.0, 0.0, None, None),
                   ("Q", "exact", 20.0, 0.0, 20.0, 20.0)]  # fmt: skip


def test_an_unknown_price_makes_one_too(answer: Answer, market: Market) -> None:
    book = [line("P", "AAA", 100, "world"), line("P", "BBB", 1)]
    got = answer(COLUMNS, {"providers": "msci", "book": book}, **market)
    assert got == [("P", "at_least", 200.0, 0.0, None, None)]


def test_where_no_trade_is_known_there_is_no_figure(answer: Answer, market: Market) -> None:
    got = answer(COLUMNS, {**ASKED, "book": [line("P", "AAA", 9, "elsewhere")]}, **market)
    assert got == [("P", "unknown", None, None, None, 18.0)]


def test_lines_are_counted(answer: Answer, market: Market) -> None:
    book = [line("P", "AAA", 100, "world"), line("P", "ZZZ", 1), line("P", "CASH", 1, "", 5.0)]
    columns = "lines_count unknown_lines_count unvalued_lines_count traded_lines_count"
    columns += " unknown_trades_count index_id"
    assert answer(columns, {**ASKED, "book": book}, **market) == [(3, 2, 1, 1, 1, "world")]

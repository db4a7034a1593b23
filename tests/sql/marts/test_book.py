"""What each position of a book must trade, by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from rows import AS_OF, line, near

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
Market = dict[str, "Rows"]

# 100 of AAA at 2 dollars and 800 in cash: a fifth of the portfolio, against 5 % of World
BOOK = [line("P", "AAA", 100, "world"), line("P", "CASH", 1, "", 800.0)]
ASKED = {"providers": "msci", "securities": "AAA", "book": BOOK}
TRADE = "traded_shares traded_usd side traded_of_portfolio_ratio"
ACTIVE = "active_weight_before_ratio active_weight_untraded_ratio active_weight_after_ratio"


@pytest.fixture
def weighted(market: Market) -> Market:
    """The market with AAA as 5 % of World."""
    return {**market, "index_memberships": [{"index_id": "world", "security_id": "AAA-ID",
                                             "as_of_on": AS_OF, "weight_ratio": 0.05}]}  # fmt: skip


def traded(answer: Answer, market: Market, columns: str, **asked: object) -> tuple[Any, ...]:
    """The columns of the line of AAA in a question about msci."""
    rows = answer(f"identifier {columns}", {**ASKED, **asked}, **market)
    return next(row[1:] for row in rows if row[0] == "AAA")


def test_a_deletion_sells_the_whole_position(answer: Answer, weighted: Market) -> None:
    assert traded(answer, weighted, TRADE) == near((100.0, 200.0, "sell", 0.2))
    # 20 % less 5 %; 20 % less nothing, once the index holds none; nothing less nothing
    assert traded(answer, weighted, ACTIVE) == near((0.15, 0.2, 0.0))


def test_it_is_set_beside_the_whole_flow(answer: Answer, weighted: Market) -> None:
    columns = "outflow_shares outflow_bound flow_ratio"
    outflow, bound, ratio = traded(answer, weighted, columns, method="observed")
    assert (outflow, bound, ratio) == near((60.0, "at_least", 100 / 60))


def test_a_freeze_trades_nothing(answer: Answer, weighted: Market) -> None:
    asked = {"treatment": "freeze"}
    got = traded(answer, weighted, f"treatment no_trade_reason {TRADE}", **asked)
    assert got == ("freeze", "frozen", 0.0, 0.0, "none", 0.0)
    assert traded(answer, weighted, ACTIVE, **asked) == near((0.15, 0.15, 0.15))


def test_a_reweight_sells_the_part_that_the_index_drops(answer: Answer, weighted: Market) -> None:
    asked = {"treatment": "reweight", "reweight": "AAA.factor=1:0.75@2026-02-27"}
    assert traded(answer, weighted, TRADE, **asked) == near((25.0, 50.0, "sell", 0.05))
    # the index keeps 3.75 %, the portfolio 15 %
    assert traded(answer, weighted, ACTIVE, **asked) == near((0.15, 0.1625, 0.1125))


@pytest.mark.parametrize(
    ("shares", "volume", "days"),
    [(100, 50.0, 10.0), (-100, 50.0, 10.0), (100, 0.0, None), (100, None, None)],
)
def test_a_position_takes_as_long_to_buy_as_to_sell(
    shares: float, volume: float | None, days: float | None, answer: Answer, market: Market
) -> None:
    """100 shares at a fifth of 50 a day: ten days."""
    book = [line("P", "AAA", shares, "world"), line("P", "CASH", 1, "", 1200.0)]
    prices = [{**row, "volume_shares": volume} for row in market["prices"]]
    got = traded(answer, {**market, "prices": prices}, "days_to_trade", book=book)
    assert got == near((days,))


def test_a_short_position_is_covered(answer: Answer, weighted: Market) -> None:
    book = [line("P", "AAA", -100, "world"), line("P", "CASH", 1, "", 1200.0)]
    assert traded(answer, weighted, TRADE, book=book) == near((-100.0, -200.0, "buy", -0.2))


@pytest.mark.parametrize(
    ("own", "asked", "reason", "shares", "side"),
    [
        (line("P", "AAA", 9, "n100"), {}, "provider not in the scenario", 0.0, "none"),
        (line("P", "AAA", 9, "none"), {}, "tracks no index", 0.0, "none"),
        (line("P", "AAA", 9, "None"), {}, "tracks no index", 0.0, "none"),
        (line("P", "AAA", 9, "wrld"), {}, "index unknown", None, "unknown"),
        (line("P", "BBB", 9, "world"), {}, "not asked about", 0.0, "none"),
        (line("P", "CASH", 9, "world"), {}, "not asked about", 0.0, "none"),
        (line("P", "ZZZ", 9, "world"), {}, "identifier unknown", None, "unknown"),
        (line("P", "ZZZ", 9, "n100"), {}, "provider not in the scenario", 0.0, "none"),
    ],
)
def test_what_is_not_traded_says_why(
    own: Any, asked: dict[str, object], reason: str, shares: float | None, side: str,
    answer: Answer, market: Market,
) -> None:  # fmt: skip
    columns = "no_trade_reason traded_shares traded_usd side"
    (got,) = answer(columns, {**ASKED, "book": [own], **asked}, **market)
    assert got == (reason, shares, shares, side)


@pytest.mark.parametrize(
    ("treatment", "held", "reason", "shares"),
    [
        ("imi=exclude", line("P", "AAA", 9, "imi"), None, 9.0),
        ("imi=exclude", line("P", "AAA", 9, "world"), "weight unchanged", 0.0),
        ("imi=include", line("P", "AAA", 9, "imi"), "weight unchanged", 0.0),
        ("imi=include", line("P", "AAA", 0, "imi"), "purchase unknown", None),
        ("msci=include", line("P", "AAA", 0, "imi"), "purchase unknown", None),
    ],
)
def test_single_indices_that_move_trade_for_their_own_portfolios(
    treatment: str, held: Any, reason: str | None, shares: float | None, answer: Answer,
    market: Market,
) -> None:  # fmt: skip
    asked = {**ASKED, "book": [held], "treatment": treatment}
    assert answer("no_trade_reason traded_shares", asked, **market) == [(reason, shares)]


def test_candidates_outside_the_list_are_not_traded(answer: Answer, market: Market) -> None:
    others = {**market, "candidates": [{"list_id": "default", "security_id": "AAA-ID"},
                                       {"list_id": "other", "security_id": "BBB-ID"}]}  # fmt: skip
    asked = {"providers": "msci", "list": "default", "book": [line("P", "BBB", 9, "world")]}
    assert answer("no_trade_reason traded_shares", asked, **others) == [("not asked about", 0.0)]


def test_without_a_price_shares_are_known_and_dollars_are_not(
    answer: Answer, market: Market
) -> None:
    asked = {**ASKED, "securities": "BBB", "book": [line("P", "BBB", 9, "world")]}
    assert answer(TRADE, asked, **market) == [(9.0, None, "sell", None)]


def test_each_scenario_and_portfolio_stands_by_itself(answer: Answer, weighted: Market) -> None:
    book = [line("Q", "AAA", 10, "n100"), line("P", "AAA", 100, "world")]
    asked = {**ASKED, "providers": "msci,nasdaq", "book": book}
    got = answer("scenario_id portfolio traded_shares", asked, **weighted)
    assert got == [("msci", "P", 100.0), ("msci", "Q", 0.0),
                   ("nasdaq", "P", 0.0), ("nasdaq", "Q", 10.0)]  # fmt: skip


def test_without_a_book_there_is_no_row(answer: Answer, market: Market) -> None:
    assert answer("portfolio", {"providers": "msci"}, **market) == []

"""What positions of a book are worth, and their weights: in the portfolio and in its index."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rows import AS_OF, MINIMAL, SECURITY, line, near

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]

OTHER = {**MINIMAL["securities"][0], "security_id": "BBB-ID", "ticker": "BBB"}
DATA: dict[str, Rows] = {
    "securities": [*MINIMAL["securities"], OTHER],
    "index_memberships": [{"index_id": "msci-world", "security_id": SECURITY, "as_of_on": AS_OF,
                           "weight_ratio": 0.04}],
}  # fmt: skip
COLUMNS = "identifier market_value_usd value_basis portfolio_value_usd weight_ratio"


def test_a_portfolio_has_weights_where_each_line_has_a_value(answer: Answer) -> None:
    # 5 x 160 = 800 of 1,000; the book says what the data does not
    book = [line("P", "AAA", 5, "msci-world"), line("P", "BBB", 3, "", 200.0)]
    got = sorted(answer(COLUMNS, {"book": book}, **DATA))
    assert got == [near(("AAA", 800.0, "close", 1000.0, 0.8)),
                   near(("BBB", 200.0, "book", 1000.0, 0.2))]  # fmt: skip


def test_a_line_without_value_leaves_weights_unknown_in_its_portfolio_only(answer: Answer) -> None:
    book = [line("P", "AAA", 5, "msci-world"), line("P", "BBB", 3), line("Q", "AAA", 1, "none")]
    got = sorted(answer(COLUMNS, {"book": book}, **DATA))
    assert got == [("AAA", 160.0, "close", 160.0, 1.0), ("AAA", 800.0, "close", None, None),
                   ("BBB", None, None, None, None)]  # fmt: skip


def test_a_close_of_the_data_goes_before_the_value_of_the_book(answer: Answer) -> None:
    book = [line("P", "AAA", 5, "msci-world", 1.0)]
    assert answer(COLUMNS, {"book": book}, **DATA)[0][1:3] == (800.0, "close")


def test_a_portfolio_worth_nothing_or_less_has_no_weights(answer: Answer) -> None:
    book = [line("P", "AAA", -5, "msci-world")]
    assert answer(COLUMNS, {"book": book}, **DATA) == [("AAA", -800.0, "close", -800.0, None)]


def test_the_weight_in_the_index_is_that_of_the_data_and_else_unknown(answer: Answer) -> None:
    book = [line("P", "AAA", 5, "MSCI World"), line("P", "BBB", 3), line("Q", "AAA", 1, "none")]
    got = sorted(answer("portfolio identifier index_id index_weight_ratio", {"book": book}, **DATA))
    assert got == [("P", "AAA", "msci-world", 0.04), ("P", "BBB", "msci-world", None),
                   ("Q", "AAA", None, None)]  # fmt: skip

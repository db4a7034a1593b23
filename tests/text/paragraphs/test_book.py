"""The words of a book: bounds, unknowns, and why something is not traded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

import flowrisk
from flowrisk.text.paragraphs import book

if TYPE_CHECKING:
    from flowrisk.api import Dataset, ScenarioResult

BOOK = pl.DataFrame({
    "portfolio": ["World", "World", "Tech", "Tech"],
    "identifier": ["MSTR", "MARA", "MSTR", "ZZZZ"],
    "shares": [10_000.0, -5_000.0, 2_000.0, 1.0],
    "index": ["msci-world", None, "nasdaq-100", None],
})  # fmt: skip


@pytest.fixture(scope="module")
def result() -> ScenarioResult:
    return flowrisk.open_dataset().scenario(book=BOOK, securities=["MSTR", "MARA"])


def test_the_terminal_says_what_each_portfolio_trades(result: ScenarioResult) -> None:
    said = str(result)
    block = said[said.index("Book: what each portfolio sells or buys") :].splitlines()
    cells = [" ".join(line.split()) for line in block]
    # 10,000 x 177.13 sold, 5,000 x 10.24 bought back
    assert "World msci $1.72m $1.77m $51.2k 100.0 %" in cells
    assert "Tech all n/a ≥ $354k n/a n/a" in cells
    # 10,000 of the 15.81 m shares that MSCI's trackers sell
    assert any(line.startswith("World MSTR msci sell 10.0k $1.77m < 0.01") for line in cells)
    assert "provider not in the scenario (2): MSTR of Tech, ZZZZ of Tech" in cells
    assert "identifier unknown (1): ZZZZ of Tech" in cells


def test_a_note_has_a_sentence_a_portfolio(result: ScenarioResult) -> None:
    assert book.notes(result.answer) == [
        "Book, Tech: msci sells $0; all sells ≥ $354k",
        "Book, World: msci sells $1.77m, buys $51.2k; all sells $1.77m, buys $51.2k",
    ]
    assert "- Book, Tech: msci sells $0" in result.render("memo").decode()


def test_a_share_of_a_lower_bound_is_at_most_that() -> None:
    row = {"flow_ratio": 0.123, "outflow_bound": "at_least"}
    assert book.of_flow(row) == "≤ 12.3 %"
    assert book.of_flow({**row, "outflow_bound": "estimate"}) == "12.3 %"
    assert book.of_flow({**row, "flow_ratio": -0.123}) == "≤ 12.3 %"
    assert book.of_flow({**row, "flow_ratio": None}) == "n/a"
    assert book.of_flow({**row, "flow_ratio": 0.0001}) == "< 0.1 %"


def test_many_portfolios_and_trades_are_cut_and_counted(sample: Dataset) -> None:
    many = pl.DataFrame({"portfolio": [f"P{i}" for i in range(40)], "identifier": ["MSTR"] * 40,
                         "shares": [1_000] * 40, "index": ["msci-world"] * 40})  # fmt: skip
    found = sample.scenario(book=many, securities=["MSTR"], providers="msci")
    said = str(found)
    assert "and 15 more portfolios" in said
    assert "and 15 more trades" in said
    assert book.notes(found.answer)[-1] == "Book: 34 more portfolios"


def test_nothing_is_said_without_a_book(sample_result: ScenarioResult) -> None:
    assert book.lines(sample_result.answer, "days") == []
    assert book.notes(sample_result.answer) == []
    assert "Book" not in str(sample_result)

"""The section on a book: there with a book, silent without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from pages import carried, section

import flowrisk
from flowrisk.report.page import scenario_page
from flowrisk.report.sections import book as section_of

if TYPE_CHECKING:
    from flowrisk.api import ScenarioResult

BOOK = pl.DataFrame({
    "portfolio": ["World", "World", "<b>Tech</b>", "Own"],
    "identifier": ["MSTR", "CASH", "MSTR", "MARA"],
    "shares": [10_000.0, 1.0, -2_000.0, 9.0],
    "index": ["msci-world", None, "nasdaq-100", "none"],
    "market_value_usd": [None, 250e6 - 1_771_300, None, None],
})  # fmt: skip


@pytest.fixture(scope="module")
def result() -> ScenarioResult:
    return flowrisk.open_dataset().scenario(book=BOOK)


@pytest.fixture(scope="module")
def page(result: ScenarioResult) -> str:
    return scenario_page(result.answer).decode()


def test_each_portfolio_has_its_trades(page: str) -> None:
    said = section(page, "book")
    # 1,771,300 of 250 m; MSCI World holds 0.11 %
    assert "World MSCI World Index msci 2 $250m $1.77m $0 0.7 %" in said
    assert "sell 10.0k $1.77m 0.7 % < 0.01 +0.60 pp +0.71 pp +0.00 pp 0.1 %" in said
    assert "<b>Tech</b> Nasdaq-100 Index all 1 -$354k $0 $354k n/a" in said
    assert "Own no index" in said
    assert "Negative shares are a short position" in said
    assert "Some values are those of the book" in said
    assert "<b>Tech" not in page


def test_the_page_carries_its_data_and_sql(page: str) -> None:
    assert any('"book_totals":[' in each for each in carried(page).values())
    assert "marts.book_totals" in carried(page)["marts.sql.gz"]


def test_a_page_without_a_book_has_no_section(sample_result: ScenarioResult) -> None:
    assert section_of.book(sample_result.answer) is None
    page = scenario_page(sample_result.answer).decode()
    assert 'id="book"' not in page
    assert "#book" not in page


def test_the_workbook_has_its_sheets_and_the_cover_its_file(result: ScenarioResult) -> None:
    fastexcel = pytest.importorskip("fastexcel")
    content = result.render("xlsx")
    names = fastexcel.read_excel(content).sheet_names
    assert {"book", "book_totals"} <= set(names)
    sheet = fastexcel.read_excel(content).load_sheet("book").to_polars()
    assert sheet["traded_usd"].sum() == pytest.approx(result.book["traded_usd"].sum())


def test_where_nothing_is_traded_it_says_so() -> None:
    own = BOOK.filter(pl.col("portfolio") == "Own")
    said = section(
        scenario_page(flowrisk.open_dataset().scenario(book=own).answer).decode(), "book"
    )
    assert "No trade: nothing on the list is held by a portfolio whose provider acts." in said
    assert "Tracks no index (1): MARA of Own." in said

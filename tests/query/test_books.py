"""The book of a question under SQL: read once, its views filled."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import duckdb
import pytest

from flowrisk.errors import DataError
from flowrisk.query import books
from flowrisk.question.scenario import ScenarioQuestion

if TYPE_CHECKING:
    from pathlib import Path

    from flowrisk.api import Dataset

SQL = "select traded_shares from marts.book where scenario_id = 'msci' and ticker = 'MSTR'"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.csv"
    path.write_text("portfolio,identifier,shares,index\nWorld fund,MSTR,10000,msci-world\n")
    return path


def test_sql_reads_the_trades_of_a_book(sample: Dataset, book: Path) -> None:
    for is_isolated in (False, True):
        filled = sample.query(SQL, book=book, isolated=is_isolated)
        assert filled["traded_shares"].to_list() == [1e4]
        assert sample.query(SQL, isolated=is_isolated).is_empty()


def test_a_shell_and_a_database_hold_it_too(sample: Dataset, book: Path, tmp_path: Path) -> None:
    with closing(sample.shell(book=book)) as session:
        assert session.query(SQL)[0].item() == 1e4
    written = sample.export_duckdb(tmp_path / "out.duckdb", book=book)
    with duckdb.connect(str(written), read_only=True) as connection:
        assert connection.sql(SQL).fetchall() == [(1e4,)]


def test_a_book_that_is_held_needs_no_file_any_more(sample: Dataset, book: Path) -> None:
    asked = books.held(sample.settings_of(ScenarioQuestion, {"book": book}))
    book.unlink()
    (line,) = books.lines(asked)
    assert (line.portfolio, line.shares) == ("World fund", 1e4)
    bare = sample.settings_of(ScenarioQuestion, {})
    assert books.held(bare) is bare
    assert books.lines(bare) == ()


def test_a_book_that_is_none_is_refused(sample: Dataset, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such book"):
        sample.query(SQL, book=tmp_path / "gone.csv")

"""A book as a file or a frame: every kind of table, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowrisk.errors import DataError, QuestionError
from flowrisk.ingest.formats import book
from flowrisk.question.book import Line, parse_book

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = "portfolio,identifier,shares,index\n"
FRAME = pl.DataFrame({
    "portfolio": ["A", "A", "B"], "identifier": ["MSTR", "US0378331005", "3350"],
    "shares": [1000.0, 2000.5, -300.0], "index": ["msci-world", None, "nasdaq-100"],
})  # fmt: skip
LINES = (
    Line(2, "A", "MSTR", 1000.0, "msci-world", None, is_definite=False),
    Line(3, "A", "US0378331005", 2000.5, "", None, is_definite=True),
    Line(4, "B", "3350", -300.0, "nasdaq-100", None, is_definite=False),
)


def read(given_as: object) -> tuple[Line, ...]:
    return book.read(parse_book(given_as))


def written(folder: Path, text: str, name: str = "book.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def as_file(suffix: str) -> Callable[[Path], object]:
    def write(folder: Path) -> Path:
        path = folder / f"book.{suffix}"
        {"csv": FRAME.write_csv, "parquet": FRAME.write_parquet, "xlsx": FRAME.write_excel}[suffix](
            path
        )  # type: ignore[operator]
        return path

    return write


@pytest.mark.parametrize(
    "form",
    [as_file("csv"), as_file("xlsx"), as_file("parquet"), lambda _: FRAME, lambda _: FRAME.lazy(),
     lambda _: pd.DataFrame(FRAME.to_dict(as_series=False))],
    ids=["csv", "xlsx", "parquet", "polars", "lazy", "pandas"],
)  # fmt: skip
def test_every_kind_of_table_is_the_same_book(
    form: Callable[[Path], object], tmp_path: Path
) -> None:
    assert read(form(tmp_path)) == LINES


def test_semicolons_decimal_commas_byte_marks_and_other_heads_are_read(tmp_path: Path) -> None:
    text = "\ufeffFund;ISIN;Quantity;Benchmark\r\nA;US0378331005;1.234,5;none\r\n"
    (line,) = read(written(tmp_path, text))
    assert (line.portfolio, line.shares, line.index_named) == ("A", 1234.5, "none")


def test_numbers_of_a_frame_are_identifiers_as_they_were() -> None:
    frame = pl.DataFrame({"portfolio": ["A"], "identifier": [3350.0], "shares": [5]})
    assert read(frame)[0].identifier == "3350"


@pytest.mark.parametrize("cell", ["", "-", "n/a", "NaN"])
def test_an_index_that_is_not_stated_is_empty_and_none_is_an_answer(
    cell: str, tmp_path: Path
) -> None:
    lines = read(written(tmp_path, f"{HEAD}A,MSTR,5,{cell}\nB,MSTR,5,None\n"))
    assert [each.index_named for each in lines] == ["", "None"]


def test_a_value_may_be_stated_and_cash_is_definite(tmp_path: Path) -> None:
    text = "portfolio,identifier,shares,index,market_value_usd\nA,cash,1,none,2500.5\n"
    (line,) = read(written(tmp_path, text))
    assert (line.value_usd, line.is_definite) == (2500.5, True)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (HEAD, "empty"),
        ("", "empty"),
        ("portfolio,identifier,weight,index\nA,MSTR,5,none\n", "no book"),
        (f"{HEAD}A,MSTR,5%,none\n", "percent"),
        (f"{HEAD}A,MSTR,5,none\nA,MARA,7 %,\n", "percent"),
        ("portfolio,identifier,Shares (%),index\nA,MSTR,5,none\n", "percent"),
        (f"{HEAD}A,MSTR,0.6,none\nA,MARA,0.4,\n", "weights"),
        (f"{HEAD}A,MSTR,60.2,none\nA,MARA,39.7,\n", "weights"),
        (f"{HEAD}A,MSTR,many,none\n", "cannot be used"),
        (f"{HEAD}A,MSTR,,none\n", "cannot be used"),
        (f"{HEAD}A,MSTR,1e999,none\n", "cannot be used"),
        (f"{HEAD},MSTR,5,none\n", "cannot be used"),
        (f"{HEAD}A,,5,none\n", "cannot be used"),
        (f"{HEAD}A,MSTR,5,none,more\n", "do not fit"),
        (f"{HEAD}A,MSTR\n", "do not fit"),
        (f'{HEAD}A,MSTR,"1,234",none\n', "commas and points"),
        (f'{HEAD}A,MSTR,"1,234.5",none\nA,MARA,"1.234,5",none\n', "two ways"),
        ("<html><body>Sign in</body></html>", "web page"),
    ],
)
def test_what_is_no_book_is_refused(text: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=problem) as refused:
        read(written(tmp_path, text))
    assert "--decimal" not in str(refused.value)
    assert refused.value.remedy


def test_a_refusal_names_the_row(tmp_path: Path) -> None:
    with pytest.raises(DataError) as refused:
        read(written(tmp_path, f"{HEAD}A,MSTR,5,none\nA,MARA,x,\n"))
    assert refused.value.facts["row"] == 3


def test_whole_shares_that_add_up_to_100_are_shares(tmp_path: Path) -> None:
    lines = read(written(tmp_path, f"{HEAD}A,MSTR,60,none\nA,MARA,40,\n"))
    assert [each.shares for each in lines] == [60.0, 40.0]


def test_a_single_fraction_of_a_share_is_one(tmp_path: Path) -> None:
    assert read(written(tmp_path, f"{HEAD}A,MSTR,0.999,none\n"))[0].shares == 0.999


@pytest.mark.parametrize("make", ["missing", "folder", "pipe", "dangling"])
def test_what_is_no_plain_file_is_refused_and_never_waited_for(make: str, tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    if make == "folder":
        path.mkdir()
    elif make == "pipe":
        os.mkfifo(path)
    elif make == "dangling":
        path.symlink_to(tmp_path / "gone")
    with pytest.raises(DataError, match=r"no such book|no plain file"):
        read(path)


def test_few_bytes_that_hold_too_many_lines_are_refused_unread(tmp_path: Path) -> None:
    many = FRAME.head(1).select(pl.all().repeat_by(book.LARGEST_COUNT + 1).explode())
    many.write_parquet(tmp_path / "book.parquet")
    assert (tmp_path / "book.parquet").stat().st_size < 2**20
    for given_as in (tmp_path / "book.parquet", many):
        with pytest.raises(DataError, match="too large") as refused:
            read(given_as)
        assert refused.value.facts["lines"] == "1,000,001"
    (tmp_path / "cut.parquet").write_bytes((tmp_path / "book.parquet").read_bytes()[:-9])
    with pytest.raises(DataError, match="damaged"):
        read(tmp_path / "cut.parquet")


def test_a_link_to_a_file_is_that_file(tmp_path: Path) -> None:
    target = written(tmp_path, f"{HEAD}A,MSTR,5,none\n", "own.csv")
    (tmp_path / "book.csv").symlink_to(target)
    assert len(read(tmp_path / "book.csv")) == 1


def test_a_book_goes_by_its_name_and_nothing_else_is_one() -> None:
    assert str(parse_book("/some/where/book.csv")) == "book.csv"
    with pytest.raises(QuestionError, match="no file"):
        parse_book(" ")
    for value in (5, ["book.csv"], {"a": 1}):
        with pytest.raises(TypeError):
            parse_book(value)


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    frame = pl.DataFrame({"portfolio": [text], "identifier": [text[::-1]], "shares": [text],
                          "index": [text]})  # fmt: skip
    try:
        lines = read(frame)
    except DataError:
        return
    assert all(each.portfolio and each.identifier for each in lines)

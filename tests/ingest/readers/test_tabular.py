"""A delimited text of any shape is read in time, and loses nothing that a table has."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from flowrisk.errors import DataError
from flowrisk.ingest.readers.tabular import Columns, head_rows, read_table

COLUMNS = Columns({"shares": ("Shares",), "name": ("Name",)}, ("shares", "name"))
HEADER = "Name,Shares\n"


@pytest.mark.parametrize(
    "body",
    ["\n" * 5_000_000, "," * 5_000_000, "\r\n" * 3_000_000, ("a," * 8_000 + "\n") * 250,
     " " * 10**7, "," * 100_000 + "\n" + HEADER, '"' * 3_000_000, "a" * 10**7],
    ids=["blank lines", "one line of commas", "blank CRLF", "wide", "blanks", "above", "quotes",
         "one cell"],
)  # fmt: skip
def test_any_shape_ends_soon(body: str) -> None:
    started = time.process_time()
    head_rows(HEADER + body)
    try:
        read_table(Path("x.csv"), HEADER + body, COLUMNS, format_name="table")
    except DataError as refusal:
        assert "never ends" in str(refusal)  # noqa: PT017 - or it is read: both end
    assert time.process_time() - started < 10


def test_blank_lines_change_no_row_and_no_number() -> None:
    text = f"\n\nFund,x\n\n{HEADER}\nA,1\n\n\nB,2\n"
    table = read_table(Path("x.csv"), text, COLUMNS, format_name="table")
    rows = [(line.row_number, line.get("name"), line.get("shares")) for line in table.lines]
    assert rows == [(7, "A", "1"), (10, "B", "2")]
    assert [list(cells) for cells in table.preamble] == [["Fund", "x"]]


def test_a_cell_beyond_any_table_is_said_and_blanks_there_are_not() -> None:
    far = "," * 5_000
    text = f"{HEADER}A,1{far}\nB,2{far}x\nC,3{far}\nD,4\n"
    table = read_table(Path("x.csv"), text, COLUMNS, format_name="table")
    assert [(line.get("name"), line.fault) for line in table.lines] == [
        ("A", None), ("B", "row_has_too_many_cells"), ("C", None), ("D", None),
    ]  # fmt: skip

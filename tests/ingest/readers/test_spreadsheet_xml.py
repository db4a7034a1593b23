"""Excel 2003 XML is read by its marks, in one pass, whatever it holds."""

from __future__ import annotations

import time

import pytest

from flowrisk.errors import DataError
from flowrisk.ingest.readers.spreadsheet_xml import is_workbook, sheets_of


def book(rows: str, name: str = "S&amp;P") -> str:
    return (
        f'<?xml version="1.0"?><ss:Workbook xmlns:ss="x"><ss:Worksheet ss:Name="{name}"><ss:Table>'
        f"{rows}</ss:Table></ss:Worksheet></ss:Workbook>"
    )


def test_cells_stand_where_they_say_and_names_may_be_unescaped() -> None:
    rows = (
        '<ss:Row><ss:Cell><ss:Data ss:Type="String">S&P <b>500</b></ss:Data></ss:Cell>'
        '<ss:Cell ss:Index="4"><ss:Data ss:Type="Number">1.2500</ss:Data><ss:Comment>'
        "<ss:Note>x</ss:Note></ss:Comment></ss:Cell></ss:Row>"
        '<ss:Row/><Row><Cell/><Cell><Data ss:Type="Number">007</Data></Cell></Row>'
    )
    assert is_workbook(book(rows))
    assert sheets_of(book(rows)) == {
        "S&P": [(1, ["S&P 500", "", "", "1.25"]), (2, []), (3, ["", "007"])]
    }


@pytest.mark.parametrize(
    "rows",
    ['<Row><Cell ss:Index="16384"/></Row>', "<Row>" + "<Cell/>" * 1025 + "</Row>",
     '<Row><Cell ss:Index="1000"/></Row>' * 20_001, '<Row><Cell ss:Index="999999999"/></Row>',
     f'<Row><Cell ss:Index="{"9" * 5_000}"/></Row>'],
    ids=["far", "wide", "many", "never", "no number"],
)  # fmt: skip
def test_cells_far_out_are_refused(rows: str) -> None:
    with pytest.raises(DataError, match="reaches further"):
        sheets_of(book(rows))


@pytest.mark.parametrize(
    "mark",
    ["<Row>", "<Cell>", "<Data>", '<Worksheet Name="a">', "<Row", "<Cell ", "<", "</Data>",
     "<Row><Cell><Data>", "<Data><"],
)  # fmt: skip
def test_marks_that_never_end_take_no_time(mark: str) -> None:
    started = time.monotonic()
    try:
        sheets_of(book("<Row>" + mark * (3_000_000 // len(mark))))
    except DataError as refusal:
        assert "reaches further" in str(refusal)  # noqa: PT017 - or it is read: both end
    assert time.monotonic() - started < 10

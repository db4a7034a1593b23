from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from flowrisk.errors import DataError
from flowrisk.ingest.formats import state_street
from flowrisk.ingest.readers.parsed import Hints, Parsed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS = (
    ("Fund Name:", "SPDR® Invented ETF"),
    ("Ticker Symbol:", "INV"),
    ("Holdings:", "As of 30-Sep-2025"),
    (),
    (
        "Name",
        "Ticker",
        "Identifier",
        "SEDOL",
        "Weight",
        "Sector",
        "Shares Held",
        "Local Currency",
    ),
    ("APPLE INC", "AAPL", "037833100", "2046251", 70.5, "-", 178696715, "USD"),
    ("SPREADSHEET INC", "SPRD", 37833100, 263494, 25.0, "-", "1,000", "USD"),
    ("FOREIGN PLC", "-", "GB0002634946", "-", 4.0, "-", 12.5, "GBP"),
    ("US DOLLAR", "-", "999USDZ92", "-", 0.3, "-", 732160018.53, "USD"),
    ("SSI US GOV MONEY MARKET CLASS", "-", "924QSGII3", "-", 0.1, "-", 5, "USD"),
    ("CONTRA SOMETHING", "-", "457CVR017", "-", 0.1, "-", 5, "USD"),
    (),
    ("Past performance is not a reliable indicator of future performance.",),
)


def workbook(rows: Any = ROWS, sheet: Any = "holdings") -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet("cover").write(0, 0, "nothing here")
        page = book.add_worksheet(sheet)
        for number, cells in enumerate(rows):
            page.write_row(number, 0, cells)
    return buffer.getvalue()


def test_a_workbook_is_read_without_inventing_values(
    write: Callable[..., Path],
    row: Callable[..., dict[str, Any]],
    kinds: Callable[[Parsed], dict[str, int]],
) -> None:
    parsed = state_street.read(write("a.xlsx", workbook()), Hints())
    assert parsed.reports.select("fund_id", "fund_name", "as_of_on", "holdings_scope").rows() == [
        ("INV", "SPDR® Invented ETF", date(2025, 9, 30), "full")
    ]
    apple = row(parsed, ticker="AAPL")
    assert (apple["cusip"], apple["sedol"], apple["shares"]) == ("037833100", "2046251", 178696715)
    assert apple["weight_ratio"] == pytest.approx(0.705)
    assert apple["row_number"] == 6
    assert parsed.positions["market_value_usd"].null_count() == 6
    assert kinds(parsed) == {"cash": 1, "derivative": 1, "equity": 3, "fund": 1}


def test_numbers_in_identifier_cells_get_their_zeros_back(
    write: Callable[..., Path], row: Callable[..., dict[str, Any]]
) -> None:
    found = row(state_street.read(write("a.xlsx", workbook()), Hints()), ticker="SPRD")
    assert (found["cusip"], found["sedol"]) == ("037833100", "0263494")


def test_an_isin_in_the_identifier_column_is_one(
    write: Callable[..., Path], row: Callable[..., dict[str, Any]]
) -> None:
    found = row(state_street.read(write("a.xlsx", workbook()), Hints()), issuer_name="FOREIGN PLC")
    assert (found["isin"], found["cusip"], found["kind"]) == ("GB0002634946", None, "equity")


def test_the_table_saved_as_csv_is_read(
    write: Callable[..., Path], row: Callable[..., dict[str, Any]]
) -> None:
    lines = [",".join(f'"{cell}"' for cell in cells) for cells in ROWS]
    parsed = state_street.read(write("a.csv", "\n".join(lines)), Hints())
    assert row(parsed, ticker="AAPL")["shares"] == 178696715


def test_a_cut_workbook_and_a_page_are_named(write: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match="damaged or cut off"):
        state_street.read(write("a.xlsx", workbook()[:3000]), Hints())
    with pytest.raises(DataError, match="web page"):
        state_street.read(write("b.xlsx", "<!doctype html><title>x</title>"), Hints())


def test_a_zip_that_is_no_workbook_is_named(write: Callable[..., Path]) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("INFOTABLE.tsv", "x")
    with pytest.raises(DataError, match="not an Excel workbook"):
        state_street.read(write("a.xlsx", buffer.getvalue()), Hints())


def test_an_archive_bomb_is_refused_unopened(write: Callable[..., Path]) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\x00" * 50_000_000)
    with pytest.raises(DataError, match="unpacks to far more"):
        state_street.read(write("a.xlsx", buffer.getvalue()), Hints())


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "fund", "day", "rows"),
    [
        ("holdings-daily-us-en-spy_2025-11-18.xlsx", "SPY", date(2025, 11, 18), 504),
        ("holdings-daily-us-en-xbi_2025-02.xlsx", "XBI", date(2025, 2, 3), 144),
    ],
)
def test_real_workbooks(
    real_files: Callable[[str], Path], name: Any, fund: Any, day: Any, rows: Any
) -> None:
    parsed = state_street.read(real_files(f"state-street/{name}"), Hints())
    assert parsed.reports.select("fund_id", "as_of_on").rows() == [(fund, day)]
    assert parsed.positions.height == rows
    assert parsed.positions.filter(kind="cash").height == 1
    assert parsed.rejects.is_empty()

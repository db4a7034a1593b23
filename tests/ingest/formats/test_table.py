"""Tables read by profiles: those shipped, and any of the user's own."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
import xlsxwriter

from flowrisk.errors import DataError, QuestionError
from flowrisk.ingest.detection import detected
from flowrisk.ingest.formats import table
from flowrisk.ingest.readers import profiles
from flowrisk.ingest.readers.parsed import Hints, Parsed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

VANGUARD = """Vanguard Total Stock Market ETF
"Equity, as of 06/30/2025"

,SEDOL,HOLDINGS,TICKER,% OF FUNDS*,SUB-INDUSTRY,COUNTRY,MARKET VALUE*,SHARES
,2974329,Strategy Inc,MSTR,60.00 %,Software,US,"$3,298,879,798.54","8,160,898"
,B4XGPB5,MARA Holdings Inc,MARA,40.00 %,Software,US,"$85,520,000.00","5,450,000"
"""
VANGUARD_JSON = {
    "size": 1, "asOfDate": "2025-06-30T00:00:00-04:00", "ticker": "VTI",
    "fund": {"entity": [{
        "longName": "Strategy Inc", "ticker": "MSTR", "isin": "US5949724083", "cusip": "594972408",
        "sedol": "2974329", "percentWeight": "100.00", "marketValue": 3298879798.54,
        "sharesHeld": "8160898",
    }]},
}  # fmt: skip
SCHWAB = """Symbol,Name,CUSIP,Quantity,Market Value,% of Assets
MSTR,STRATEGY INC,594972408,"1,234","$218,578.42",100.00%
"""
XTRACKERS = """Xtrackers MSCI World UCITS ETF 1C
Stand: 30.06.2025

ISIN;Name;Land;Währung;Börse;Wertpapierart;Industry Classification;Gewichtung
US5949724083;STRATEGY INC;Vereinigte Staaten;USD;NASDAQ;Aktie;IT;100,00%
"""


def read(path: Path, **hints: Any) -> Parsed:
    found = detected(path)
    assert found.profile is not None
    return table.read_profile(path, found.profile, Hints(**hints))


def test_vanguard_files_of_the_website(write: Callable[..., Path]) -> None:
    path = write("vti.csv", VANGUARD)
    assert detected(path).format == "vanguard"
    parsed = read(path)
    report = parsed.reports.row(0, named=True)
    assert (report["fund_name"], report["as_of_on"]) == (
        "Vanguard Total Stock Market ETF", date(2025, 6, 30),
    )  # fmt: skip
    shares = parsed.positions.lazy().select("ticker", "shares", "weight_ratio").collect()
    assert shares.rows() == [("MSTR", 8_160_898, 0.6), ("MARA", 5_450_000, 0.4)]


def test_vanguard_json(write: Callable[..., Path]) -> None:
    path = write("holdings.json", json.dumps(VANGUARD_JSON))
    assert detected(path).format == "vanguard-json"
    parsed = read(path)
    assert parsed.reports.select("fund_id", "as_of_on").rows() == [("VTI", date(2025, 6, 30))]
    assert parsed.positions.lazy().select("isin", "shares").collect().rows() == [
        ("US5949724083", 8_160_898)
    ]


def test_schwab(write: Callable[..., Path]) -> None:
    path = write("SCHB.csv", SCHWAB)
    assert detected(path).format == "schwab"
    parsed = read(path, as_of_on=date(2025, 11, 20), fund_id="SCHB")
    row = parsed.positions.lazy().collect().row(0, named=True)
    assert (row["cusip"], row["shares"], row["market_value_usd"]) == ("594972408", 1234, 218_578.42)


def test_a_file_of_weights_gives_weights(write: Callable[..., Path]) -> None:
    path = write("xtrackers.csv", XTRACKERS)
    assert detected(path).format == "xtrackers"
    parsed = read(path)
    assert parsed.reports.select("holdings_scope", "as_of_on").rows() == [
        ("weights", date(2025, 6, 30))
    ]
    assert parsed.positions.lazy().select("weight_ratio").collect().item() == 1


ROWS = [
    ("Fund one", "2025-11-20", "US5949724083", 12000.125),
    ("Two", "2025-11-20", "US5657881067", 5.0),
]
NAMES = ("Portfolio", "Day", "Id", "Qty")
MAP = {"fund": "Portfolio", "date": "Day", "isin": "Id", "shares": "Qty"}


def written(path: Path, kind: str) -> Path:
    frame = pl.DataFrame(ROWS, schema=list(NAMES), orient="row")
    if kind == "xlsx":
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("positions")
            for number, row in enumerate([NAMES, *ROWS]):
                sheet.write_row(number, 0, row)
    elif kind == "parquet":
        frame.write_parquet(path)
    elif kind == "json":
        path.write_text(frame.write_json(), encoding="utf-8")
    else:
        frame.write_csv(path, separator={"csv": ",", "tsv": "\t"}[kind])
    return path


@pytest.mark.parametrize("kind", ["csv", "tsv", "xlsx", "parquet", "json"])
def test_every_kind_of_file_says_the_same(tmp_path: Path, kind: str) -> None:
    path = written(tmp_path / f"ours.{kind}", kind)
    hints = Hints(profile=profiles.of_columns(MAP), decimal="." if kind in {"csv", "tsv"} else "")
    parsed = table.read(path, hints)
    assert parsed.reports.select("fund_id", "fund_name").sort("fund_id").rows() == [
        ("Two", "Two"), ("fund-one", "Fund one"),
    ]  # fmt: skip
    assert parsed.positions.lazy().select("isin", "shares").collect().sort("shares").rows() == [
        ("US5657881067", 5.0), ("US5949724083", 12000.125),
    ]  # fmt: skip


def test_a_table_with_usual_names_is_found(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text("Portfolio,Date,ISIN,Quantity,MV\nA,2025-11-20,US5949724083,7,1240\n")
    found = detected(path)
    assert found.format == "table"
    assert "shares=Quantity" in found.why


@pytest.mark.parametrize(
    "columns",
    ["shares", "shares=", "shares=Q,stock=X", "isin=I", "shares=Q", "shares=Q,shares=R,isin=I"],
)
def test_a_column_map_that_says_too_little_is_refused(columns: str) -> None:
    with pytest.raises(QuestionError):
        profiles.of_columns(columns)


def test_a_profile_that_is_none_is_refused(write: Callable[..., Path]) -> None:
    for text in ("x = [", "[columns]\nstock = 'X'\n", "strange = 1\n[columns]\nshares = 'Q'\n"):
        with pytest.raises(DataError):
            profiles.of_file(write("own.toml", text))


def test_every_profile_shipped_is_whole() -> None:
    assert set(profiles.shipped()) >= {
        "ishares", "vanguard", "vanguard-json", "schwab", "amundi", "xtrackers",
    }  # fmt: skip


def own(write: Callable[..., Path], text: str) -> Parsed:
    header = text.split("\n", 1)[0].split(",")
    words = {"shares": "Shares", "value": "Market", "cusip": "CUSIP", "name": "Name",
             "date": "Date", "currency": "Ccy"}  # fmt: skip
    columns = {
        ours: theirs
        for ours, begin in words.items()
        for theirs in header
        if theirs.startswith(begin)
    }
    hints = Hints(fund_id="F", profile=profiles.of_columns(columns))
    return table.read(write("own.csv", text), hints)


def test_shares_and_values_count_in_what_their_headers_say(write: Callable[..., Path]) -> None:
    parsed = own(
        write,
        "CUSIP,Shares (000s),Market Value (US$ m),Ccy,Date\n594972408,16.5,3.4125,USD,45979\n",
    )
    found = parsed.positions.lazy().collect().row(0, named=True)
    assert (found["shares"], found["market_value_usd"]) == (16_500, 3_412_500)
    assert found["as_of_on"] == date(2025, 11, 18)
    assert "'Shares (000s)' counts in 1,000" in parsed.notes


@pytest.mark.parametrize("spoilt", ["5.94972E+08", "594972409", "US5949724084"])
def test_an_identifier_that_is_none_is_no_reason_to_take_a_position_for_something_else(
    write: Callable[..., Path], spoilt: str
) -> None:
    parsed = own(write, f"CUSIP,Name,Shares,Date\n{spoilt},Strategy,1000,2025-11-18\n"
                        "565788106,MARA,500,2025-11-18\n,Cash,7,2025-11-18\n")  # fmt: skip
    kinds = parsed.positions.lazy().collect()["kind"].to_list()
    assert kinds == ["equity", "equity", "cash"]


@pytest.mark.parametrize("written", ["594972 40 8", "594972-408", "us 5949 7240 83"])
def test_an_identifier_as_it_is_printed_names_its_security(
    write: Callable[..., Path], written: str
) -> None:
    text = f"ID,Name,Shares,Date\n{written},Strategy,1000,2025-11-18\n"
    columns = {"identifier": "ID", "name": "Name", "shares": "Shares", "date": "Date"}
    hints = Hints(fund_id="F", profile=profiles.of_columns(columns))
    row = table.read(write("own.csv", text), hints).positions.lazy().collect().row(0, named=True)
    assert row["kind"] == "equity"
    assert "594972408" in {row["cusip"], str(row["isin"])[2:11]}


@pytest.mark.parametrize("cell", ["5%", "5 %", "0.05%"])
def test_a_percentage_is_no_number_of_shares(write: Callable[..., Path], cell: str) -> None:
    parsed = own(write, "CUSIP,Name,Shares,Date\n"
                        f"594972408,Strategy,{cell},2025-11-18\n"
                        "565788106,MARA,500,2025-11-18\n")  # fmt: skip
    rows = parsed.positions.lazy().collect().select("shares", "refusal", "refused_value").rows()
    assert rows == [(None, "shares_not_a_number", cell), (500.0, None, None)]


@pytest.mark.parametrize(("cell", "is_said"), [("8.16E+06", True), ("8160898", False),
                                               ("8.160898E+06", False)])  # fmt: skip
def test_shares_that_a_spreadsheet_rounded_are_said(
    write: Callable[..., Path], cell: str, is_said: object
) -> None:
    parsed = own(write, f"CUSIP,Name,Shares,Date\n594972408,Strategy,{cell},2025-11-18\n")
    assert any("are rounded" in note for note in parsed.notes) is is_said


@pytest.mark.parametrize(("sheet", "expected"), [("", ["B"]), ("B", [])])
def test_sheets_of_positions_that_are_not_read_are_named(
    tmp_path: Path, sheet: str, expected: list[str]
) -> None:
    with xlsxwriter.Workbook(tmp_path / "two.xlsx") as book:
        for name in ("A", "B", "Notes"):
            page = book.add_worksheet(name)
            if name != "Notes":
                page.write_row(0, 0, ["CUSIP", "Shares"])
                page.write_row(1, 0, ["594972408", 1000])
    columns = profiles.of_columns({"cusip": "CUSIP", "shares": "Shares"})
    day = date(2025, 11, 18)
    hints = Hints(fund_id="F", as_of_on=day, profile=columns, sheet=sheet)
    notes = table.read(tmp_path / "two.xlsx", hints).notes
    assert [note.rsplit(" ", 1)[1] for note in notes if "of its sheets" in note] == expected

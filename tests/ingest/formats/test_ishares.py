from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from flowrisk.errors import DataError
from flowrisk.ingest.formats import ishares
from flowrisk.ingest.readers.parsed import Hints, Parsed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEADER = (
    "Ticker,Name,Sector,Asset Class,Market Value,Weight (%),Notional Value,{shares},Price,"
    "Location,Exchange,Currency,FX Rate,Market Currency,Accrual Date"
)
ROWS = tuple(
    """\
"ABC","ABC CORP","IT","Equity","1,000.00","60.00","1,000.00","100.00","10.00","United States",\
"NASDAQ","USD","1.00","USD","-"
"7000","TOYO KK","Autos","Equity","500.00","30.00","500.00","50.00","10.00","Japan",\
"Tokyo Stock Exchange","USD","150.00","JPY","-"
"USD","USD CASH","Cash and/or Derivatives","Cash","100.00","10.00","100.00","100.00","100.00",\
"United States","-","USD","1.00","USD","-"
"ESZ5","S&P500 EMINI DEC 25","Cash and/or Derivatives","Futures","0.00","0.00","9.00","3.00",\
"1.00","-","Index And Options Market","USD","1.00","USD","-"
""".splitlines()
)
PREAMBLE = (
    "iShares Invented ETF",
    'Fund Holdings as of,"Nov 18, 2025"',
    'Inception Date,"May 15, 2000"',
    'Shares Outstanding,"1,000.00"',
    'Stock,"-"',
    "\u00a0",
)
FOOTER = ("\u00a0", '"The content is owned by someone, and this is prose.\nSecond line, of prose."')


def text(
    preamble: Any = PREAMBLE,
    rows: Any = ROWS,
    footer: Any = FOOTER,
    shares: Any = "Quantity",
    end: Any = "\n",
) -> str:
    return end.join([*preamble, HEADER.format(shares=shares), *rows, *footer])


def test_a_full_file_is_read_with_its_day_and_name(
    write: Callable[..., Path],
    row: Callable[..., dict[str, Any]],
    kinds: Callable[[Parsed], dict[str, int]],
) -> None:
    parsed = ishares.read(write("holdings.csv", text(), "utf-8-sig"), Hints())
    report = parsed.reports.row(0, named=True)
    assert (report["fund_id"], report["fund_name"]) == (
        "ishares-invented-etf",
        "iShares Invented ETF",
    )
    assert (report["as_of_on"], report["holdings_scope"]) == (date(2025, 11, 18), "full")
    assert kinds(parsed) == {"cash": 1, "derivative": 1, "equity": 2}
    found = row(parsed, ticker="ABC")
    assert (found["shares"], found["market_value_usd"], found["weight_ratio"]) == (100, 1000, 0.6)
    assert (found["mic"], found["country"]) == ("XNAS", "US")
    assert row(parsed, ticker="7000")["mic"] == "XTKS"
    assert parsed.rejects.is_empty()
    assert parsed.notes == (
        "holdings.csv: columns not used: Sector, Notional Value, FX Rate, Accrual Date",
    )


@pytest.mark.parametrize("shares", ["Quantity", "Shares"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_without_preamble_the_day_is_the_hint(
    write: Callable[..., Path],
    hints: Hints,
    row: Callable[..., dict[str, Any]],
    shares: Any,
    end: Any,
) -> None:
    path = write("XYZ_holdings.csv", text(preamble=(), footer=(), shares=shares, end=end))
    parsed = ishares.read(path, hints)
    assert parsed.reports["as_of_on"].to_list() == [date(2025, 6, 30)]
    assert parsed.reports["fund_id"].to_list() == ["XYZ"]
    assert row(parsed, ticker="ABC")["shares"] == 100


def test_the_fund_hint_wins(write: Callable[..., Path]) -> None:
    parsed = ishares.read(write("XYZ_holdings.csv", text()), Hints(fund_id="S000000001"))
    assert parsed.positions["fund_id"].unique().to_list() == ["S000000001"]


def test_without_any_day_the_error_names_the_flag(write: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match="which day") as refusal:
        ishares.read(write("a.csv", text(preamble=())), Hints())
    assert "--as-of" in refusal.value.remedy


def test_a_day_that_the_file_states_is_kept_over_the_hint_and_said(
    write: Callable[..., Path], hints: Hints
) -> None:
    parsed = ishares.read(write("a.csv", text()), hints)
    assert parsed.reports["as_of_on"].to_list() == [date(2025, 11, 18)]
    assert any("--as-of was not used" in note for note in parsed.notes)


def test_a_day_without_data_is_said_to_be_one(write: Callable[..., Path]) -> None:
    preamble = ("iShares Invented ETF", 'Fund Holdings as of,"-"', "\u00a0")
    with pytest.raises(DataError, match="no data for that date") as refusal:
        ishares.read(write("a.csv", text(preamble=preamble, rows=())), Hints())
    assert refusal.value.facts["holdings as of"] == "-"


def test_identifiers_are_checked_and_shifted_columns_found(
    write: Callable[..., Path], row: Callable[..., dict[str, Any]], hints: Hints
) -> None:
    header = "ISIN,Name,SEDOL,Asset Class,Shares,CUSIP,Ticker,Currency"
    rows = [
        "US5949724083,STRATEGY,2974329,Equity,10,594972408,MSTR,USD",
        "US5949724084,WRONG,2974328,Equity,10,594972409,WRNG,USD",
        "-,APPLE,2046251,Equity,10,37833100,AAPL,USD",
    ]
    parsed = ishares.read(write("a.csv", "\n".join([header, *rows, ""])), hints)
    good, wrong, short = (row(parsed, ticker=t) for t in ("MSTR", "WRNG", "AAPL"))
    assert (good["isin"], good["cusip"], good["sedol"]) == ("US5949724083", "594972408", "2974329")
    assert (wrong["isin"], wrong["cusip"], wrong["sedol"]) == (None, None, None)
    assert wrong["note"].count("fails its check digit") == 3
    assert short["cusip"] == "037833100"
    assert "leading zeros" in short["note"]


def test_values_in_another_currency_are_null_and_said(
    write: Callable[..., Path], row: Callable[..., dict[str, Any]]
) -> None:
    path = write("a.csv", text(rows=tuple(r.replace('"USD","1', '"EUR","1') for r in ROWS)))
    parsed = ishares.read(path, Hints())
    assert row(parsed, ticker="ABC")["market_value_usd"] is None
    assert row(parsed, ticker="ABC")["shares"] == 100
    assert any("EUR" in note for note in parsed.notes)


def test_shares_that_are_no_number_are_refused_and_the_rest_kept(
    write: Callable[..., Path],
) -> None:
    rows = (*ROWS, ROWS[0].replace('"100.00"', '"n/m"').replace("ABC", "BAD"))
    parsed = ishares.read(write("a.csv", text(rows=rows)), Hints())
    refused = parsed.positions.filter(pl.col("refusal").is_not_null())
    assert refused.select("row_number", "refusal", "refused_value", "ticker").rows() == [
        (12, "shares_not_a_number", "n/m", "BAD")
    ]
    assert parsed.rejects.is_empty()
    assert parsed.positions.height == 5


def test_a_column_written_in_two_ways_is_refused_as_a_whole(write: Callable[..., Path]) -> None:
    rows = (*ROWS, ROWS[0].replace('"100.00"', '"1.234,5"').replace("ABC", "BAD"))
    with pytest.raises(DataError, match="two ways"):
        ishares.read(write("a.csv", text(rows=rows)), Hints())


def test_a_value_that_is_no_number_is_null_with_a_note(
    write: Callable[..., Path], row: Callable[..., dict[str, Any]]
) -> None:
    rows = (ROWS[0].replace('"1,000.00","60', '"n0pe","60'), *ROWS[1:])
    found = row(ishares.read(write("a.csv", text(rows=rows)), Hints()), ticker="ABC")
    assert found["market_value_usd"] is None
    assert "'n0pe' is no number" in found["note"]
    assert found["shares"] == 100


def test_an_absent_quantity_stays_unknown(
    write: Callable[..., Path], row: Callable[..., dict[str, Any]]
) -> None:
    rows = (ROWS[0].replace('"100.00","10.00"', '"-","10.00"'), *ROWS[1:])
    found = row(ishares.read(write("a.csv", text(rows=rows)), Hints()), ticker="ABC")
    assert found["shares"] is None
    assert found["weight_ratio"] == 0.6


def test_a_negative_equity_is_a_short(
    write: Callable[..., Path], row: Callable[..., dict[str, Any]]
) -> None:
    rows = (*ROWS, ROWS[0].replace('"100.00","10', '"-100.00","10').replace("ABC", "SHO"))
    assert row(ishares.read(write("a.csv", text(rows=rows)), Hints()), ticker="SHO")["kind"] == (
        "short"
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("CVR ENERGY INC", "equity"),
        ("FORWARD INDUSTRIES INC", "equity"),
        ("FUTURE PLC", "equity"),
        ("WT MICROELECTRONICS LTD", "equity"),
        ("AKERO THERAPEUTICS CVR", "derivative"),
        ("CHORD ENERGY EQUITY WARRANTS SERIE", "derivative"),
        ("TELEFONICA RIGHTS SA", "derivative"),
        ("ISHARES CORE S&P 500 ETF", "fund"),
        ("PETROLEO BRASILEIRO PREF SA", "equity"),
    ],
)
def test_equity_whose_name_is_a_right_a_warrant_or_a_fund_is_that(
    write: Callable[..., Path], row: Callable[..., dict[str, Any]], name: Any, kind: Any
) -> None:
    rows = (ROWS[0].replace("ABC CORP", name), *ROWS[1:])
    found = row(ishares.read(write("a.csv", text(rows=rows)), Hints()), ticker="ABC")
    assert found["kind"] == kind


@pytest.mark.parametrize(
    ("asset_class", "kind"),
    [
        ("Money Market", "fund"),
        ("Cash Collateral and Margins", "cash"),
        ("FX", "derivative"),
        ("Fixed Income", "debt"),
        ("Preferred Stock", "preferred"),
        ("Alternative", "other"),
    ],
)
def test_the_asset_class_decides(
    write: Callable[..., Path], row: Callable[..., dict[str, Any]], asset_class: Any, kind: Any
) -> None:
    rows = (ROWS[0].replace('"Equity"', f'"{asset_class}"'), *ROWS[1:])
    found = row(ishares.read(write("a.csv", text(rows=rows)), Hints()), ticker="ABC")
    assert found["kind"] == kind


def test_a_file_cut_between_rows_is_an_excerpt_so_nothing_counts_as_sold(
    write: Callable[..., Path],
) -> None:
    parsed = ishares.read(write("a.csv", text(rows=ROWS[:1], footer=())), Hints())
    assert parsed.reports["holdings_scope"].to_list() == ["excerpt"]
    assert any("weights sum to 60.0%" in note for note in parsed.notes)


def test_a_row_that_is_cut_is_refused(write: Callable[..., Path]) -> None:
    content = text(footer=())
    cut = content[: content.rindex('"9.00","3.00"') + len('"9.00","3')]
    parsed = ishares.read(write("a.csv", cut), Hints())
    assert parsed.rejects["reason"].to_list() == ["row_is_cut"]
    assert parsed.positions.height == 3


def test_unquoted_thousands_that_break_the_columns_are_refused(write: Callable[..., Path]) -> None:
    rows = (*ROWS, "BAD,BAD CORP,IT,Equity,1,000.00,60,1,000,100,10,US,NASDAQ,USD,1,USD,-")
    parsed = ishares.read(write("a.csv", text(rows=rows)), Hints())
    assert parsed.rejects["reason"].to_list() == ["row_has_too_many_cells"]


def test_a_value_off_shares_times_price_is_noted(
    write: Callable[..., Path], row: Callable[..., dict[str, Any]]
) -> None:
    rows = (ROWS[0].replace('"100.00","10.00"', '"100,000.00","10.00"'), *ROWS[1:])
    found = row(ishares.read(write("a.csv", text(rows=rows)), Hints()), ticker="ABC")
    assert "off shares times price" in found["note"]


def test_a_foreign_table_is_refused_with_what_it_has(write: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match="no iShares holdings file") as refusal:
        ishares.read(write("a.csv", "Ticker,Name,Quanttiy\nA,B,1\n"), Hints())
    assert "Quanttiy" in str(refusal.value.facts["columns found"])
    assert "'Quanttiy' for shares" in str(refusal.value.facts["nearest"])


@pytest.mark.parametrize(
    ("exchange", "currency", "mic"),
    [
        ("Nasdaq Omx Nordic", "SEK", "XSTO"),
        ("Nasdaq Omx Nordic", "DKK", "XCSE"),
        ("Nasdaq Omx Nordic", "USD", None),
        ("Korea Exchange (Kosdaq)", "KRW", "XKOS"),
        ("NO MARKET (E.G. UNLISTED)", "USD", None),
        ("-", "USD", None),
    ],
)
def test_an_exchange_that_names_no_single_market_has_none(
    write: Callable[..., Path],
    row: Callable[..., dict[str, Any]],
    exchange: Any,
    currency: Any,
    mic: Any,
) -> None:
    changed = ROWS[0].replace("NASDAQ", exchange).replace('"1.00","USD"', f'"1.00","{currency}"')
    parsed = ishares.read(write("a.csv", text(rows=(changed, *ROWS[1:]))), Hints())
    assert row(parsed, ticker="ABC")["mic"] == mic


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_are_found(
    write: Callable[..., Path], row: Callable[..., dict[str, Any]], hints: Hints, delimiter: Any
) -> None:
    lines = ["Ticker,Name,Asset Class,Shares,Currency", "ABC,ABC CORP,Equity,7,USD"]
    path = write("a.csv", "\n".join(lines).replace(",", delimiter) + "\n")
    assert row(ishares.read(path, hints), ticker="ABC")["shares"] == 7


def test_when_every_row_is_refused_the_file_is(write: Callable[..., Path], hints: Hints) -> None:
    content = "Ticker,Name,Shares\nA,B,1.000,5\nC,D,x\n"
    with pytest.raises(DataError, match="No row of the file could be read") as refusal:
        ishares.read(write("a.csv", content), hints)
    assert refusal.value.facts["shares_not_a_number"] == "1 rows"


@pytest.mark.real
def test_iwv_holds_61289_strategy_shares_and_armstrong_is_not_strategy(
    real_files: Callable[[str], Path], row: Callable[..., dict[str, Any]]
) -> None:
    parsed = ishares.read(real_files("ishares/IWV_holdings_2025-05-21.csv"), Hints())
    assert parsed.reports["as_of_on"].to_list() == [date(2025, 5, 21)]
    assert row(parsed, ticker="MSTR")["shares"] == 61289
    assert row(parsed, ticker="AWI")["issuer_name"].startswith("ARMSTRONG WORLD")
    assert row(parsed, ticker="FWRD")["kind"] == "equity"
    assert parsed.positions.height == 2658
    assert parsed.rejects.is_empty()


@pytest.mark.real
def test_acwi_keeps_the_markets_of_equal_tickers(
    real_files: Callable[[str], Path], row: Callable[..., dict[str, Any]]
) -> None:
    path = real_files("ishares/ACWI_holdings_2025-01-08_nopreamble.csv")
    parsed = ishares.read(path, Hints(as_of_on=date(2025, 1, 8)))
    assert row(parsed, ticker="MSTR")["shares"] == 45157
    sevens = parsed.positions.filter(ticker="7203").sort("mic")
    assert sevens["mic"].to_list() == ["XSAU", "XTKS"]
    assert parsed.positions.filter(kind="equity").height == 2292
    assert parsed.positions.height == 2333
    with pytest.raises(DataError, match="which day"):
        ishares.read(path, Hints())


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "day", "equities", "rows"),
    [
        ("IVV_holdings_2025-11-18.csv", date(2025, 11, 18), 503, 508),
        ("IWM_holdings_2026-04-10.csv", date(2026, 4, 10), None, 1941),
        ("IWM_holdings_2025-05-13.csv", date(2025, 5, 13), None, 1944),
    ],
)
def test_s_and_p_and_russell_files_hold_no_strategy(
    real_files: Callable[[str], Path], name: Any, day: Any, equities: Any, rows: Any
) -> None:
    parsed = ishares.read(real_files(f"ishares/{name}"), Hints())
    assert parsed.reports["as_of_on"].to_list() == [day]
    assert parsed.positions.height == rows
    assert parsed.positions.filter(ticker="MSTR").is_empty()
    assert equities is None or parsed.positions.filter(kind="equity").height == equities


@pytest.mark.real
def test_urth_identifiers_pass_their_check_digits(
    real_files: Callable[[str], Path], row: Callable[..., dict[str, Any]]
) -> None:
    path = real_files("ishares/URTH_holdings_2021-06_cusip_isin_sedol.csv")
    parsed = ishares.read(path, Hints(as_of_on=date(2021, 6, 18)))
    apple = row(parsed, ticker="AAPL", kind="equity")
    assert (apple["isin"], apple["cusip"], apple["sedol"]) == (
        "US0378331005",
        "037833100",
        "2046251",
    )
    equities = parsed.positions.filter(kind="equity")
    assert equities["isin"].null_count() == 0
    assert equities.filter(pl.col("note").str.contains("check digit")).is_empty()
    assert parsed.positions.filter(kind="derivative").height == 9

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from flowrisk.errors import DataError, QuestionError
from flowrisk.ingest.formats import invesco
from flowrisk.ingest.readers.parsed import Hints, Parsed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEADER = (
    "Fund Ticker,Security Identifier,Holding Ticker,Shares/Par Value,MarketValue,Weight,Name,"
    "Class of Shares,Sector,Date"
)
ROWS = (
    'QQX,037833100,AAPL ,"1,000","250,000.50",60.5,Apple Inc,Common Stock,IT,09/26/2025',
    "QQX,G39387108,GFS ,10,300,30,GlobalFoundries,Common Stock,IT,09/26/2025",
    "QQX,0263494,BA/ LN,5,100,5,BAE Systems,Ordinary Share,Defence,09/26/2025",
    "QQX,825252885,AGPXX ,7,7,4.5,Invesco Government & Agency,Money Market Fund,-,09/26/2025",
)


def text(*rows: str) -> str:
    return "\n".join([HEADER, *(rows or ROWS)]) + "\n"


def test_fund_day_and_identifiers_come_from_the_rows(
    write: Callable[..., Path],
    row: Callable[..., dict[str, Any]],
    kinds: Callable[[Parsed], dict[str, int]],
) -> None:
    parsed = invesco.read(write("a.csv", text()), Hints())
    assert parsed.reports.select("fund_id", "as_of_on", "holdings_scope").rows() == [
        ("QQX", date(2025, 9, 26), "full")
    ]
    apple = row(parsed, ticker="AAPL")
    assert (apple["cusip"], apple["shares"], apple["market_value_usd"]) == (
        "037833100",
        1000,
        250000.5,
    )
    assert apple["weight_ratio"] == pytest.approx(0.605)
    bae = row(parsed, issuer_name="BAE Systems")
    assert (bae["ticker"], bae["mic"], bae["sedol"], bae["cusip"]) == (
        "BA/",
        "XLON",
        "0263494",
        None,
    )
    assert kinds(parsed) == {"equity": 3, "fund": 1}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Real Estate Investment Trust", "equity"),
        ("American Depository Receipt", "equity"),
        ("Preferred Stock", "preferred"),
        ("Currency", "cash"),
        ("Swap", "derivative"),
        ("Corporate Bond", "debt"),
        ("Exchange Traded Fund", "fund"),
        ("Something New", "other"),
    ],
)
def test_the_class_of_shares_decides(
    write: Callable[..., Path], row: Callable[..., dict[str, Any]], name: Any, kind: Any
) -> None:
    path = write("a.csv", text(ROWS[0].replace("Common Stock", name), *ROWS[1:]))
    assert row(invesco.read(path, Hints()), ticker="AAPL")["kind"] == kind


def test_weights_given_as_ratios_are_recognised_and_said(
    write: Callable[..., Path], row: Callable[..., dict[str, Any]]
) -> None:
    rows = [r.replace(",60.5,", ",0.605,").replace(",30,", ",0.30,") for r in ROWS]
    rows = [r.replace(",100,5,", ",100,0.05,").replace(",7,4.5,", ",7,0.045,") for r in rows]
    parsed = invesco.read(write("a.csv", text(*rows)), Hints())
    assert row(parsed, ticker="AAPL")["weight_ratio"] == pytest.approx(0.605)
    assert any("read as ratios" in note for note in parsed.notes)


def test_several_funds_in_a_file_are_several_reports(write: Callable[..., Path]) -> None:
    rows = (*ROWS, *(r.replace("QQX", "QQY") for r in ROWS))
    parsed = invesco.read(write("a.csv", text(*rows)), Hints())
    assert sorted(parsed.reports["fund_id"].to_list()) == ["QQX", "QQY"]
    with pytest.raises(QuestionError, match="several funds"):
        invesco.read(write("b.csv", text(*rows)), Hints(fund_id="S000000001"))


def test_a_row_without_a_day_is_refused(write: Callable[..., Path]) -> None:
    path = write("a.csv", text(*ROWS, ROWS[0].replace("09/26/2025", "soon")))
    assert invesco.read(path, Hints()).rejects["reason"].to_list() == ["no_fund_or_day"]


def test_a_file_without_dates_takes_the_hint(write: Callable[..., Path], hints: Hints) -> None:
    header, *lines = text().splitlines()
    content = "\n".join(line.rpartition(",")[0] for line in [header, *lines])
    assert invesco.read(write("a.csv", content), hints).reports["as_of_on"].to_list() == [
        date(2025, 6, 30)
    ]
    with pytest.raises(DataError, match="which day"):
        invesco.read(write("b.csv", content), Hints())


@pytest.mark.real
def test_qqq_holds_5457761_strategy_shares(
    real_files: Callable[[str], Path], row: Callable[..., dict[str, Any]]
) -> None:
    parsed = invesco.read(real_files("invesco/QQQ_holdings_2025-09-26.csv"), Hints())
    found = row(parsed, cusip="594972408")
    assert (found["ticker"], found["shares"], found["market_value_usd"]) == (
        "MSTR",
        5457761,
        1686775614.66,
    )
    assert found["weight_ratio"] == pytest.approx(0.00441)
    assert parsed.reports.select("fund_id", "as_of_on").rows() == [("QQQ", date(2025, 9, 26))]
    assert parsed.positions.height == 101

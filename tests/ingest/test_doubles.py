"""One company, one key: whatever the files name it by, in whatever order they are read."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import TYPE_CHECKING

import polars as pl
import pytest
from paths import ROOT

import flowrisk
from flowrisk.ingest.readers.parsed import Hints
from flowrisk.ingest.run import ingest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from flowrisk.ingest.summary import Summary

NVIDIA, LISTED = "US67066G1040", "XNAS:NVDA"
ISHARES = (
    '{fund}\nFund Holdings as of,"{day}"\n\n'
    "Ticker,Name,Sector,Asset Class,Market Value,Weight (%),Notional Value,Quantity,Price,Location,"
    "Exchange,Currency,FX Rate,Market Currency,Accrual Date\n"
)  # fmt: skip
ISHARES_ROW = (
    '"{ticker}","{name}","IT","Equity","{value}","100","{value}","{shares}","{price}",'
    '"{place}","{exchange}","USD","1.00","USD","-"\n'
)
INVESCO = (
    "Fund Ticker,Security Identifier,Holding Ticker,Shares/Par Value,MarketValue,Weight,Name,"
    "Class of Shares,Sector,Date\n"
)


def ishares(
    *rows: tuple[str, str, float, float],
    fund: str = "iShares Russell 3000 ETF",
    day: str = "Jun 27, 2025",
    exchange: str = "NASDAQ",
    place: str = "United States",
) -> str:
    lines = [
        ISHARES_ROW.format(ticker=ticker, name=name, shares=shares, value=shares * price,
                           price=price, exchange=exchange, place=place)
        for ticker, name, shares, price in rows
    ]  # fmt: skip
    return ISHARES.format(fund=fund, day=day) + "".join(lines)


def keys(lake: Path) -> dict[str, float]:
    """Shares held on all days by key, of what the sample does not hold itself."""
    held = pl.read_parquet(lake / "holdings/as_of_month=*/*.parquet")
    known = pl.read_parquet(ROOT / "sample_data/securities.parquet")["security_id"]
    new = held.filter(~pl.col("security_id").is_in(known.implode()))
    return dict(new.group_by("security_id").agg(pl.col("shares").sum()).sort("security_id").rows())


def securities(lake: Path) -> list[str]:
    known = pl.read_parquet(ROOT / "sample_data/securities.parquet")["security_id"]
    now = pl.read_parquet(lake / "securities.parquet")["security_id"]
    return sorted(set(now) - set(known))


@pytest.fixture
def three(write: Callable[..., Path], quarter: Callable[..., Path]) -> dict[str, Path]:
    """Three funds that hold NVIDIA: by listing, by ticker and CUSIP, by CUSIP and name alone."""
    return {
        "ishares": write("iwv.csv", ishares(("NVDA", "NVIDIA CORP", 300, 157.75))),
        "invesco": write(
            "qqq.csv",
            INVESCO + 'QQQ,67066G104,NVDA ,"20","3560",100,NVIDIA Corp,Common,IT,09/26/2025\n',
        ),
        "nport": quarter("q", FUND_REPORTED_HOLDING=[
            {"ISSUER_CUSIP": "67066G104", "ISSUER_NAME": "NVIDIA Corp", "BALANCE": "1000",
             "ISSUER_TITLE": "NVIDIA CORP", "CURRENCY_VALUE": "157990"}
        ]),
    }  # fmt: skip


def read(lake: Path, files: Sequence[Path], hints: Hints | None = None) -> Summary:
    for file in files:
        last = ingest([file], data=lake, hints=hints)
    return last


ORDERS = list(permutations(("ishares", "invesco", "nport")))


@pytest.mark.parametrize(
    "order", [*ORDERS[::3], *(pytest.param(order, marks=pytest.mark.slow) for order in ORDERS)]
)
def test_three_files_in_any_order_make_one_security(
    order: tuple[str, ...], lake: Path, three: dict[str, Path]
) -> None:
    read(lake, [three[name] for name in order])
    assert keys(lake) == {NVIDIA: 1_320}
    assert securities(lake) == [NVIDIA]
    again = read(lake, [three[name] for name in order])
    assert again.changed_paths == ()
    assert keys(lake) == {NVIDIA: 1_320}


def test_three_files_in_one_call_make_one_security(lake: Path, three: dict[str, Path]) -> None:
    ingest(list(three.values()), data=lake)
    assert (keys(lake), securities(lake)) == ({NVIDIA: 1_320}, [NVIDIA])


def test_every_table_follows_the_key_kept(lake: Path, three: dict[str, Path]) -> None:
    read(lake, [three["ishares"]])
    path = lake / "securities.parquet"
    owned = pl.col("security_id") == LISTED
    pl.read_parquet(path).with_columns(
        note=pl.when(owned).then(pl.lit("mine")),
        shares_outstanding=pl.when(owned).then(24.4e9).otherwise("shares_outstanding"),
    ).write_parquet(path)
    members = pl.read_parquet(lake / "index_memberships.parquet")
    row = members.head(1).with_columns(security_id=pl.lit(LISTED))
    pl.concat([members, row]).write_parquet(lake / "index_memberships.parquet")

    summary = read(lake, [three["invesco"]])
    assert "1 key is given up: the security has another in the dataset" in str(summary.notes)
    kept = pl.read_parquet(path).filter(security_id=NVIDIA).row(0, named=True)
    assert (kept["note"], kept["shares_outstanding"], kept["ticker"]) == ("mine", 24.4e9, "NVDA")
    for table in ("index_memberships", "security_identifiers", "securities"):
        found = pl.read_parquet(lake / f"{table}.parquet")["security_id"].to_list()
        assert LISTED not in found
        assert NVIDIA in found


@pytest.mark.parametrize(
    ("name", "shares_usd", "expected"),
    [
        ("NVIDIA CORP", 157.99, [NVIDIA]),
        ("NVIDIA CORP", 15.80, [NVIDIA, LISTED]),  # a tenth of the price: another paper
        ("NVENT ELECTRIC PLC", 157.99, [NVIDIA, LISTED]),  # the price alone settles nothing
        ("NVIDIA CORP CLASS B", 157.99, [NVIDIA, LISTED]),
        ("NVIDIA ADR REPRESENTING 0.1 CORP", 157.99, [NVIDIA, LISTED]),
    ],
)
def test_a_name_counts_only_with_price_and_class(
    name: str, shares_usd: float, expected: list[str], lake: Path, write: Callable[..., Path],
    three: dict[str, Path],
) -> None:  # fmt: skip
    listed = write("other.csv", ishares(("NVDA", name, 300, shares_usd)))
    read(lake, [three["nport"], listed])
    assert securities(lake) == expected


def test_a_ticker_of_another_market_or_company_settles_nothing(
    lake: Path, write: Callable[..., Path]
) -> None:
    stated = "US,67066G104,NVDA,20,3560,100,NVIDIA Corp,Common Stock,IT,06/27/2025\n"
    elsewhere = ishares(("NVDA", "NVIDIA CORP", 1, 157.0), exchange="London Stock Exchange",
                        place="United Kingdom")  # fmt: skip
    read(lake, [write("a.csv", elsewhere), write("b.csv", INVESCO + stated)])
    assert securities(lake) == [NVIDIA, "XLON:NVDA"]
    reassigned = ishares(("NVDA", "OTHER COMPANY INC", 1, 9.0), day="Mar 27, 2020")
    read(lake, [write("c.csv", reassigned)])
    assert securities(lake) == [NVIDIA, "XLON:NVDA", LISTED]


def test_a_report_that_holds_both_holds_two_securities(
    lake: Path, write: Callable[..., Path]
) -> None:
    both = pl.DataFrame({
        "isin": [NVIDIA, None], "ticker": [None, "NVDA"], "exchange": [None, "NASDAQ"],
        "name": ["NVIDIA Corp", "NVIDIA Corp"], "shares": [1_000, 1_000],
        "value": [157_990, 157_990],
    })  # fmt: skip
    flowrisk.open_dataset(lake).ingest(
        both, columns={name: name for name in both.columns}, fund="F1", as_of="2025-06-27"
    )
    assert keys(lake) == {NVIDIA: 1_000, LISTED: 1_000}
    # what the dataset holds already counts as much
    stated = "QQQ,67066G104,NVDA,20,3560,100,NVIDIA Corp,Common Stock,IT,06/27/2025\n"
    ingest([write("qqq.csv", INVESCO + stated)], data=lake)
    assert keys(lake) == {NVIDIA: 1_020, LISTED: 1_000}


def test_what_remains_is_said_with_the_amount(
    lake: Path, write: Callable[..., Path], three: dict[str, Path]
) -> None:
    listed = write("other.csv", ishares(("NVDA", "NVIDIA CORP CLASS B", 300, 157.75)))
    read(lake, [three["nport"], listed])
    answer = flowrisk.open_dataset(lake).scenario(securities=[NVIDIA], as_of="2025-07-01")
    found = answer.possible_doubles.rows(named=True)
    assert [(row["other_id"], row["held_shares"]) for row in found] == [(LISTED, 300)]
    said = "may be a second key of US67066G1040, in no outflow: XNAS:NVDA NVIDIA CORP CLASS B, 300"
    assert said in str(answer)


def test_real_files_of_four_issuers_leave_no_listing_twice(
    lake: Path, real_files: Callable[[str], Path]
) -> None:
    """QQQ, IWV, SPY and a whole N-PORT: no US listing and ISIN share ticker and first word."""
    files = [
        real_files("ishares/IWV_holdings_2025-05-21.csv"),
        real_files("invesco/QQQ_holdings_2025-09-26.csv"),
        real_files("state-street/holdings-daily-us-en-spy_2025-11-18.xlsx"),
    ]
    nport = real_files("nport-csv/VANGUARD_TOTAL_STOCK_MARKET_INDEX_FUND_2025q3.csv")
    read(lake, files)
    hints = Hints(fund_id="S000002848", as_of_on=date(2025, 6, 30))
    ingest([nport], format="nport", data=lake, hints=hints)
    frame = pl.read_parquet(lake / "securities.parquet").filter(pl.col("ticker").is_not_null())
    named = frame.filter(pl.col("ticker") != pl.col("security_id")).with_columns(
        first=pl.col("security_name").str.to_uppercase().str.split(" ").list.first(),
        is_listing=pl.col("security_id").str.contains(":"),
    )
    twice = named.group_by("ticker", "first", "country").agg(pl.len(), pl.col("is_listing").any())
    assert twice.filter(pl.col("len") > 1, pl.col("is_listing")).rows() == []
    held = pl.read_parquet(lake / "holdings/as_of_month=*/*.parquet")
    nvidia = held.filter(pl.col("security_id") == NVIDIA).sort("as_of_on")
    assert nvidia["shares"].to_list() == [6_221_618.0, 745_382_412.0, 204_259_829.0, 293_804_757.0]


def nport_row(**changed: str) -> dict[str, str]:
    return {"ISSUER_CUSIP": "67066G104", "ISSUER_NAME": "NVIDIA Corp", "BALANCE": "1000",
            "ISSUER_TITLE": "NVIDIA CORP", "CURRENCY_VALUE": "157990", **changed}  # fmt: skip


@pytest.mark.parametrize("written", ["NVDA", "nvda ", "NVDA US", "NVDA UW EQUITY", "NVDA.OQ"])
@pytest.mark.parametrize("column", ["IDENTIFIER_TICKER", "OTHER_IDENTIFIER"])
def test_a_ticker_of_nport_names_the_listing_of_another_file(
    written: str, column: str, lake: Path, write: Callable[..., Path], quarter: Callable[..., Path]
) -> None:
    """A ticker as filers write it settles what neither name nor price of the listing would."""
    listed = write("iwv.csv", ishares(("NVDA", "NVIDIA GRAPHICS", 300, 120.0)))
    source = quarter(
        "q",
        FUND_REPORTED_HOLDING=[nport_row()],
        IDENTIFIERS=[{column: written, "OTHER_IDENTIFIER_DESC": "Ticker symbol"}],
    )
    read(lake, [listed, source])
    assert keys(lake) == {NVIDIA: 1_300}


@pytest.mark.parametrize(
    ("written", "title"),
    [("N/A", "NVIDIA CORP"), ("none", "NVIDIA CORP"), ("67066G104", "NVIDIA CORP"),
     ("T 4 1/8 08/15/53", "NVIDIA CORP"), ("NVDA", "NVIDIA CORP WARRANTS EXP 2027"),
     ("NVDA", "NVIDIA CORP SPONS ADR"), ("NVDA", "NVIDIA CORP CVR")],
)  # fmt: skip
def test_what_is_no_ticker_or_another_paper_of_the_company_stays_apart(
    written: str, title: str, lake: Path, write: Callable[..., Path], quarter: Callable[..., Path]
) -> None:
    listed = write("iwv.csv", ishares(("NVDA", "NVIDIA GRAPHICS", 300, 90.0)))
    source = quarter(
        "q",
        FUND_REPORTED_HOLDING=[nport_row(ISSUER_TITLE=title)],
        IDENTIFIERS=[{"IDENTIFIER_TICKER": written}],
    )
    read(lake, [listed, source])
    assert keys(lake) == {NVIDIA: 1_000, LISTED: 300}
    names = pl.read_parquet(lake / "securities.parquet").filter(security_id=NVIDIA)
    assert names["ticker"].item() in {NVIDIA, "NVDA"}


def framed(lake: Path, day: str, fund: str, **row: object) -> None:
    frame = pl.DataFrame({"name": ["Some Company PLC"], "shares": [1_000], **row})
    columns = {name: name for name in frame.columns}
    flowrisk.open_dataset(lake).ingest(frame, columns=columns, fund=fund, as_of=day, currency="USD")


JERSEY, MOVED = "JE00BJVNSS43", "US31488V1070"


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        ({}, {MOVED: 2_000}),  # the later ISIN stands for both
        ({"value": [101_000]}, {JERSEY: 1_000, MOVED: 1_000}),  # the price is another
        ({"ticker": ["SOMB"]}, {JERSEY: 1_000, MOVED: 1_000}),
        ({"country": ["United Kingdom"]}, {JERSEY: 1_000, MOVED: 1_000}),  # a depositary receipt
        ({"name": ["Some Company ADR"]}, {JERSEY: 1_000, MOVED: 1_000}),
    ],
)
def test_two_isins_of_a_company_that_moved_are_one(
    changed: dict[str, list[object]], kept: dict[str, float], lake: Path
) -> None:
    plain = {"ticker": ["SOMA"], "exchange": ["NYSE"], "country": ["United States"]}
    framed(lake, "2025-06-30", "F1", isin=[JERSEY], value=[50_000], **plain)
    framed(lake, "2025-08-29", "F1", isin=[MOVED], **({"value": [51_000]} | plain | changed))
    assert keys(lake) == kept


def test_two_isins_held_at_one_time_stay_two(lake: Path) -> None:
    plain = {"ticker": ["SOMA"], "exchange": ["NYSE"], "country": ["United States"]}
    framed(lake, "2025-06-30", "F1", isin=[JERSEY], value=[50_000], **plain)
    framed(lake, "2025-08-29", "F1", isin=[JERSEY], value=[51_000], **plain)
    framed(lake, "2025-07-31", "F2", isin=[MOVED], value=[50_500], **plain)
    assert keys(lake) == {JERSEY: 2_000, MOVED: 1_000}


@pytest.mark.parametrize(
    ("currency", "expected"),
    [("JPY", ["CUSIP:J00210104"]), ("USD", ["CUSIP:J00210104", "XTKS:6857"])],
)
def test_the_currency_says_where_a_key_without_ticker_trades(
    currency: str, expected: list[str], lake: Path, write: Callable[..., Path],
    quarter: Callable[..., Path],
) -> None:  # fmt: skip
    listed = ishares(("6857", "ADVANTEST CORP", 300, 73.8), exchange="Tokyo Stock Exchange",
                     place="Japan")  # fmt: skip
    held = nport_row(
        ISSUER_NAME="Advantest Corp", ISSUER_TITLE="Advantest Corp", ISSUER_CUSIP="J00210104",
        CURRENCY_CODE=currency, INVESTMENT_COUNTRY="JP", CURRENCY_VALUE="73900",
    )  # fmt: skip
    read(lake, [write("a.csv", listed), quarter("q", FUND_REPORTED_HOLDING=[held])])
    assert securities(lake) == expected


def test_one_cusip_stated_of_two_countries_is_one_security(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    """Canadian companies held through their US listing: 06849F108 is CA06849F1080 alone."""
    rows = [
        nport_row(HOLDING_ID=str(number), ISSUER_NAME="Barrick Mining Corp",
                  ISSUER_TITLE="BARRICK MINING C", ISSUER_CUSIP="06849F108",
                  INVESTMENT_COUNTRY=country)
        for number, country in enumerate(("US", "CA"), start=1)
    ]  # fmt: skip
    read(lake, [quarter("q", FUND_REPORTED_HOLDING=rows)])
    assert keys(lake) == {"CA06849F1080": 2_000}


@pytest.mark.parametrize(
    ("later", "expected"),
    [("XYZ", ["XNAS:XYZ"]), ("SOMB", ["XNAS:SOMA", "XNAS:SOMB"])],  # classes begin alike
)
def test_a_company_that_changed_its_ticker_is_one(
    later: str, expected: list[str], lake: Path, write: Callable[..., Path]
) -> None:
    name = "SOME COMPANY INC CLASS A"
    read(lake, [
        write("a.csv", ishares(("SOMA", name, 300, 50.0), day="Jan 8, 2025")),
        write("b.csv", ishares((later, name, 300, 52.0), day="Feb 21, 2025")),
    ])  # fmt: skip
    assert securities(lake) == expected


AVIVA, CINS = "GB0002162385", "CUSIP:G0683Q158"


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        ({}, {AVIVA: 2_000}),
        ({"CURRENCY_VALUE": "80000"}, {AVIVA: 1_000, CINS: 1_000}),  # another price
        ({"ISSUER_TITLE": "Aviva-Genussschein"}, {AVIVA: 1_000, CINS: 1_000}),
        ({"ISSUER_NAME": "Avivagen", "ISSUER_TITLE": "Avivagen"}, {AVIVA: 1_000, CINS: 1_000}),
        ({"CURRENCY_CODE": "JPY"}, {AVIVA: 1_000, CINS: 1_000}),  # another market
    ],
)
def test_a_cusip_without_ticker_is_the_isin_that_bears_its_name(
    changed: dict[str, str], kept: dict[str, float], lake: Path, quarter: Callable[..., Path]
) -> None:
    """Filers name foreign companies by CINS alone, issuers by ISIN and ticker."""
    framed(lake, "2025-01-08", "F1", isin=[AVIVA], name=["AVIVA PLC"], ticker=["AV."],
           exchange=["London Stock Exchange"], value=[6_000])  # fmt: skip
    held = {"ISSUER_CUSIP": "G0683Q158", "ISSUER_NAME": "Aviva plc", "ISSUER_TITLE": "Aviva",
            "CURRENCY_CODE": "GBP", "INVESTMENT_COUNTRY": "GB",
            "CURRENCY_VALUE": "8000"}  # fmt: skip
    read(lake, [quarter("q", FUND_REPORTED_HOLDING=[nport_row(**(held | changed))])])
    assert keys(lake) == kept


def test_of_two_isins_a_listing_is_the_one_that_costs_as_much(
    lake: Path, write: Callable[..., Path]
) -> None:
    """A split in four gave the company another ISIN, under the same ticker and name."""
    row = "F,{},ANET,1000,{},100,Arista Networks Inc,Common,IT,{}\n"
    ingest(
        [
            write("old.csv", INVESCO + row.format("040413106", 364_000, "06/30/2021")),
            write("new.csv", INVESCO + row.format("040413205", 102_310, "06/30/2025")),
            write("iwv.csv", ishares(("ANET", "ARISTA NETWORKS INC", 300, 100.0),
                                     exchange="New York Stock Exchange Inc.")),
        ],
        data=lake,
    )  # fmt: skip
    assert keys(lake) == {"US0404131064": 1_000, "US0404132054": 1_300}


@pytest.mark.parametrize(
    ("value", "kept"), [(51_050, {MOVED: 3_000}), (52_000, {JERSEY: 2_000, MOVED: 1_000})]
)
def test_an_isin_given_up_may_live_on_beside_the_later_at_its_price(
    value: int, kept: dict[str, float], lake: Path
) -> None:
    plain = {"ticker": ["SOMA"], "exchange": ["NYSE"], "country": ["United States"]}
    framed(lake, "2025-06-30", "F1", isin=[JERSEY], value=[50_000], **plain)
    framed(lake, "2025-08-29", "F1", isin=[JERSEY], value=[51_000], **plain)
    framed(lake, "2025-08-29", "F2", isin=[MOVED], value=[value], **plain)
    assert keys(lake) == kept

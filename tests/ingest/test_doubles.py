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

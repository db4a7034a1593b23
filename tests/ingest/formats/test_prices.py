from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from flowrisk.errors import DataError
from flowrisk.ingest.formats import prices
from flowrisk.ingest.prices.contradictions import contradictions
from flowrisk.ingest.readers.parsed import Hints, Parsed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

YAHOO = """Date,Open,High,Low,Close,Adj Close,Volume
2025-06-02,10.0,11.0,9.0,10.5,9.9,1000
2025-06-03,10.5,12.0,10.0,11.5,10.9,2000
"""
ROWS = [
    {"date": "2025-06-02", "open": 10, "high": 11, "low": 9, "close": 10.5, "volume": 1000},
    {"date": "2025-06-03", "open": 10.5, "high": 12, "low": 10, "close": 11.5, "volume": 2000},
]
EXPECTED = [(date(2025, 6, 2), 10.5, 1000.0), (date(2025, 6, 3), 11.5, 2000.0)]


def days(parsed: Parsed) -> list[tuple[Any, ...]]:
    return parsed.prices.sort("priced_on").select("priced_on", "close", "volume_shares").rows()


@pytest.mark.parametrize(
    "content",
    [
        ROWS,
        {"ticker": "ABC", "prices": ROWS},
        {"data": {"symbol": "ABC", "historical": ROWS}},
        {row["date"]: row for row in ROWS},
        {"Time Series (Daily)": {
            row["date"]: {"1. open": "10", "4. close": str(row["close"]),
                          "5. volume": str(row["volume"])} for row in ROWS
        }},
        {"date": [r["date"] for r in ROWS], "close": [r["close"] for r in ROWS],
         "volume": [r["volume"] for r in ROWS]},
        {"results": [{"t": 1748836800000, "c": 10.5, "v": 1000},
                     {"t": 1748923200000, "c": 11.5, "v": 2000}]},
        {"chart": {"result": [{
            "timestamp": [1748871000, 1748957400],
            "indicators": {"quote": [{"close": [10.5, 11.5], "volume": [1000, 2000]}]},
        }]}},
    ],
)  # fmt: skip
def test_the_usual_json_layouts_say_the_same(write: Callable[..., Path], content: Any) -> None:
    parsed = prices.read(write("ABC.json", json.dumps(content)), Hints())
    assert days(parsed) == EXPECTED
    assert parsed.prices["security"].unique().to_list() == ["ABC"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_yahoo_layout_takes_the_close_not_the_adjusted_one(
    write: Callable[..., Path], end: Any, delimiter: Any
) -> None:
    path = write("ABC.csv", YAHOO.replace("\n", end).replace(",", delimiter))
    assert days(prices.read(path, Hints())) == EXPECTED


def test_nasdaq_layout_with_dollar_signs_and_us_days(write: Callable[..., Path]) -> None:
    content = "Date,Close/Last,Volume,Open\n06/02/2025,$10.50,1000,$1\n06/03/2025,$11.50,2000,$1\n"
    assert days(prices.read(write("ABC.csv", content), Hints())) == EXPECTED


def test_an_adjusted_close_alone_is_taken_and_said(write: Callable[..., Path]) -> None:
    parsed = prices.read(write("ABC.csv", "Date,Adj Close\n2025-06-02,9.9\n"), Hints())
    assert parsed.prices["close"].to_list() == [9.9]
    assert "dividend-adjusted" in parsed.prices["note"][0]


def test_a_day_mapped_to_symbols_is_one_row_each(write: Callable[..., Path]) -> None:
    content = {"2025-06-02": {"BTC": 45304.61, "ETH": 2419.79}, "2025-06-03": {"BTC": 45000}}
    parsed = prices.read(write("coins.json", json.dumps(content)), Hints())
    assert parsed.prices.select("security", "close").rows() == [
        ("BTC", 45304.61),
        ("ETH", 2419.79),
        ("BTC", 45000.0),
    ]


def test_currency_and_ticker_of_the_file_are_kept(write: Callable[..., Path]) -> None:
    content = {"ticker": "XYZ", "currency": "usd", "prices": ROWS}
    parsed = prices.read(write("a.json", json.dumps(content)), Hints())
    assert parsed.prices.select("security", "currency").row(0) == ("XYZ", "USD")
    assert prices.read(write("b.json", json.dumps(content)), Hints(security="US5949724083")).prices[
        "security"
    ].unique().to_list() == ["US5949724083"]


def test_a_file_that_names_no_security_is_refused(write: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match="whose prices"):
        prices.read(write("download (3).csv", YAHOO), Hints())


def test_intraday_rows_are_refused_and_the_days_kept(write: Callable[..., Path]) -> None:
    rows = [*ROWS, {"date": "2025-06-03", "time": "10:37", "close": 11.0, "volume": 5},
            {"date": "2025-06-04", "time": "10:37", "close": 12.0, "volume": 5}]  # fmt: skip
    parsed = prices.read(write("ABC.json", json.dumps(rows)), Hints())
    assert days(parsed) == EXPECTED
    assert parsed.rejects.select("row_number", "reason").rows() == [
        (3, "intraday_row"),
        (4, "intraday_row"),
    ]


def test_several_rows_of_a_day_are_all_refused_and_equal_ones_once_kept(
    write: Callable[..., Path],
) -> None:
    extra = "2025-06-03,1,1,1,99.0,1,7\n2025-06-02,10.0,11.0,9.0,10.5,9.9,1000\n"
    parsed = prices.read(write("ABC.csv", YAHOO + extra), Hints())
    assert days(parsed) == EXPECTED[:1]
    assert sorted(parsed.rejects.select("row_number", "reason").rows()) == [
        (3, "several_rows_a_day"),
        (4, "several_rows_a_day"),
        (5, "same_row_again"),
    ]


def test_intraday_rows_only_are_no_series(write: Callable[..., Path]) -> None:
    rows = [{**row, "time": "10:00"} for row in ROWS]
    with pytest.raises(DataError, match="intraday rows only"):
        prices.read(write("ABC.json", json.dumps(rows)), Hints())


@pytest.mark.parametrize("close", ["-", "", "0", "-3", "abc", "1e999"])
def test_a_close_that_is_no_price_is_refused(write: Callable[..., Path], close: Any) -> None:
    content = YAHOO + f"2025-06-04,1,1,1,{close},,1\n"
    parsed = prices.read(write("ABC.csv", content), Hints())
    assert parsed.rejects["reason"].to_list() == ["close_not_a_positive_number"]
    assert days(parsed) == EXPECTED


def test_a_missing_volume_is_null_and_a_negative_one_too(write: Callable[..., Path]) -> None:
    content = YAHOO.replace(",1000", ",-").replace(",2000", ",-5")
    parsed = prices.read(write("ABC.csv", content), Hints())
    assert parsed.prices["volume_shares"].to_list() == [None, None]
    assert "is no volume" in parsed.prices["note"][1]


def test_a_close_outside_the_range_of_the_day_is_noted(write: Callable[..., Path]) -> None:
    content = YAHOO.replace("12.0,10.0,11.5", "12.0,10.0,13.5")
    assert (
        "outside the day's range" in prices.read(write("A.csv", content), Hints()).prices["note"][1]
    )


def test_volumes_that_cannot_be_shares_are_dropped_and_said(write: Callable[..., Path]) -> None:
    dollars = YAHOO.replace(",1000", ",10500.25").replace(",2000", ",23000.75")
    parsed = prices.read(write("ABC.csv", dollars), Hints())
    assert parsed.prices["volume_shares"].null_count() == 2
    assert any("not whole numbers" in note for note in parsed.notes)


def test_round_lots_show_in_the_size_of_a_trade(write: Callable[..., Path]) -> None:
    content = "date,close,volume,bar_count\n2025-06-02,10.5,1000,400\n2025-06-03,11.5,2000,900\n"
    parsed = prices.read(write("ABC.csv", content), Hints())
    assert parsed.prices["volume_shares"].null_count() == 2
    assert any("round lots" in note for note in parsed.notes)
    whole = content.replace(",1000,", ",100000,").replace(",2000,", ",200000,")
    assert prices.read(write("ABC.csv", whole), Hints()).prices["volume_shares"].sum() == 300000


def series(close: float, volume: float) -> pl.DataFrame:
    first = date(2025, 6, 2)
    return pl.DataFrame(
        {
            "priced_on": [first + timedelta(days=n) for n in range(6)],
            "close": [close + n for n in range(6)],
            "volume_shares": [volume] * 6,
        }
    )


@pytest.mark.parametrize(
    ("mine", "said"),
    [
        (series(100, 1e6), ()),
        (series(100, 1e8), ("volume_is_in_dollars",)),
        (series(100, 1e4), ("volume_is_in_round_lots",)),
        (series(100, 2e4), ("volume_is_partial",)),
        (series(1000, 1e5), ("close_differs_by_a_factor",)),
        (series(100, 1e6).head(4), ()),
    ],
)
def test_another_series_shows_what_one_cannot(mine: Any, said: Any) -> None:
    assert contradictions(mine, series(100, 1e6)) == said


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "count", "refused"),
    [("MSTR.json", 1385, 242), ("MARA.json", 1279, 242), ("CIFR.json", 526, 240)],
)
def test_real_daily_rows_are_kept_and_polls_refused(
    real_files: Callable[[str], Path], name: Any, count: Any, refused: Any
) -> None:
    parsed = prices.read(real_files(f"prices/{name}"), Hints())
    assert parsed.prices.height == count
    assert parsed.rejects["reason"].to_list() == ["intraday_row"] * refused
    assert parsed.prices["priced_on"].is_unique().all()


@pytest.mark.real
def test_a_real_intraday_file_is_no_series(real_files: Callable[[str], Path]) -> None:
    with pytest.raises(DataError, match="intraday rows only"):
        prices.read(real_files("prices/RIOT.json"), Hints())


@pytest.mark.real
def test_real_unadjusted_and_single_venue_series_contradict_the_reference(
    real_files: Callable[[str], Path],
) -> None:
    reference = prices.read(real_files("prices/MSTR.json"), Hints()).prices
    unsplit = prices.read(real_files("prices/MSTR_before_split.csv"), Hints()).prices
    venue = prices.read(real_files("prices/MSTR_single_venue_volume.csv"), Hints()).prices
    assert contradictions(unsplit, reference) == ("close_differs_by_a_factor",)
    assert contradictions(venue, reference) == ("volume_is_partial",)


@pytest.mark.real
def test_real_round_lots_are_detected(real_files: Callable[[str], Path]) -> None:
    parsed = prices.read(real_files("prices/ibkr_round_lots_2026-07-17_20.csv"), Hints())
    assert parsed.prices.height == 2033
    assert parsed.prices["volume_shares"].null_count() == 2033
    found = parsed.prices.filter(security="AAPL", priced_on=date(2026, 7, 17))
    assert found["close"].to_list() == [333.74]


@pytest.mark.real
def test_real_coin_prices(real_files: Callable[[str], Path]) -> None:
    parsed = prices.read(real_files("prices/crypto-prices.json"), Hints())
    found = parsed.prices.filter(security="BTC", priced_on=date(2026, 2, 7))
    assert found["close"].to_list() == [69984.73]
    assert parsed.prices.filter(security="BTC").height == 731

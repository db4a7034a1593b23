from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from flowrisk.errors import DataError
from flowrisk.ingest.identifiers import read_map
from flowrisk.ingest.run import ingest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

JUNE = date(2025, 6, 30)
STRATEGY = "US5949724083"
LEI = "549300WQTWEJUEHXQX21"
APPLE, APPLE_CUSIP = "US0378331005", "037833100"
FUND = "S000000001"


def add_identifiers(lake: Path, *rows: tuple[str, str, str, date, date | None]) -> None:
    path = lake / "security_identifiers.parquet"
    known = pl.read_parquet(path)
    columns = ["scheme", "value", "security_id", "valid_from_on", "valid_to_on"]
    types = {name: known.schema[name] for name in columns}
    added = pl.DataFrame(list(rows), schema=types, orient="row")
    pl.concat([known, added], how="diagonal").write_parquet(path)


def identifiers(lake: Path, security_id: str) -> set[tuple[str, str]]:
    frame = pl.read_parquet(lake / "security_identifiers.parquet")
    return set(frame.filter(security_id=security_id).select("scheme", "value").rows())


def test_a_cusip_forms_the_isin_that_becomes_the_security(
    lake: Path, quarter: Callable[..., Path], positions_of: Callable
) -> None:
    source = quarter(
        "q", FUND_REPORTED_HOLDING=[
            {"ISSUER_CUSIP": APPLE_CUSIP, "ISSUER_NAME": "Apple Inc", "ISSUER_TITLE": "APPLE INC",
             "ISSUER_LEI": "HWUPKR0MPOU8FGXBT394"}
        ]
    )  # fmt: skip
    summary = ingest([source], format="nport", data=lake)
    assert positions_of(FUND, JUNE) == {APPLE: 100}
    row = pl.read_parquet(lake / "securities.parquet").filter(security_id=APPLE).row(0, named=True)
    assert (row["security_name"], row["country"], row["basis"]) == ("APPLE INC", "US", "inferred")
    assert row["issuer_id"] == "lei:HWUPKR0MPOU8FGXBT394"
    assert row["source"] == "positions in q"
    assert identifiers(lake, APPLE) == {("isin", APPLE), ("cusip", APPLE_CUSIP)}
    assert summary.created_security_count == 1
    assert summary.created_securities[0].security_id == APPLE
    assert (summary.matched_row_ratio, summary.matched_value_ratio) == (0, 0)


def test_a_canadian_cusip_forms_a_canadian_isin(
    lake: Path, quarter: Callable[..., Path], positions_of: Callable
) -> None:
    # Royal Bank of Canada: CUSIP 780087102, ISIN CA7800871021.
    source = quarter(
        "q", FUND_REPORTED_HOLDING=[{"ISSUER_CUSIP": "780087102", "INVESTMENT_COUNTRY": "CA"}]
    )
    ingest([source], format="nport", data=lake)
    assert positions_of(FUND, JUNE) == {"CA7800871021": 100}


def test_the_isin_beside_a_foreign_cusip_names_those_who_state_only_the_cusip(
    lake: Path, quarter: Callable[..., Path], positions_of: Callable
) -> None:
    # Accenture: CINS G1151C101, ISIN IE00B4BNMY34, which no CUSIP forms.
    foreign = {"ISSUER_CUSIP": "G1151C101", "INVESTMENT_COUNTRY": "IE"}
    other = "0000000001-25-000002"
    source = quarter(
        "q",
        SUBMISSION=[{}, {"ACCESSION_NUMBER": other}],
        FUND_REPORTED_INFO=[{}, {"ACCESSION_NUMBER": other, "SERIES_ID": "S000000002"}],
        FUND_REPORTED_HOLDING=[
            foreign, {**foreign, "ACCESSION_NUMBER": other, "HOLDING_ID": "2", "BALANCE": "7"}
        ],
        IDENTIFIERS=[{"IDENTIFIER_ISIN": "IE00B4BNMY34"}],
    )  # fmt: skip
    ingest([source], format="nport", data=lake)
    assert positions_of(FUND, JUNE) == {"IE00B4BNMY34": 100}
    assert positions_of("S000000002", JUNE) == {"IE00B4BNMY34": 7}


def test_a_foreign_cusip_alone_stands_for_itself(
    lake: Path, quarter: Callable[..., Path], positions_of: Callable
) -> None:
    source = quarter("q", FUND_REPORTED_HOLDING=[{"ISSUER_CUSIP": "G1151C101"}])
    ingest([source], format="nport", data=lake)
    assert positions_of(FUND, JUNE) == {"CUSIP:G1151C101": 100}


def test_a_rename_changes_nothing_the_cusip_decides(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    names = [
        {"HOLDING_ID": "1", "ISSUER_NAME": "MicroStrategy Inc", "ISSUER_TITLE": "MICROSTRATEGY"},
        {"HOLDING_ID": "2", "ISSUER_NAME": "Strategy Inc", "ISSUER_TITLE": "STRATEGY INC CL A"},
    ]
    summary = ingest([quarter("q", FUND_REPORTED_HOLDING=names)], format="nport", data=lake)
    assert summary.matched_row_ratio == 1
    assert summary.created_security_count == 0
    assert summary.holding_count == 1


def test_match_rates_are_by_rows_and_by_value(lake: Path, quarter: Callable[..., Path]) -> None:
    rows = [
        {"CURRENCY_VALUE": "90"},
        {"HOLDING_ID": "2", "ISSUER_CUSIP": APPLE_CUSIP, "CURRENCY_VALUE": "10"},
    ]
    summary = ingest([quarter("q", FUND_REPORTED_HOLDING=rows)], format="nport", data=lake)
    assert (summary.matched_row_ratio, summary.matched_value_ratio) == (0.5, 0.9)
    assert [(tally.name, tally.row_count) for tally in summary.matched_by] == [("cusip", 1)]


def test_the_cusip_goes_before_a_contradicting_isin(
    lake: Path, quarter: Callable[..., Path], positions_of: Callable
) -> None:
    source = quarter("q", IDENTIFIERS=[{"IDENTIFIER_ISIN": "US18452B2097"}])  # CleanSpark
    summary = ingest([source], format="nport", data=lake)
    assert positions_of(FUND, JUNE) == {STRATEGY: 100}
    assert summary.contradictory_count == 1


@pytest.mark.parametrize(
    ("title", "value", "found"),
    [
        ("STRATEGY INC CL A", "40423", True),
        ("STRATEGY INC CL B", "40423", False),
        ("STRATEGY INC WTS", "40423", False),
        ("STRATEGY INC", "8000", False),  # 80 a share is a preferred, not the 404.23 of the common
    ],
)
def test_an_lei_names_only_the_common_share_of_the_class_at_its_price(
    lake: Path,
    quarter: Callable[..., Path],
    positions_of: Callable,
    title: str,
    value: str,
    found: bool,  # noqa: FBT001
) -> None:
    row = {"ISSUER_CUSIP": "N/A", "ISSUER_LEI": LEI, "ISSUER_TITLE": title, "CURRENCY_VALUE": value}
    other = {"HOLDING_ID": "2", "ISSUER_CUSIP": APPLE_CUSIP, "BALANCE": "7"}
    ingest([quarter("q", FUND_REPORTED_HOLDING=[row, other])], format="nport", data=lake)
    assert positions_of(FUND, JUNE) == {APPLE: 7, **({STRATEGY: 100} if found else {})}


def test_a_name_alone_matches_nothing(
    lake: Path, quarter: Callable[..., Path], positions_of: Callable
) -> None:
    other = {"HOLDING_ID": "2", "ISSUER_CUSIP": APPLE_CUSIP, "BALANCE": "7"}
    source = quarter("q", FUND_REPORTED_HOLDING=[{"ISSUER_CUSIP": "N/A"}, other])
    ingest([source], format="nport", data=lake)
    assert positions_of(FUND, JUNE) == {APPLE: 7}


@pytest.mark.parametrize(
    ("reported", "filed", "security_id"),
    [("30-JUN-2024", "29-AUG-2024", "US18452B2097"), ("30-JUN-2025", "28-AUG-2025", STRATEGY)],
)
def test_an_identifier_means_what_it_meant_on_the_day(
    lake: Path,
    quarter: Callable[..., Path],
    positions_of: Callable,
    reported: str,
    filed: str,
    security_id: str,
) -> None:
    end, begin = date(2024, 12, 31), date(2025, 1, 1)
    add_identifiers(
        lake,
        ("cusip", APPLE_CUSIP, "US18452B2097", date(1900, 1, 1), end),
        ("cusip", APPLE_CUSIP, STRATEGY, begin, None),
    )
    source = quarter(
        "q",
        SUBMISSION=[{"REPORT_DATE": reported, "FILING_DATE": filed}],
        FUND_REPORTED_HOLDING=[{"ISSUER_CUSIP": APPLE_CUSIP}],
    )
    ingest([source], format="nport", data=lake)
    day = date(2024 if "2024" in reported else 2025, 6, 30)
    assert positions_of(FUND, day) == {security_id: 100}


def test_a_map_settles_what_was_created(
    lake: Path, quarter: Callable[..., Path], write: Callable[..., Path], positions_of: Callable
) -> None:
    source = quarter("q", FUND_REPORTED_HOLDING=[{"ISSUER_CUSIP": APPLE_CUSIP}])
    ingest([source], format="nport", data=lake)
    assert positions_of(FUND, JUNE) == {APPLE: 100}
    map_file = write("map.csv", f"scheme,value,security_id\ncusip,{APPLE_CUSIP},{STRATEGY}\n")
    ingest([source], format="nport", data=lake, map_file=map_file)
    assert positions_of(FUND, JUNE) == {STRATEGY: 100}
    ingest([source], format="nport", data=lake)  # the map is remembered
    assert positions_of(FUND, JUNE) == {STRATEGY: 100}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("scheme,value\n", "security_id"),
        ("scheme,value,security_id\nticker,MSTR,X\n", "line: 2"),
        (f"scheme,value,security_id\ncusip,594972409,{STRATEGY}\n", "check digit"),
        (f"scheme,value,security_id,valid_from_on\ncusip,594972408,{STRATEGY},1.1.25\n", "1.1.25"),
    ],
)
def test_a_map_that_is_wrong_says_where(write: Callable[..., Path], text: str, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        read_map(write("map.csv", text))


def test_a_map_to_an_unknown_security_is_refused(
    lake: Path, quarter: Callable[..., Path], write: Callable[..., Path]
) -> None:
    map_file = write("map.csv", "scheme,value,security_id\ncusip,594972408,Strategy\n")
    with pytest.raises(DataError, match="does not know"):
        ingest([quarter("q")], format="nport", data=lake, map_file=map_file)


def test_a_well_known_index_fund_gets_its_index_and_others_are_counted_by_size(
    tmp_path: Path, quarter: Callable[..., Path]
) -> None:
    series = {"0000000001-25-000001": "S000002848", "0000000001-25-000002": "S000000002",
              "0000000001-25-000003": "S000000003"}  # fmt: skip
    sizes = {"S000002848": "9e9", "S000000002": "1e6", "S000000003": "2e6"}
    source = quarter(
        "q",
        SUBMISSION=[{"ACCESSION_NUMBER": filing} for filing in series],
        FUND_REPORTED_INFO=[
            {"ACCESSION_NUMBER": filing, "SERIES_ID": fund, "SERIES_NAME": fund,
             "NET_ASSETS": sizes[fund]}
            for filing, fund in series.items()
        ],
        FUND_REPORTED_HOLDING=[
            {"ACCESSION_NUMBER": filing, "HOLDING_ID": str(number)}
            for number, filing in enumerate(series)
        ],
    )  # fmt: skip
    data = tmp_path / "empty"
    summary = ingest([source], format="nport", data=data)
    funds = dict(pl.read_parquet(data / "funds.parquet").select("fund_id", "index_id").rows())
    assert funds == {
        "S000002848": "crsp-us-total-market", "S000000002": None, "S000000003": None
    }  # fmt: skip
    indices = pl.read_parquet(data / "indices.parquet").select("index_id", "provider_id").rows()
    assert indices == [("crsp-us-total-market", "crsp")]
    assert [fund.fund_id for fund in summary.unindexed_funds] == ["S000000003", "S000000002"]
    assert summary.unindexed_fund_count == 2


def test_the_datasets_own_table_of_index_funds_comes_first(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    (lake / "index_funds.csv").write_text(
        "fund_id,sec_cik,fund_ticker,fund_name,manager_name,index_id,provider_id,index_name,"
        "vehicle,basis,source\nS000000001,,,Some Fund,Someone,msci-world,msci,MSCI World Index,"
        "etf,reported,its prospectus\n",
        encoding="utf-8",
    )
    ingest([quarter("q")], format="nport", data=lake)
    fund = pl.read_parquet(lake / "funds.parquet").filter(fund_id=FUND).row(0, named=True)
    assert (fund["index_id"], fund["source"]) == ("msci-world", "its prospectus")

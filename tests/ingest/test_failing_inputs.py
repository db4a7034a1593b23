"""Small files with traits from public bug reports: each gives its figure, or is refused as a whole.

They lie beside the checkout, one folder a kind. What is refused leaves the dataset as it was.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from paths import FAILING, ROOT

from flowrisk import api
from flowrisk.cli import diagnostics
from flowrisk.errors import DataError, FlowriskError

if TYPE_CHECKING:
    from pathlib import Path

MSTR, MARA, AAPL = "US5949724083", "US5657881067", "US0378331005"
SEP, NOV18 = date(2025, 9, 30), date(2025, 11, 18)
TEST_FUND = ("S000099999", SEP)
ISHARES = {"format": "ishares"}
FOUND: dict[str, Any] = {}
# folder/file, arguments, then fund and day with shares by security; () = every position of the fund
HOLDINGS: list[tuple[str, dict[str, Any], tuple[str, date], dict[str, float]]] = [
    ("01-day-first-dates/IWV_holdings.csv", FOUND, ("S000004341", date(2025, 11, 5)), {MSTR: 398}),
    ("02-decimal-comma/IWV_holdings_semicolon.csv", FOUND, ("S000004341", NOV18),
     {MSTR: 402.125, MARA: 1250}),
    ("02-decimal-comma/WITS_holdings_en_ch.csv", FOUND, ("WITS", NOV18), {MSTR: 402, MARA: 1250}),
    *[
        (f"04-nport-without-numeric-holding-id/{name}", FOUND, ("S000002848", SEP),
         {MSTR: 1000, AAPL: 2000})
        for name in ("vtsm_no_holding_id.csv", "vtsm_text_holding_id.csv")
    ],
    ("05-nport-folder-of-two-quarters/nport", FOUND, ("S000099999", date(2025, 6, 30)), {MSTR: 900}),
    ("05-nport-folder-of-two-quarters/nport", FOUND, TEST_FUND, {MSTR: 1000}),
    *[
        (f"09-nport-cells-padded-with-blanks/{name}", FOUND, ("S000002848", SEP),
         {MSTR: 1000, AAPL: 2000})
        for name in ("vtsm_blank_derivative_cat.csv", "vtsm_comma_blank.csv")
    ],
    ("15-folders-named-key=value/SERIES_ID=S000012345/q3", {"format": "nport"}, TEST_FUND,
     {MSTR: 1000}),
    *[
        (f"17-nport-export-saved-by-excel/{name}", FOUND, TEST_FUND,
         {MSTR: 1000, MARA: 500, AAPL: 2000})
        for name in ("holding_id_1.7E+08.csv", "thousands_and_lost_zeros.csv",
                     "lost_zeros_only.csv", "timestamps.csv")
    ],
    ("18-identifiers-wrapped-for-excel/excelwrap_holdings.csv", {"fund": "XTC"}, ("XTC", NOV18),
     {MSTR: 402, MARA: 1250}),
    ("19-nport-full-submission-txt/0009999999-25-000001.txt", FOUND, TEST_FUND,
     {MSTR: 1000, MARA: 500}),
    *[
        (f"20-nport-export-headers/{name}", FOUND, TEST_FUND, {MSTR: 1000, MARA: 500, AAPL: 2000})
        for name in ("pandas_index.csv", "column_twice.csv", "trailing_comma.csv")
    ],
    *[
        (f"26-ishares-german-and-spreadsheetml/{name}", {"fund": "XTC"}, ("XTC", NOV18), {MSTR: 402})
        for name in ("EUNL_holdings_de.csv", "IWV_fund.xls", "CH_holdings.csv")
    ],
    ("27-pattern-in-folder-with-brackets/my files [v2]/*.csv", {"fund": "XTC"}, ("XTC", date(2025, 11, 20)), {MSTR: 50_000}),
]  # fmt: skip
MSTR_PRICES = {"format": "prices", "security": "MSTR"}
PRICES: list[tuple[str, dict[str, Any], dict[date, tuple[float, float | None]]]] = [
    *[
        (f"01-day-first-dates/{name}", MSTR_PRICES,
         {date(2025, 11, 3): (264.67, None), date(2025, 11, 12): (224.61, None)})
        for name in ("MSTR_uk.csv", "MSTR_nl.csv", "MSTR_uk_only_low_days.csv")
    ],
    ("02-decimal-comma/MSTR_de2.csv", MSTR_PRICES, {date(2025, 11, 20): (177.13, 20_000_000)}),
    ("02-decimal-comma/MSTR_de.csv", MSTR_PRICES,
     {NOV18: (206.795, 19_000_000), date(2025, 11, 19): (186.51, None)}),
    ("06-price-columns-stand-twice/reset_index_two_header_rows.csv", MSTR_PRICES,
     {date(2025, 11, 20): (177.13, 20_000_000)}),
    ("06-price-columns-stand-twice/plain_to_csv.csv", {}, {date(2025, 11, 20): (177.13, 20_000_000)}),
    ("08-split-adjusted-series-divided-again/MSTR_adj_2024.csv", MSTR_PRICES,
     {date(2024, 7, 31): (161.44, 15_060_000)}),
    ("08-split-adjusted-series-divided-again/MSTR_raw_2024.csv", MSTR_PRICES,
     {date(2024, 7, 31): (161.44, 15_060_000)}),
    ("08-split-adjusted-series-divided-again/MSTR_sparse_adjusted.csv", MSTR_PRICES,
     {date(2020, 8, 10): (12.38, 19_500_000)}),
    ("11-volumes-with-M-and-K/MSTR_mixed.csv", MSTR_PRICES,
     {date(2025, 11, 17): (195.42, 16_500_500), NOV18: (206.8, 19_000_000)}),
    ("21-stooq-bulk-daily/mstr.us.txt", {}, {NOV18: (206.8, 19_000_000)}),
]  # fmt: skip
REFUSED: list[tuple[list[str], dict[str, Any], str]] = [
    (["01-day-first-dates/nport_uk_dates.csv"], FOUND, "month"),
    (["06-price-columns-stand-twice/level0_only.csv"], MSTR_PRICES, "stands twice"),
    (["06-price-columns-stand-twice/pandas_reread.csv"], MSTR_PRICES, "stands twice"),
    (["07-prices-in-another-currency/yahoo_chart_3350.json"], {"security": "3350"}, "No price"),
    (["07-prices-in-another-currency/3350_T.csv"], {"security": "3350"}, "No price"),
    (["13-nport-holding-id-stands-twice/twice"], FOUND, "several rows"),
    (["24-everything-refused-exit-0/BRK-B.csv"], FOUND, "No price"),
    (["24-everything-refused-exit-0/MARA-WT.csv"], FOUND, "No price"),
    (["25-two-funds-one-file-name/a/holdings.csv", "25-two-funds-one-file-name/b/holdings.csv"],
     FOUND, "fund"),
]  # fmt: skip


@pytest.fixture(scope="session", autouse=True)
def _files_are_there() -> None:
    if not FAILING.is_dir():
        reason = (
            "the files of public bug reports lie in ../shared/failing-inputs, which is not here"
        )
        if "real-files" in os.environ.get("FLOWRISK_REQUIRE", "").split(","):
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = api.init(tmp_path_factory.mktemp("lake") / "ds").path
    # the figures that the files are known to give are those of the sample's day
    shutil.copyfile(ROOT / "sample_data/flowrisk.toml", made / "flowrisk.toml")
    return made


@pytest.fixture
def own(origin: Path, tmp_path: Path) -> api.Dataset:
    """A dataset of its own whose files are the origin's, hard-linked: an ingest renames over them."""
    for file in origin.rglob("*"):
        target = tmp_path / "ds" / file.relative_to(origin)
        if file.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    return api.open_dataset(tmp_path / "ds")


def _raise(error: Exception) -> None:
    raise error


def digests(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*.parquet"))
    }


@pytest.mark.parametrize(("name", "told", "report", "expected"), HOLDINGS)
def test_holdings_are_read_as_they_are_meant(
    own: api.Dataset, name: Any, told: Any, report: Any, expected: Any
) -> None:
    own.ingest(str(FAILING / name), **told)
    held = pl.read_parquet(own.path / "holdings/as_of_month=*/*.parquet", hive_partitioning=False)
    rows = held.filter(fund_id=report[0], as_of_on=report[1])
    got = dict(rows.select("security_id", "shares").rows())
    assert got
    assert {key: got.get(key) for key in expected} == expected


@pytest.mark.parametrize(("name", "told", "expected"), PRICES)
def test_prices_are_read_as_they_are_meant(
    own: api.Dataset, name: Any, told: Any, expected: Any
) -> None:
    before = pl.read_parquet(own.path / "prices.parquet").filter(security_id=MSTR)
    own.ingest(str(FAILING / name), **told)
    after = pl.read_parquet(own.path / "prices.parquet").filter(security_id=MSTR)
    got = {row[0]: row[1:] for row in
           after.select("priced_on", "close_usd", "volume_shares").rows()}  # fmt: skip
    for day, (close, volume) in expected.items():
        assert got[day][0] == pytest.approx(close)
        assert volume is None or got[day][1] == pytest.approx(volume)
    # no day is touched but those of the months that the file is about
    months = {f"{day:%Y-%m}" for day in (*expected, date(2025, 11, 1), date(2024, 8, 1))}
    elsewhere = [
        frame.filter(~pl.col("priced_on").dt.strftime("%Y-%m").is_in(months)).sort("priced_on")
        for frame in (before, after)
    ]
    assert elsewhere[0].equals(elsewhere[1])


@pytest.mark.parametrize(("names", "told", "words"), REFUSED)
def test_what_cannot_be_told_is_refused_and_the_dataset_unchanged(
    own: api.Dataset, names: Any, told: Any, words: Any
) -> None:
    before = digests(own.path)
    with pytest.raises(FlowriskError, match=words) as caught:
        own.ingest([str(FAILING / name) for name in names], **told)
    assert diagnostics.exit_code_of(lambda: _raise(caught.value)) == 3
    assert digests(own.path) == before


@pytest.mark.parametrize(
    ("name", "told", "provider"),
    [
        ("03-refused-row-counts-as-sold/IWV_holdings.csv", ISHARES, "ftse-russell"),
        ("03-refused-row-counts-as-sold/vtsm_unit_pa.csv", FOUND, "crsp"),
    ],
)
def test_a_row_that_could_not_be_read_is_no_sale(
    own: api.Dataset, name: Any, told: Any, provider: Any
) -> None:
    asked = {"providers": provider, "securities": "MSTR", "as_of": "2025-11-20"}
    before = own.scenario(**asked).outflows["observed_outflow_shares"].to_list()
    own.ingest(str(FAILING / name), **told)
    result = own.scenario(**asked)
    assert result.outflows["observed_outflow_shares"].to_list() == before != [0]
    assert "positions_are_read" in {finding.code for finding in result.answer.findings}


def test_numeric_tickers_are_one_security(own: api.Dataset) -> None:
    folder = FAILING / "14-numeric-tickers"
    own.ingest([str(folder / f"{name}_holdings.csv") for name in ("AAA", "BBB")])
    held = own.query(
        "select security_id, sum(shares) as shares from staging.holdings "
        "where fund_id in ('AAA', 'BBB') group by security_id"
    )
    assert sorted(held["shares"].to_list()) == [150_000, 1_400_000, 2_400_000]
    for name in ("float", "yahoo", "five"):
        summary = own.ingest(str(folder / name / "IXUS_holdings.csv"), format="ishares")
        assert summary.created_security_count == 0


def test_volumes_with_letters_are_the_shares_they_say(own: api.Dataset) -> None:
    own.ingest(
        str(FAILING / "11-volumes-with-M-and-K/MSTR Historical Data.csv"), **MSTR_PRICES
    )  # fmt: skip
    prices = pl.read_parquet(own.path / "prices.parquet").filter(security_id=MSTR)
    assert prices.filter(priced_on=date(2025, 11, 20))["volume_shares"].to_list() == [30_000_000]


@pytest.mark.parametrize(
    "order", [["restated"], ["new", "orig"], ["rest", "orig"], ["orig", "new", "rest", "new"]]
)
def test_amendments_count_in_any_order(own: api.Dataset, order: list[str]) -> None:
    for name in order:
        own.ingest(str(FAILING / "10-13f-amendments" / name / "INFOTABLE.tsv"), format="13f")
    rows = pl.read_parquet(own.path / "manager_holdings.parquet").filter(manager_id="0007777777")
    assert dict(rows.select("security_id", "shares").rows()) == {MSTR: 1200, MARA: 500}


def test_days_with_a_zone_and_closes_that_are_none_are_refused(own: api.Dataset) -> None:
    for name in ("12-parquet-days-with-time-zone/new_york", "16-nan-close-in-parquet"):
        (own.path / "prices.parquet").write_bytes((FAILING / name / "prices.parquet").read_bytes())
        with pytest.raises(DataError):
            api.open_dataset(own.path).scenario(securities="MSTR,MARA")

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from flowrisk.errors import DataError, QuestionError
from flowrisk.ingest.formats import nport
from flowrisk.ingest.readers.parsed import Hints
from flowrisk.ingest.run import ingest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

JUNE = date(2025, 6, 30)
STRATEGY = "US5949724083"
VANGUARD = "nport-csv/VANGUARD_TOTAL_STOCK_MARKET_INDEX_FUND_2025q3.csv"


def tallies(pairs: tuple) -> dict[str, int]:
    return {tally.name: tally.row_count for tally in pairs}


def test_the_vanguard_total_market_fund_holds_8160898_strategy_shares(
    lake: Path, real_files: Callable[[str], Path], positions_of: Callable
) -> None:
    summary = ingest(
        [real_files(VANGUARD)], format="nport", data=lake, hints=Hints("S000002848", JUNE)
    )
    held = positions_of("S000002848", JUNE)
    assert held[STRATEGY] == 8_160_898
    value = (
        pl.read_parquet(lake / "holdings/as_of_month=2025-06/*.parquet")
        .filter(fund_id="S000002848", security_id=STRATEGY)["market_value_usd"]
        .item()
    )
    assert value == 3_298_879_798.54
    assert tallies(summary.itemised) == {"derivative": 35, "fund": 2, "preferred": 1}
    assert tallies(summary.refused) == {"no_usable_identifier": 31}
    assert summary.taken.row_count == 3_582 - 35 - 2 - 1 - 31 == len(held)
    assert summary.price_checked_count == 15
    assert summary.price_flag_count == 0


def test_a_full_report_replaces_the_excerpt_of_the_same_day(
    lake: Path, real_files: Callable[[str], Path]
) -> None:
    ingest([real_files(VANGUARD)], format="nport", data=lake, hints=Hints("S000002848", JUNE))
    report = pl.read_parquet(lake / "fund_reports.parquet").filter(
        fund_id="S000002848", as_of_on=JUNE
    )
    assert report["holdings_scope"].to_list() == ["full"]
    assert len(report["file_digest"].item()) == 64


def test_dates_missing_values_and_numbers_are_read_as_the_sec_writes_them(
    lake: Path, quarter: Callable[..., Path], positions_of: Callable
) -> None:
    source = quarter("q", FUND_REPORTED_HOLDING=[{"BALANCE": ".5", "CURRENCY_VALUE": "202.115"}])
    ingest([source], format="nport", data=lake)
    assert positions_of("S000000001", JUNE) == {STRATEGY: 0.5}
    report = pl.read_parquet(lake / "fund_reports.parquet").filter(fund_id="S000000001")
    assert report["published_on"].to_list() == [date(2025, 8, 28)]
    assert report["as_of_on"].to_list() == [JUNE]  # not the fiscal year end, 31 December


def test_the_fund_is_the_series_and_the_registrant_only_of_a_unit_trust(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    trust, series = "0000000009-25-000001", "0000000009-25-000002"
    source = quarter(
        "q",
        SUBMISSION=[{"ACCESSION_NUMBER": trust}, {"ACCESSION_NUMBER": series}],
        REGISTRANT=[
            {"ACCESSION_NUMBER": trust, "CIK": "0000000077"},
            {"ACCESSION_NUMBER": series, "CIK": "0000000077"},
        ],
        FUND_REPORTED_INFO=[
            {"ACCESSION_NUMBER": trust, "SERIES_ID": "N/A", "SERIES_NAME": "N/A"},
            {"ACCESSION_NUMBER": series, "SERIES_ID": "S000000042"},
        ],
        FUND_REPORTED_HOLDING=[{"ACCESSION_NUMBER": trust}, {"ACCESSION_NUMBER": series}],
    )
    ingest([source], format="nport", data=lake)
    funds = pl.read_parquet(lake / "funds.parquet")
    names = dict(funds.select("fund_id", "fund_name").rows())
    assert names["0000000077"] == "Some Trust"
    assert names["S000000042"] == "Some Fund"


def test_the_qqq_unit_trust_is_the_fund_the_dataset_knows(
    lake: Path, quarter: Callable[..., Path], positions_of: Callable
) -> None:
    source = quarter(
        "q",
        REGISTRANT=[{"CIK": "0001067839"}],
        FUND_REPORTED_INFO=[{"SERIES_ID": "N/A"}],
    )
    ingest([source], format="nport", data=lake)
    assert positions_of("QQQ", JUNE) == {STRATEGY: 100}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"DERIVATIVE_CAT": "SWP", "ASSET_CAT": "DE", "PAYOFF_PROFILE": "N/A"}, "derivative"),
        ({"DERIVATIVE_CAT": "OPT", "ASSET_CAT": "EC"}, "derivative"),
        ({"ASSET_CAT": "DFE", "PAYOFF_PROFILE": "N/A"}, "derivative"),
        ({"PAYOFF_PROFILE": "Short", "BALANCE": "-100"}, "short"),
        ({"ASSET_CAT": "EP"}, "preferred"),
        ({"ISSUER_TYPE": "RF"}, "fund"),
        ({"ISSUER_NAME": "Vanguard Total Stock Market Index Fund"}, "fund"),
        ({"ASSET_CAT": "STIV"}, "fund"),
        ({"ASSET_CAT": "RA", "UNIT": "PA"}, "cash"),
        ({"ASSET_CAT": "DBT", "UNIT": "PA"}, "debt"),
        ({"ASSET_CAT": "ABS-MBS", "UNIT": "PA"}, "debt"),
        ({"ASSET_CAT": "COMM"}, "other"),
        ({"ASSET_CAT": "N/A"}, "other"),
    ],
)
def test_what_is_no_common_share_is_itemised_and_never_summed(
    lake: Path,
    quarter: Callable[..., Path],
    positions_of: Callable,
    change: dict[str, str],
    kind: str,
) -> None:
    source = quarter("q", FUND_REPORTED_HOLDING=[{}, {"HOLDING_ID": "2", **change}])
    summary = ingest([source], format="nport", data=lake)
    assert tallies(summary.itemised) == {kind: 1}
    assert positions_of("S000000001", JUNE) == {STRATEGY: 100}


@pytest.mark.parametrize(
    ("change", "reason", "value"),
    [
        ({"UNIT": "NC"}, "unit_is_not_shares", "100 NC"),
        ({"BALANCE": "many"}, "shares_not_a_number", "many"),
        ({"BALANCE": "-5"}, "negative_shares_of_a_long_position", "-5"),
        ({"BALANCE": "0"}, "no_shares", "0"),
        ({"PAYOFF_PROFILE": "N/A"}, "payoff_profile_missing", "100"),
        ({"ISSUER_CUSIP": "000000000"}, "no_usable_identifier", "MICROSTRATEGY INC"),
        ({"ISSUER_CUSIP": "594972409"}, "no_usable_identifier", "594972409 MICROSTRATEGY INC"),
        ({"ACCESSION_NUMBER": "0000000002-25-000002"}, "filing_not_in_SUBMISSION",
         "0000000002-25-000002"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_taken_is_refused_with_its_reason_and_value(
    lake: Path, quarter: Callable[..., Path], change: dict[str, str], reason: str, value: str
) -> None:
    source = quarter("q", FUND_REPORTED_HOLDING=[{}, {"HOLDING_ID": "2", **change}])
    summary = ingest([source], format="nport", data=lake)
    assert tallies(summary.refused) == {reason: 1}
    kept = pl.read_parquet(lake / "rejects.parquet").select("row_number", "reason", "value").rows()
    assert kept == [(2, reason, value)]


def test_lots_of_one_security_are_summed(
    lake: Path, quarter: Callable[..., Path], positions_of: Callable
) -> None:
    source = quarter("q", FUND_REPORTED_HOLDING=[{}, {"HOLDING_ID": "2", "BALANCE": "23.25"}])
    ingest([source], format="nport", data=lake)
    assert positions_of("S000000001", JUNE) == {STRATEGY: 123.25}


@pytest.mark.parametrize(
    ("cusip", "taken"),
    [(" 594972408 ", {STRATEGY: 100}), ("09075v102", {"US09075V1026": 100}), ("59497240 8", None)],
)
def test_blanks_around_an_identifier_and_small_letters_are_forgiven(
    lake: Path, quarter: Callable[..., Path], positions_of: Callable, cusip: str,
    taken: dict | None
) -> None:  # fmt: skip
    source = quarter("q", FUND_REPORTED_HOLDING=[{"ISSUER_CUSIP": cusip}])
    if taken is None:
        with pytest.raises(DataError, match="no_usable_identifier: 1 rows"):
            ingest([source], format="nport", data=lake)
        return
    ingest([source], format="nport", data=lake)
    assert positions_of("S000000001", JUNE) == taken


def test_words_that_differ_are_those_of_the_first_position(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    new = {"ISSUER_CUSIP": "09075V102", "ISSUER_TITLE": "N/A"}
    source = quarter(
        "q",
        FUND_REPORTED_HOLDING=[
            {**new, "HOLDING_ID": "2", "ISSUER_NAME": "A later spelling"},
            {**new, "HOLDING_ID": "1", "ISSUER_NAME": "The first spelling"},
        ],
    )
    summary = ingest([source], format="nport", data=lake)
    assert [row.security_name for row in summary.created_securities] == ["The first spelling"]


def test_a_line_that_breaks_the_table_is_refused_and_the_rest_is_read(
    lake: Path, quarter: Callable[..., Path], positions_of: Callable
) -> None:
    source = quarter("q")
    with (source / "FUND_REPORTED_HOLDING.tsv").open("a", encoding="utf-8") as file:
        file.write("0000000001-25-000001\t7\tA name\twith a tab\n")
    summary = ingest([source], format="nport", data=lake)
    assert tallies(summary.refused) == {"line_missing_columns": 1}
    assert positions_of("S000000001", JUNE) == {STRATEGY: 100}


def test_a_notice_of_late_filing_is_no_report(lake: Path, quarter: Callable[..., Path]) -> None:
    source = quarter("q", SUBMISSION=[{"SUB_TYPE": "NT NPORT-P"}], FUND_REPORTED_HOLDING=[])
    ingest([source], format="nport", data=lake)
    assert pl.read_parquet(lake / "fund_reports.parquet").filter(fund_id="S000000001").is_empty()


def test_a_report_of_nothing_never_says_that_all_was_sold(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    before = pl.read_parquet(lake / "fund_reports.parquet")
    with pytest.raises(DataError, match="No position of the files can be used"):
        ingest([quarter("q", FUND_REPORTED_HOLDING=[])], format="nport", data=lake)
    filings = [{"ACCESSION_NUMBER": f"0000000001-25-00000{number}"} for number in (1, 2)]
    infos = [
        {**filing, "SERIES_ID": f"S00000000{number}"} for number, filing in enumerate(filings, 1)
    ]
    source = quarter("r", SUBMISSION=filings, FUND_REPORTED_INFO=infos)
    summary = ingest([source], format="nport", data=lake)
    assert tallies(summary.refused) == {"no_position_can_be_used": 1}
    after = pl.read_parquet(lake / "fund_reports.parquet")
    assert after.height == before.height + 1
    assert after.filter(fund_id="S000000002").is_empty()


@pytest.mark.parametrize(
    "ids",
    [["1", "2"], ["1", "1"], ["a", "b"], ["H-1", "2"], ["0.2", "0"], ["1.5E+08", "1.5E+08"],
     ["9" * 30, "9" * 31], ["", ""], ["-1", "+1"], ["١", "1"]],
)  # fmt: skip
@pytest.mark.parametrize("is_export", [True, False])
def test_every_position_counts_once_whatever_its_number(
    lake: Path, quarter: Callable[..., Path], positions_of: Callable, write: Callable[..., Path],
    ids: list[str], is_export: bool,  # noqa: FBT001
) -> None:  # fmt: skip
    rows = [{"HOLDING_ID": ids[0]}, {"HOLDING_ID": ids[1], "BALANCE": "23.25"}]
    isins = [{"HOLDING_ID": name, "IDENTIFIER_ISIN": "US5949724083"} for name in set(ids)]
    source = quarter("q", FUND_REPORTED_HOLDING=rows, IDENTIFIERS=isins)
    if is_export:
        tables = [pl.read_csv(source / f"{name}.tsv", separator="\t", infer_schema=False)
                  for name in ("SUBMISSION", "FUND_REPORTED_INFO", nport.HOLDINGS)]  # fmt: skip
        joined = tables[2].join(tables[0], on="ACCESSION_NUMBER").join(
            tables[1], on="ACCESSION_NUMBER"
        )  # fmt: skip
        source = write("export.csv", joined.write_csv())
    if ids == ["1", "1"] and not is_export:
        # a number of the set's own tables names one position: rows were joined twice
        with pytest.raises(DataError, match="HOLDING_ID stands on several rows"):
            ingest([source], format="nport", data=lake)
        return
    summary = ingest([source], format="nport", data=lake)
    assert (summary.taken.row_count, summary.row_count) == (2, 2)
    assert positions_of("S000000001", JUNE) == {STRATEGY: 123.25}


def test_a_report_of_a_day_after_its_filing_is_refused(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    source = quarter("q", SUBMISSION=[{"REPORT_DATE": "31-DEC-2025"}])
    summary = ingest([source], format="nport", data=lake)
    assert tallies(summary.refused)["report_date_in_the_future"] == 1
    assert summary.report_count == 0


def test_a_set_without_a_needed_table_names_it(lake: Path, quarter: Callable[..., Path]) -> None:
    source = quarter("q", FUND_REPORTED_INFO=None)
    with pytest.raises(DataError, match=r"FUND_REPORTED_INFO\.tsv"):
        ingest([source], format="nport", data=lake)


def test_the_reduced_real_table_is_refused_by_the_columns_it_lacks(
    lake: Path, real_files: Callable[[str], Path]
) -> None:
    with pytest.raises(DataError, match="UNIT, PAYOFF_PROFILE, ASSET_CAT, DERIVATIVE_CAT"):
        ingest([real_files("nport-tsv/holding_part_092.tsv")], format="nport", data=lake)


def test_an_export_that_states_no_day_needs_one(
    lake: Path, real_files: Callable[[str], Path]
) -> None:
    with pytest.raises(DataError, match="--as-of"):
        ingest([real_files(VANGUARD)], format="nport", data=lake)


def test_an_export_that_names_no_fund_becomes_its_filing(
    lake: Path, real_files: Callable[[str], Path], positions_of: Callable
) -> None:
    summary = ingest([real_files(VANGUARD)], format="nport", data=lake, hints=Hints(as_of_on=JUNE))
    assert positions_of("accession:0000036405-25-000128", JUNE)[STRATEGY] == 8_160_898
    assert any("names no fund" in note for note in summary.notes)


def test_one_fund_cannot_be_forced_on_a_set_of_many(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    source = quarter("q", SUBMISSION=[{}, {"ACCESSION_NUMBER": "0000000001-25-000002"}])
    with pytest.raises(QuestionError, match="several funds"):
        ingest([source], format="nport", data=lake, hints=Hints(fund_id="X"))


def test_a_web_page_in_place_of_a_table_is_called_one(
    lake: Path, write: Callable[..., Path]
) -> None:
    page = write("x.csv", "<!DOCTYPE html><html></html>")
    with pytest.raises(DataError, match="web page"):
        ingest([page], format="nport", data=lake)


def test_weights_that_do_not_sum_to_one_are_flagged(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    source = quarter("q", FUND_REPORTED_HOLDING=[{"PERCENTAGE": "50"}])
    summary = ingest([source], format="nport", data=lake)
    assert [(flag.code, flag.value) for flag in summary.report_flags] == [("weights_sum_to", 0.5)]


def test_a_value_off_the_price_is_flagged_and_taken_as_stated(
    lake: Path, quarter: Callable[..., Path], positions_of: Callable
) -> None:
    # 404.23 was the close of 30 June 2025; 40,423,000 for 100 shares is a thousandfold.
    source = quarter("q", FUND_REPORTED_HOLDING=[{"CURRENCY_VALUE": "40423000"}])
    summary = ingest([source], format="nport", data=lake)
    assert summary.price_flag_count == 1
    assert summary.price_flags[0].implied_usd == 404_230
    assert summary.price_flags[0].deviation_ratio == pytest.approx(999, abs=0.01)
    assert positions_of("S000000001", JUNE) == {STRATEGY: 100}


def test_a_price_before_a_split_is_compared_on_the_shares_of_its_day(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    pl.DataFrame(
        {"security_id": [STRATEGY], "priced_on": [date(2024, 6, 28)], "close_usd": [137.7],
         "volume_shares": [1.0], "basis": ["reported"], "source": ["test"]}
    ).write_parquet(lake / "prices.parquet")  # fmt: skip
    source = quarter(
        "q",
        SUBMISSION=[{"REPORT_DATE": "30-JUN-2024", "FILING_DATE": "29-AUG-2024"}],
        FUND_REPORTED_HOLDING=[{"BALANCE": "10", "CURRENCY_VALUE": "13770"}],
    )
    summary = ingest([source], format="nport", data=lake)
    assert (summary.price_checked_count, summary.price_flag_count) == (1, 0)


@pytest.mark.parametrize("order", [1, -1])
def test_identifiers_of_a_position_stand_on_rows_of_their_own(
    order: int, lake: Path, quarter: Callable[..., Path]
) -> None:
    """As the SEC's sets have them: the ISIN on one row, ticker and SEDOL on others."""
    rows = [{"IDENTIFIER_ISIN": "US67066G1040"}, {"IDENTIFIER_TICKER": "NVDA"},
            {"OTHER_IDENTIFIER": "2379504", "OTHER_IDENTIFIER_DESC": "SEDOL"}]  # fmt: skip
    held = {"ISSUER_CUSIP": "N/A", "ISSUER_NAME": "NVIDIA Corp", "ISSUER_TITLE": "NVIDIA CORP"}
    ingest([quarter("q", FUND_REPORTED_HOLDING=[held], IDENTIFIERS=rows[::order])],
           format="nport", data=lake)  # fmt: skip
    stored = pl.read_parquet(lake / "securities.parquet").filter(security_id="US67066G1040")
    assert stored["ticker"].to_list() == ["NVDA"]
    known = pl.read_parquet(lake / "security_identifiers.parquet")
    assert "2379504" in known.filter(security_id="US67066G1040")["value"].to_list()


def test_net_assets_below_nothing_are_none_and_said(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    """Taken as stated they would stop every question of the dataset."""
    source = quarter("q", FUND_REPORTED_INFO=[{"NET_ASSETS": "-123456789.5"}])
    flags = ingest([source], format="nport", data=lake).report_flags
    assert ("net_assets_not_taken", -123456789.5) in [(flag.code, flag.value) for flag in flags]
    kept = pl.read_parquet(lake / "fund_net_assets.parquet").filter(fund_id="S000000001")
    assert kept.is_empty()

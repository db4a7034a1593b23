from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest
from paths import ROOT

from flowrisk.errors import DataError
from flowrisk.ingest import publishing
from flowrisk.ingest.readers.parsed import Hints
from flowrisk.ingest.run import ingest
from flowrisk.ingest.sources import expanded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flowrisk.ingest.summary import Progress

JUNE, MARCH = date(2025, 6, 30), date(2025, 3, 31)
STRATEGY, CLEANSPARK = "US5949724083", "US18452B2097"
FUND = "S000000001"
FIRST, LATER = "0000000001-25-000001", "0000000001-25-000009"
AMENDMENT = {"ACCESSION_NUMBER": LATER, "SUB_TYPE": "NPORT-P/A", "FILING_DATE": "15-NOV-2025"}


def contents(folder: Path) -> dict[str, str]:
    """Digest of every file a reader can see."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
        if publishing.FOLDER not in path.parts
    }


def filing(quarter: Callable[..., Path], name: str, shares: str, **submission: str) -> Path:
    accession = {"ACCESSION_NUMBER": submission.get("ACCESSION_NUMBER", FIRST)}
    return quarter(
        name, SUBMISSION=[submission], FUND_REPORTED_HOLDING=[{"BALANCE": shares, **accession}]
    )


def test_the_same_file_twice_changes_no_byte(lake: Path, quarter: Callable[..., Path]) -> None:
    source = quarter(
        "q",
        FUND_REPORTED_HOLDING=[
            {},
            {"HOLDING_ID": "2", "ISSUER_CUSIP": "037833100"},
            {"HOLDING_ID": "3", "ASSET_CAT": "EP"},
            {"HOLDING_ID": "4", "UNIT": "PA"},
        ],
    )
    first = ingest([source], format="nport", data=lake)
    before = contents(lake)
    second = ingest([source], format="nport", data=lake)
    assert "fund_reports.parquet" in first.changed_paths
    assert second.changed_paths == ()
    assert contents(lake) == before
    assert "no change" in second.lines()[-1]


def test_an_amendment_replaces_its_predecessor(
    lake: Path, quarter: Callable[..., Path], positions_of: Callable
) -> None:
    ingest([filing(quarter, "a", "100")], format="nport", data=lake)
    ingest([filing(quarter, "b", "70", **AMENDMENT)], format="nport", data=lake)
    assert positions_of(FUND, JUNE) == {STRATEGY: 70}
    report = pl.read_parquet(lake / "fund_reports.parquet").filter(fund_id=FUND)
    assert report["published_on"].to_list() == [date(2025, 11, 15)]


def test_a_predecessor_read_after_its_amendment_changes_nothing(
    lake: Path, quarter: Callable[..., Path], positions_of: Callable
) -> None:
    ingest([filing(quarter, "b", "70", **AMENDMENT)], format="nport", data=lake)
    summary = ingest([filing(quarter, "a", "100")], format="nport", data=lake)
    assert positions_of(FUND, JUNE) == {STRATEGY: 70}
    assert summary.superseded_report_count == 1
    assert summary.changed_paths == ()


def test_of_both_in_one_set_the_newest_filing_wins(
    lake: Path, quarter: Callable[..., Path], positions_of: Callable
) -> None:
    source = quarter(
        "q",
        SUBMISSION=[{}, AMENDMENT],
        FUND_REPORTED_HOLDING=[
            {"BALANCE": "100"}, {"HOLDING_ID": "2", "ACCESSION_NUMBER": LATER, "BALANCE": "70"}
        ],
    )  # fmt: skip
    ingest([source], format="nport", data=lake)
    assert positions_of(FUND, JUNE) == {STRATEGY: 70}


def test_an_amendment_of_an_old_day_does_not_shadow_the_newest(
    lake: Path, quarter: Callable[..., Path], positions_of: Callable
) -> None:
    ingest([filing(quarter, "june", "100")], format="nport", data=lake)
    late = {**AMENDMENT, "REPORT_DATE": "31-MAR-2025"}
    ingest([filing(quarter, "march", "55", **late)], format="nport", data=lake)
    assert positions_of(FUND, JUNE) == {STRATEGY: 100}
    assert positions_of(FUND, MARCH) == {STRATEGY: 55}


def test_a_position_missing_from_the_newest_version_of_a_report_is_gone(
    lake: Path, quarter: Callable[..., Path], positions_of: Callable
) -> None:
    both = [{}, {"HOLDING_ID": "2", "ISSUER_CUSIP": "18452B209"}]
    ingest([quarter("a", FUND_REPORTED_HOLDING=both)], format="nport", data=lake)
    assert set(positions_of(FUND, JUNE)) == {STRATEGY, CLEANSPARK}
    ingest([filing(quarter, "b", "100", **AMENDMENT)], format="nport", data=lake)
    assert set(positions_of(FUND, JUNE)) == {STRATEGY}


def test_other_funds_of_the_month_keep_their_positions(
    lake: Path, quarter: Callable[..., Path], positions_of: Callable
) -> None:
    before = pl.read_parquet(lake / "holdings/as_of_month=2025-06/*.parquet")
    ingest([quarter("q")], format="nport", data=lake)
    after = pl.read_parquet(lake / "holdings/as_of_month=2025-06/*.parquet")
    assert after.height == before.height + 1
    assert positions_of("S000002848", JUNE)[STRATEGY] == 8_160_898


def test_a_month_is_one_file_sorted_by_security_and_fund(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    ingest([quarter("q")], format="nport", data=lake)
    files = list((lake / "holdings/as_of_month=2025-06").iterdir())
    assert [file.name for file in files] == ["part-0.parquet"]
    rows = pl.read_parquet(files[0]).select("security_id", "fund_id").rows()
    assert rows == sorted(rows)
    codecs = duckdb.sql(f"select distinct compression from parquet_metadata('{files[0]}')")
    assert codecs.fetchall() == [("ZSTD",)]


def test_row_groups_are_small_so_that_a_question_skips_them(tmp_path: Path) -> None:
    from flowrisk.engines.bulk import Bulk

    with Bulk(tmp_path) as bulk:
        bulk.write_parquet("select range as x from range(50000) order by x", tmp_path / "x.parquet")
    counts = duckdb.sql(
        f"select row_group_num_rows from parquet_metadata('{tmp_path}/x.parquet') order by 1"
    ).fetchall()
    assert counts == [(9_040,), (20_480,), (20_480,)]


def test_how_far_a_statement_is_is_told_and_never_drawn() -> None:
    # run as a program given with -c: the engine takes that for a person at a prompt
    program = """
import sys, tempfile
from pathlib import Path
from flowrisk.engines.bulk import Bulk
told = []
with Bulk(Path(tempfile.mkdtemp())) as bulk:
    bulk.run("set threads = 1")
    bulk.run("set progress_bar_time = 0")
    bulk.run("create table t as select count(*) as n from range(40000) as a, range(8000) as b "
             "where (a.range * b.range) % 7 = 3", watch=told.append)
sys.exit(0 if 0 < max(told) <= 1 else f"told {told}")
"""
    for words in (["-c", program], ["-"]):
        done = subprocess.run([sys.executable, *words], input=program, capture_output=True,
                              text=True, timeout=120, check=False, cwd=ROOT)  # fmt: skip
        assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_fund_reports_are_published_last_and_reference_tables_before_the_months(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    stages: list[str] = []
    ingest(
        [quarter("q", FUND_REPORTED_HOLDING=[{"ISSUER_CUSIP": "037833100"}])],
        format="nport", data=lake, progress=lambda seen: stages.append(seen.stage),
    )  # fmt: skip
    published = [stage.removeprefix("publishing ") for stage in stages if "publishing" in stage]
    files = [name for name in published if name.endswith(".parquet")]
    assert files[-2:] == ["holdings/as_of_month=2025-06/part-0.parquet", "fund_reports.parquet"]
    assert {"funds.parquet", "securities.parquet"} <= set(files[:-2])


def test_a_dry_run_says_the_same_and_writes_nothing(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    before = set(lake.rglob("*"))
    source = quarter("q", FUND_REPORTED_HOLDING=[{}, {"HOLDING_ID": "2", "ASSET_CAT": "EP"}])
    dry = ingest([source], format="nport", data=lake, dry_run=True)
    assert set(lake.rglob("*")) == before
    wet = ingest([source], format="nport", data=lake)
    assert dry.is_dry_run
    assert (dry.taken, dry.itemised, dry.report_count) == (
        wet.taken, wet.itemised, wet.report_count
    )  # fmt: skip


def test_a_file_that_fails_leaves_the_dataset_as_it_was(
    lake: Path, quarter: Callable[..., Path], write: Callable[..., Path]
) -> None:
    before = contents(lake)
    with pytest.raises(DataError):
        ingest([quarter("q"), write("x.csv", "")], format="nport", data=lake)
    assert contents(lake) == before
    assert not list((lake / publishing.FOLDER).glob("staged-*"))


def test_a_second_ingest_is_refused_while_the_first_holds_the_dataset(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    source = quarter("q")
    with (
        publishing.opened(lake, lock_timeout_seconds=0),
        pytest.raises(DataError, match="Another ingest is writing"),
    ):
        ingest([source], format="nport", data=lake, lock_timeout_seconds=0.2)


def test_what_a_publication_replaced_is_kept_until_the_next(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    before = (lake / "fund_reports.parquet").read_bytes()
    kept = lake / publishing.FOLDER / publishing.SUPERSEDED / "fund_reports.parquet"
    ingest([filing(quarter, "a", "100")], format="nport", data=lake)
    assert kept.read_bytes() == before
    between = (lake / "fund_reports.parquet").read_bytes()
    ingest([filing(quarter, "b", "70", **AMENDMENT)], format="nport", data=lake)
    assert kept.read_bytes() == between


def test_an_open_file_stays_what_it_was(lake: Path, quarter: Callable[..., Path]) -> None:
    ingest([filing(quarter, "a", "100")], format="nport", data=lake)
    path = lake / "holdings/as_of_month=2025-06/part-0.parquet"
    before = path.read_bytes()
    with path.open("rb") as reader:
        ingest([filing(quarter, "b", "70", **AMENDMENT)], format="nport", data=lake)
        assert reader.read() == before
    assert path.read_bytes() != before


def test_columns_of_the_users_own_survive(lake: Path, quarter: Callable[..., Path]) -> None:
    path = lake / "funds.parquet"
    pl.read_parquet(path).with_columns(house_view=pl.lit("liked")).write_parquet(path)
    ingest([quarter("q")], format="nport", data=lake)
    views = pl.read_parquet(path).select("fund_id", "house_view")
    assert dict(views.rows())["S000002848"] == "liked"
    assert dict(views.rows())[FUND] is None


def test_a_month_of_several_foreign_parts_becomes_one(
    lake: Path, quarter: Callable[..., Path], positions_of: Callable
) -> None:
    folder = lake / "holdings/as_of_month=2025-06"
    (only,) = folder.iterdir()
    rows = pl.read_parquet(only, hive_partitioning=False)
    rows.head(3).write_parquet(folder / "data_0.parquet")
    rows.tail(rows.height - 3).write_parquet(only)
    ingest([quarter("q")], format="nport", data=lake)
    assert [path.name for path in folder.iterdir()] == ["part-0.parquet"]
    assert pl.read_parquet(folder / "part-0.parquet").height == rows.height + 1
    assert positions_of(FUND, JUNE) == {STRATEGY: 100}


def test_globs_and_folders_name_files_once(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv"):
        (tmp_path / name).write_text("x")
    found = expanded([tmp_path / "*.csv", tmp_path / "a.csv"])
    assert [path.name for path in found] == ["a.csv", "b.csv"]
    with pytest.raises(DataError, match="no such file"):
        expanded([tmp_path / "*.zip"])


def test_progress_counts_rows_and_bytes_to_the_end(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    seen: list[Progress] = []
    source = quarter("q", FUND_REPORTED_HOLDING=[{}, {"HOLDING_ID": "2"}])
    ingest([source], format="nport", data=lake, progress=seen.append)
    size = sum(path.stat().st_size for path in source.iterdir())
    assert (seen[-1].row_count, seen[-1].byte_count, seen[-1].total_byte_count) == (2, size, size)
    assert all(a.byte_count <= b.byte_count for a, b in pairwise(seen))


def test_another_format_lands_in_the_same_lake(
    lake: Path, real_files: Callable[[str], Path], positions_of: Callable[..., dict[Any, float]]
) -> None:
    source = real_files("invesco/QQQ_holdings_2025-09-26.csv")
    summary = ingest([source], format="invesco", data=lake)
    assert positions_of("QQQ", date(2025, 9, 26))[STRATEGY] == 5_457_761
    assert summary.taken.row_count == 101


def test_managers_are_kept_apart_from_funds(lake: Path, real_files: Callable[[str], Path]) -> None:
    source = real_files("13f/0001951757-25-000093_acorn_creek_2024-12-31.nc")
    before = pl.read_parquet(lake / "manager_holdings.parquet").height
    summary = ingest([source], format="13f", data=lake)
    after = pl.read_parquet(lake / "manager_holdings.parquet")
    assert summary.manager_holding_count == after.height - before == 54
    assert summary.holding_count == 0
    assert not any(path.startswith("holdings/") for path in summary.changed_paths)
    assert ingest([source], format="13f", data=lake).changed_paths == ()


def test_prices_from_before_a_split_are_put_on_todays_shares(
    lake: Path, real_files: Callable[[str], Path]
) -> None:
    source = real_files("prices/MSTR_before_split.csv")
    ingest([source], format="prices", data=lake, hints=Hints(security="MSTR"))
    prices = pl.read_parquet(lake / "prices.parquet").filter(
        security_id=STRATEGY, priced_on=date(2024, 3, 8)
    )
    # 1,425.59 on the shares of that day, ten for one since 8 August 2024.
    assert prices["close_usd"].to_list() == pytest.approx([142.559], abs=0.001)
    assert (
        ingest([source], format="prices", data=lake, hints=Hints(security="MSTR")).changed_paths
        == ()
    )


def test_prices_of_a_stranger_are_refused(lake: Path, write: Callable[..., Path]) -> None:
    source = write("x.csv", "Date,Close,Volume\n2025-01-02,10,100\n2025-01-03,11,100\n")
    with pytest.raises(DataError, match="No price of the files can be taken") as refusal:
        ingest([source], format="prices", data=lake, hints=Hints(security="NOBODY"))
    assert refusal.value.facts["NOBODY"] == "2 rows, not a security of the dataset"


def test_what_a_month_says_of_itself_decides_nothing(
    lake: Path, quarter: Callable[..., Path], tmp_path: Path
) -> None:
    """A received file may carry the digest that its month will have: it is summed all the same."""
    before = tmp_path / "before"
    shutil.copytree(lake, before)
    source = quarter("q")
    ingest([source], format="nport", data=lake)
    month = "holdings/as_of_month=2025-06"
    told = pl.read_parquet_metadata(lake / month / "part-0.parquet")
    (old,) = (before / month).glob("*.parquet")
    pl.read_parquet(old, hive_partitioning=False).write_parquet(old, metadata=told)
    ingest([source], format="nport", data=before)
    rows = [pl.read_parquet(each / month, hive_partitioning=False) for each in (before, lake)]
    assert rows[0].equals(rows[1])


def test_an_ingest_refuses_a_column_in_other_letters(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    for part in ("prices.parquet", next(lake.glob("holdings/as_of_month=2025-06/*.parquet"))):
        path = lake / part
        frame = pl.read_parquet(path, hive_partitioning=False)
        name = next(name for name in ("close_usd", "shares") if name in frame.columns)
        frame.select(pl.col(name).alias(name.upper()), *frame.columns).write_parquet(path)
        with pytest.raises(DataError, match="stands twice"):
            ingest([quarter(name)], format="nport", data=lake)
        frame.write_parquet(path)

"""What a killed ingest leaves, what readers see while one runs, and what two at once do."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest
from paths import ROOT

from flowrisk.ingest import publishing
from flowrisk.ingest.run import ingest

if TYPE_CHECKING:
    from collections.abc import Callable

STRATEGY, CLEANSPARK, APPLE = "US5949724083", "US18452B2097", "US0378331005"
OLD, NEW = {STRATEGY: 100.0, CLEANSPARK: 200.0}, {STRATEGY: 70.0, CLEANSPARK: 140.0}
OTHER = {STRATEGY: 5.0, APPLE: 6.0}
DAY, OTHER_DAY = date(2025, 6, 30), date(2025, 5, 31)

# Kills itself without warning when the ingest reports its stage number N.
CHILD = """
import os, signal, sys
from flowrisk.ingest.run import ingest
stages = []
def watch(seen):
    if seen.stage not in stages:
        stages.append(seen.stage)
        print(seen.stage, flush=True)
        if len(stages) == int(sys.argv[1]):
            os.kill(os.getpid(), signal.SIGKILL)
ingest([sys.argv[3]], format="nport", data=sys.argv[2], progress=watch)
"""


def start(at_stage: int, data: Path, source: Path) -> subprocess.Popen[str]:
    """Start an ingest in a process of its own that kills itself at a stage; 0 is never."""
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(at_stage), str(data), str(source)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def killed_at(stage: int, data: Path, source: Path) -> None:
    with start(stage, data, source) as child:
        child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL


def signature(lake: Path) -> list[tuple[str, int, int, int]]:
    """Names and identities of the files a reader opens."""
    found = [(path, path.stat()) for path in sorted(lake.glob("*.parquet"))]
    found += [(path, path.stat()) for path in sorted(lake.glob("holdings/*/*.parquet"))]
    return [(str(path), stat.st_ino, stat.st_size, stat.st_mtime_ns) for path, stat in found]


def version(quarter: Callable[..., Path], name: str, scale: float, filed: str) -> Path:
    """One fund with two positions in the proportion 1 : 2, and a second fund in another month."""
    first, second = f"0000000001-25-{name:0>6}", f"0000000002-25-{name:0>6}"
    return quarter(
        name,
        SUBMISSION=[
            {"ACCESSION_NUMBER": first, "FILING_DATE": filed},
            {"ACCESSION_NUMBER": second, "FILING_DATE": filed, "REPORT_DATE": "31-MAY-2025"},
        ],
        FUND_REPORTED_INFO=[
            {"ACCESSION_NUMBER": first},
            {"ACCESSION_NUMBER": second, "SERIES_ID": "S000000002"},
        ],
        FUND_REPORTED_HOLDING=[
            {"ACCESSION_NUMBER": first, "BALANCE": f"{scale}"},
            {"ACCESSION_NUMBER": first, "HOLDING_ID": "2", "BALANCE": f"{2 * scale}",
             "ISSUER_CUSIP": "18452B209"},
            {"ACCESSION_NUMBER": second, "HOLDING_ID": "3", "BALANCE": "5"},
            {"ACCESSION_NUMBER": second, "HOLDING_ID": "4", "BALANCE": "6",
             "ISSUER_CUSIP": "037833100"},
        ],
    )  # fmt: skip


@pytest.fixture
def old(quarter: Callable[..., Path]) -> Path:
    """The first fund's report alone."""
    accession = {"ACCESSION_NUMBER": "0000000001-25-000000"}
    return quarter(
        "0",
        SUBMISSION=[accession],
        FUND_REPORTED_HOLDING=[
            {**accession, "BALANCE": "100"},
            {**accession, "HOLDING_ID": "2", "BALANCE": "200", "ISSUER_CUSIP": "18452B209"},
        ],
    )


@pytest.fixture
def new(quarter: Callable[..., Path]) -> Path:
    """An amended first fund, and a second fund the dataset never saw with a security it lacks."""
    return version(quarter, "1", 70, "15-NOV-2025")


def assert_whole(lake: Path, positions_of: Callable) -> None:
    """Every report the dataset lists is wholly there, in one version, with all it refers to."""
    for path in lake.glob("*.parquet"):
        pl.read_parquet(path)
    assert positions_of("S000000001", DAY) in (OLD, NEW)
    assert positions_of("S000000002", OTHER_DAY) in ({}, OTHER)
    holdings = pl.read_parquet(lake / "holdings/as_of_month=*/*.parquet")
    reports = pl.read_parquet(lake / "fund_reports.parquet")
    listed = holdings.join(reports, on=["fund_id", "as_of_on"], how="semi")
    for table, key in (("securities", "security_id"), ("funds", "fund_id")):
        known = pl.read_parquet(lake / f"{table}.parquet")
        assert listed.join(known, on=key, how="anti").is_empty()
    is_unlisted = reports.filter(fund_id="S000000002").is_empty()
    assert is_unlisted or positions_of("S000000002", OTHER_DAY) == OTHER


def stages_of(lake: Path, source: Path, tmp_path: Path) -> list[str]:
    shutil.copytree(lake, tmp_path / "counted")
    with start(0, tmp_path / "counted", source) as child:
        output, errors = child.communicate(timeout=60)
    assert child.returncode == 0, errors
    return output.splitlines()


@pytest.mark.slow
def test_kill_9_at_any_stage_leaves_whole_reports_and_the_next_ingest_completes(
    lake: Path, old: Path, new: Path, tmp_path: Path, positions_of: Callable
) -> None:
    ingest([old], format="nport", data=lake)
    pristine = tmp_path / "pristine"
    shutil.copytree(lake, pristine)
    stages = stages_of(lake, new, tmp_path)
    assert sum("publishing" in stage for stage in stages) >= 8
    first_move = stages.index("publishing journal") + 2
    for number, stage in enumerate(stages, start=1):
        shutil.rmtree(lake)
        shutil.copytree(pristine, lake)
        killed_at(number, lake, new)
        assert_whole(lake, positions_of)
        if number < first_move:
            assert positions_of("S000000001", DAY) == OLD, stage
        ingest([new], format="nport", data=lake)
        assert positions_of("S000000001", DAY) == NEW, stage
        assert positions_of("S000000002", OTHER_DAY) == OTHER, stage
        left = {path.name for path in (lake / publishing.FOLDER).iterdir()}
        assert left <= {"lock", publishing.SUPERSEDED}, stage


def test_an_interrupted_publication_is_completed_by_any_next_ingest(
    lake: Path, old: Path, new: Path, tmp_path: Path, positions_of: Callable
) -> None:
    ingest([old], format="nport", data=lake)
    stages = stages_of(lake, new, tmp_path)
    at = next(n for n, stage in enumerate(stages, 1) if "holdings/" in stage)
    killed_at(at, lake, new)
    assert positions_of("S000000002", OTHER_DAY) == {}
    assert (lake / publishing.FOLDER / publishing.JOURNAL).exists()
    ingest([old], format="nport", data=lake)  # an older report: nothing of its own to publish
    assert positions_of("S000000001", DAY) == NEW
    assert positions_of("S000000002", OTHER_DAY) == OTHER


@pytest.mark.parametrize("delay_seconds", [0.3, 0.5, 0.7, 0.9])
def test_kill_9_after_any_delay_leaves_whole_reports(
    lake: Path, old: Path, new: Path, positions_of: Callable, delay_seconds: float
) -> None:
    ingest([old], format="nport", data=lake)
    with start(0, lake, new) as child:
        time.sleep(delay_seconds)
        child.kill()
    assert_whole(lake, positions_of)
    ingest([new], format="nport", data=lake)
    assert positions_of("S000000001", DAY) == NEW


def asked(connection: duckdb.DuckDBPyConnection, lake: Path) -> dict[str, float] | None:
    """What a reader finds, None where a publication came between its first and last look."""
    question = (
        f"select security_id, shares from '{lake}/holdings/*/*.parquet' as holdings "
        f"semi join '{lake}/fund_reports.parquet' as reports using (fund_id, as_of_on) "
        "where fund_id = 'S000000001'"
    )
    before = signature(lake)
    try:
        rows = connection.execute(question).fetchall()
    except duckdb.Error:
        if signature(lake) == before:
            raise
        return None
    return dict(rows) if signature(lake) == before else None


def test_readers_meet_whole_reports_while_ingests_run(
    lake: Path, old: Path, quarter: Callable[..., Path]
) -> None:
    ingest([old], format="nport", data=lake)
    connection = duckdb.connect()
    seen = []
    for number in range(1, 4):
        source = version(quarter, str(number), 100 + number, f"{number:02}-DEC-2025")
        with start(0, lake, source) as child:
            while child.poll() is None:
                seen.append(asked(connection, lake))
        assert child.returncode == 0
    seen.append(asked(connection, lake))
    whole = [held for held in seen if held is not None]
    assert all(held[CLEANSPARK] == 2 * held[STRATEGY] for held in whole)
    assert {held[STRATEGY] for held in whole} == {100, 101, 102, 103}
    assert len(whole) > 0.8 * len(seen)  # readers are not kept waiting


def test_two_ingests_at_once_both_land(
    lake: Path, old: Path, new: Path, positions_of: Callable
) -> None:
    with start(0, lake, old) as first, start(0, lake, new) as second:
        for child in (first, second):
            _, errors = child.communicate(timeout=60)
            assert child.returncode == 0, errors
    assert positions_of("S000000001", DAY) == NEW
    assert positions_of("S000000002", OTHER_DAY) == OTHER

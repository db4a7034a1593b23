"""A dataset from a stranger: what it holds is data; nothing of it is run, followed or believed."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import polars as pl
import pytest

from flowrisk import api
from flowrisk.dataset import contents
from flowrisk.errors import DataError, FlowriskError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flowrisk.api import Dataset

# {n} is how many values a row of the scan has; each tries to get out of where it stands
INJECTIONS = [
    "a\") from (select 1); copy (select 42) to 'out.csv'; select {nulls} where ? is not null --",
    'a"); copy (select 42) to \'out.csv\'; --',
    "a'); copy (select 42) to 'out.csv'; --",
    'a"; attach \'out.csv\' as o; --', '"', '""', "'", "\\", "a\nb", "a--b", "a/*b", "$1", "?",
    "{n}", "\x1b]0;x\x07", "x" * 5_000, "as_of_on ", "ＡＳ", "a\x00b",
]  # fmt: skip
TABLES = ["splits", "fund_reports", "providers", "prices"]


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own that nothing may touch, and a working folder that stays empty."""
    victim = tmp_path / "victim"
    (victim / "docs").mkdir(parents=True)
    (victim / "docs" / "thesis.txt").write_text("precious")
    (victim / "keys").write_text("ssh-ed25519 mine")
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    return victim


@pytest.fixture
def received(tmp_path: Path) -> Path:
    """A dataset as it may have come from anyone."""
    return api.init(tmp_path / "received").path


def is_whole(victim: Path) -> bool:
    kept = sorted(path.relative_to(victim).as_posix() for path in victim.rglob("*"))
    return (
        kept == ["docs", "docs/thesis.txt", "keys"]
        and (victim / "docs" / "thesis.txt").read_text() == "precious"
        and (victim / "keys").read_text() == "ssh-ed25519 mine"
        and not list((victim.parent / "cwd").iterdir())
    )


def with_column(path: Path, name: str, *, statistics: bool) -> None:
    frame = pl.read_parquet(path)
    nulls = ", ".join(["null", "null", "0"] * (frame.width + 1))
    added = pl.lit(None, dtype=pl.Int32).alias(name.replace("{nulls}", nulls))
    frame.select(added, *frame.columns).write_parquet(path, statistics=statistics)


@pytest.mark.parametrize("place", range(len(INJECTIONS)))
def test_a_column_name_is_a_name(received: Path, mine: Path, place: int) -> None:
    rows = pl.read_parquet(received / "providers.parquet").height
    for table in TABLES:
        with_column(received / f"{table}.parquet", INJECTIONS[place], statistics=place % 3 == 1)
    opened = api.open_dataset(received)
    assert opened.query("select count(*) from staging.providers").item() == rows
    assert is_whole(mine)


def test_every_way_to_open_a_dataset_leaves_a_hostile_column_alone(
    received: Path, mine: Path, tmp_path: Path, issuer_file: Path
) -> None:
    for table in TABLES:
        with_column(received / f"{table}.parquet", INJECTIONS[0], statistics=False)
    for part in received.glob("holdings/*/*.parquet"):
        with_column(part, INJECTIONS[0], statistics=False)
    opened = api.open_dataset(received)
    plain = api.open_dataset().scenario(as_of="2025-11-20").outflows
    assert opened.scenario(as_of="2025-11-20").outflows.equals(plain)
    opened.check()
    opened.screen()
    opened.tables("marts.outflows")
    assert opened.query("select 1 as a", isolated=True).item() == 1
    opened.export_duckdb(tmp_path / "out.duckdb")
    opened.ingest(issuer_file, format="ark")
    assert is_whole(mine)


@pytest.fixture
def issuer_file(tmp_path: Path) -> Path:
    path = tmp_path / "ARKK_holdings.csv"
    path.write_text(
        "date,fund,company,ticker,cusip,shares,market value ($),weight (%)\n"
        "11/18/2025,ARKK,TESLA INC,TSLA,88160R101,1000,400000,60.0\n"
        "11/18/2025,ARKK,COINBASE GLOBAL INC -CLASS A,COIN,19260Q107,1000,250000,40.0\n"
    )
    return path


def journal(staged: object, path: object = "x.parquet", replaces: object = ()) -> str:
    moves = [{"path": path, "replaces": replaces}]
    return json.dumps({"staged": staged, "moves": moves}, default=list)


ZEROS = "0" * 64
PART = "holdings/as_of_month=2025-06/part-0.parquet"
JOURNALS: list[Callable[[Path], str]] = [
    lambda mine: journal(str(mine / "docs")),
    lambda _: journal("../../victim/docs"),
    lambda _: journal("staged-1/../../../victim/docs"),
    lambda _: journal(""),
    lambda _: journal("."),
    lambda _: journal(["staged-1"]),
    lambda _: journal("staged-1", replaces=["../victim/keys"]),
    lambda mine: journal("staged-1", PART, [str(mine / "keys")]),
    lambda _: journal("staged-1", PART, ["holdings/as_of_month=2025-06/../../../victim/keys"]),
    lambda _: journal("staged-1", PART, ["fund_reports.parquet"]),
    lambda _: journal("staged-1", PART, [None]),
    lambda _: journal("staged-1", PART, "x"),
    lambda _: journal("staged-1", "../victim/keys"),
    lambda mine: journal("staged-1", str(mine / "keys")),
    lambda _: journal("staged-1", "holdings/as_of_month=../part-0.parquet"),
    lambda _: journal("staged-1", 5),
    lambda _: json.dumps({"staged": "staged-1", "moves": {}}),
    lambda _: json.dumps({"staged": "staged-1", "moves": [[]]}),
    lambda _: json.dumps([]),
    lambda _: '{"staged": "x',
    lambda _: "",
    lambda _: "\x00\x01",
    lambda _: "[" * 100_000,
]


@pytest.mark.parametrize("place", range(len(JOURNALS)))
def test_a_journal_that_leads_out_or_is_none_is_refused(
    received: Path, mine: Path, issuer_file: Path, place: int
) -> None:
    (received / ".ingest").mkdir(exist_ok=True)
    (received / ".ingest" / "journal.json").write_text(JOURNALS[place](mine))
    with pytest.raises(DataError, match="cannot be believed"):
        api.open_dataset(received).ingest(issuer_file, format="ark")
    assert is_whole(mine)


LINKS = [
    ".ingest", ".ingest/lock", ".ingest/journal.new", ".ingest/journal.json", ".ingest/superseded",
    ".ingest/staged-1", ".ingest/contents.new", "contents.json", "contents.new", "holdings",
    "holdings/as_of_month=2025-11", "fund_reports.parquet", "prices.parquet", "index_funds.csv",
    ".ingest/staged-1/holdings",
]  # fmt: skip


@pytest.mark.parametrize("name", LINKS)
@pytest.mark.parametrize("to", ["keys", "docs", "nowhere"])
def test_an_ingest_follows_no_link(
    received: Path, mine: Path, issuer_file: Path, name: str, to: str
) -> None:
    place = received / name
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    opened = api.open_dataset()
    place.symlink_to(mine / to)
    for dry_run in (True, False):
        from flowrisk.ingest.run import ingest

        with pytest.raises(FlowriskError):
            ingest([issuer_file], format="ark", data=received, dry_run=dry_run)
    assert opened
    assert is_whole(mine)


def test_a_lock_that_is_a_second_name_of_a_file_is_refused(
    received: Path, mine: Path, issuer_file: Path
) -> None:
    (received / ".ingest").mkdir(exist_ok=True)
    os.link(mine / "keys", received / ".ingest" / "lock")
    with pytest.raises(DataError, match="cannot be believed"):
        api.open_dataset(received).ingest(issuer_file, format="ark")
    assert is_whole(mine)


def test_init_follows_no_link(tmp_path: Path, mine: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for target in (empty, mine / "nowhere", mine / "keys"):
        link = tmp_path / f"link-{target.name}"
        link.symlink_to(target)
        with pytest.raises(QuestionError, match="link"):
            api.init(link)
    assert not list(empty.iterdir())
    assert is_whole(mine)


def test_an_output_follows_no_link(tmp_path: Path, mine: Path, sample: Dataset) -> None:
    result = sample.scenario()
    for target in (mine / "keys", mine / "nowhere"):
        link = tmp_path / f"{target.name}.csv"
        link.symlink_to(target)
        with pytest.raises(QuestionError):
            result.write(link)
        with pytest.raises(QuestionError):
            sample.export_duckdb(link)
    assert is_whole(mine)


@pytest.mark.parametrize(
    "record",
    [
        "", "{", "[]", "5", '{"format": 1}', '{"format": 2, "parts": {}}', "[" * 100_000,
        '{"format": 1, "parts": {"../victim/keys": {"byte_count": 1, "sha256": "' + ZEROS + '"}}}',
        '{"format": 1, "parts": {"/etc/passwd": {"byte_count": 1, "sha256": "' + ZEROS + '"}}}',
        '{"format": 1, "parts": {"funds.parquet": {"byte_count": true, "sha256": ""}}}',
        '{"format": 1, "parts": {"funds.parquet": []}}', "\x00",
    ],
)  # fmt: skip
def test_a_record_of_contents_that_is_none_is_refused_in_words(
    received: Path, mine: Path, record: str
) -> None:
    (received / contents.FILE).write_text(record)
    with pytest.raises(DataError, match=r"record of what the dataset contains|by a newer flowrisk"):
        api.open_dataset(received).scenario()
    assert is_whole(mine)

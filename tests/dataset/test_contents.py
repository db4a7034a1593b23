"""A dataset knows what it should contain: what is lost or changed is said in the answer."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import polars as pl
import pytest

from flowrisk import api
from flowrisk.dataset import contents
from flowrisk.engines.files import LocalFiles
from flowrisk.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HERE = LocalFiles()
MONTH = "holdings/as_of_month=2025-06"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return api.init(tmp_path / "ds").path


def codes(data: Path) -> set[str]:
    answer = api.open_dataset(data).scenario(as_of="2025-11-20").answer
    return {finding.code for finding in answer.findings}


def part_of(data: Path) -> Path:
    return next((data / MONTH).glob("*.parquet"))


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[20] ^= 1
    path.write_bytes(content)


def lower(path: Path) -> None:
    frame = pl.read_parquet(path, hive_partitioning=False)
    frame.with_columns(pl.col("security_id").str.to_lowercase()).write_parquet(path)


DAMAGES: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "a month is gone": (lambda d: shutil.rmtree(d / MONTH), {"months_are_here"}),
    "a month is empty": (lambda d: part_of(d).unlink(), {"months_are_here"}),
    "a month has no rows": (
        lambda d: pl.read_parquet(part_of(d)).head(0).write_parquet(part_of(d)),
        {"reports_have_positions"},
    ),
    "securities nobody knows": (
        lambda d: lower(part_of(d)), {"holdings_name_known_securities"}
    ),
    "a table is gone": (lambda d: (d / "tracking_ratios.parquet").unlink(), set()),
    "half of the rows": (
        lambda d: pl.read_parquet(part_of(d)).head(3).write_parquet(part_of(d)), set()
    ),
}  # fmt: skip


def test_a_dataset_as_it_was_made_is_warned_of_in_nothing_new(data: Path) -> None:
    assert codes(data) == {f.code for f in api.open_dataset().scenario().answer.findings}
    assert "files_are_as_written" not in codes(data)


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_lost_is_said_with_and_without_a_record(data: Path, damage: str) -> None:
    act, also = DAMAGES[damage]
    act(data)
    found = codes(data)
    assert {"files_are_as_written", *also} <= found
    checked = api.open_dataset(data).check().filter(state="warn")["check"].to_list()
    assert {"files_are_as_written", *also} <= set(checked)
    (data / contents.FILE).unlink()
    assert also <= codes(data)
    assert "files_are_as_written" not in codes(data)


def test_a_flipped_byte_is_said(data: Path) -> None:
    path = data / "coin_prices.parquet"
    before = path.stat()
    flip(path)
    assert path.stat().st_size == before.st_size
    assert contents.departures(HERE, data, is_whole=False) == [
        ("coin_prices.parquet", "has changed")
    ]


def test_a_large_part_is_looked_at_whole_only_by_a_check(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "WHOLE_BYTES", 10)
    flip(data / "coin_prices.parquet")
    assert contents.departures(HERE, data, is_whole=False) == []
    assert contents.departures(HERE, data, is_whole=True) == [
        ("coin_prices.parquet", "has changed")
    ]


def test_a_table_that_its_owner_edits_is_a_warning_that_can_be_settled(data: Path) -> None:
    path = data / "funds.parquet"
    pl.read_parquet(path).with_columns(note=pl.lit("mine")).write_parquet(path)
    assert "files_are_as_written" in codes(data)
    (data / contents.FILE).unlink()
    assert "files_are_as_written" not in codes(data)


def test_an_ingest_records_what_it_wrote(data: Path, tmp_path: Path) -> None:
    source = tmp_path / "ARKK_holdings.csv"
    source.write_text(
        "date,fund,company,ticker,cusip,shares,market value ($),weight (%)\n"
        "11/18/2025,ARKK,TESLA INC,TSLA,88160R101,1000,400000,100.0\n"
    )
    api.open_dataset(data).ingest(source, format="ark")
    assert "holdings/as_of_month=2025-11/part-0.parquet" in contents.read(data)
    assert contents.departures(HERE, data, is_whole=True) == []
    shutil.rmtree(data / "holdings/as_of_month=2025-11")
    assert "files_are_as_written" in codes(data)


@pytest.mark.parametrize("name", ["splits", "tracking_ratios", "prices"])
@pytest.mark.parametrize("kind", ["dangling link", "folder", "pipe", "link to itself"])
def test_what_is_no_plain_file_is_refused_at_once(data: Path, name: str, kind: str) -> None:
    import os

    path = data / f"{name}.parquet"
    path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(path if kind == "link to itself" else data / "nowhere")
    with pytest.raises(DataError, match="no plain file"):
        api.open_dataset(data)


def test_what_systems_leave_beside_files_is_no_file_of_the_dataset(data: Path) -> None:
    (data / MONTH / "._part.parquet").write_bytes(b"\x00\x05\x16\x07")
    assert codes(data) == {f.code for f in api.open_dataset().scenario().answer.findings}

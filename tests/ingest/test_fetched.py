"""What a manifest says of a file goes into the source of its reports; one that lies is refused."""

from __future__ import annotations

import shutil
import zipfile
from typing import TYPE_CHECKING

import polars as pl
import pytest

from flowrisk.download import manifest
from flowrisk.errors import DataError
from flowrisk.ingest.run import ingest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ADDRESS = "https://www.sec.gov/files/it's/q_nport.zip"
TOLD = f"fetched from {ADDRESS} on 2026-07-10"


@pytest.fixture
def source(quarter: Callable[..., Path], tmp_path: Path) -> Path:
    """A quarter as a zip in a folder of its own, with a manifest that says where it came from."""
    tables = quarter("q")
    path = tmp_path / "downloads/q_nport.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as packed:
        for table in sorted(tables.iterdir()):
            packed.write(table, table.name)
    entry = manifest.Entry(ADDRESS, manifest.digest(path), path.stat().st_size,
                           "2026-07-10T08:00:00+00:00")  # fmt: skip
    manifest.write(path.parent, {path.name: entry, "other.zip": entry})
    return path


def sources(lake: Path) -> list[str]:
    reports = pl.read_parquet(lake / "fund_reports.parquet")
    return reports.filter(fund_id="S000000001")["source"].to_list()


def test_the_source_of_a_report_says_where_its_file_was_fetched(source: Path, lake: Path) -> None:
    ingest([source], format="nport", data=lake)
    (told,) = sources(lake)
    assert told.endswith(f"q_nport.zip; {TOLD}")
    again = ingest([source], format="nport", data=lake)
    assert any("no change" in line for line in again.lines())


def test_a_file_that_no_fetch_brought_says_nothing(source: Path, lake: Path) -> None:
    alone = shutil.copy(source, lake.parent / "alone.zip")
    ingest([alone], format="nport", data=lake)
    assert "fetched" not in sources(lake)[0]


def test_a_manifest_that_lies_is_refused_and_nothing_is_read(source: Path, lake: Path) -> None:
    with source.open("ab") as file:
        file.write(b"\n")
    before = sorted(lake.rglob("*.parquet"))
    with pytest.raises(DataError, match="not the one that its manifest says"):
        ingest([source], format="nport", data=lake)
    assert sorted(lake.rglob("*.parquet")) == before
    assert not sources(lake)


def test_a_manifest_of_a_newer_flowrisk_is_refused(source: Path, lake: Path) -> None:
    path = source.parent / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('version": 1', 'version": 9'), "utf-8")
    with pytest.raises(DataError, match="newer flowrisk"):
        ingest([source], format="nport", data=lake)

"""Tables packed as a zip: read as the folder they are, or refused before anything is written."""

from __future__ import annotations

import contextlib
import io
import shutil
import struct
import zipfile
import zlib
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowrisk.errors import DataError
from flowrisk.ingest.readers import archive
from flowrisk.ingest.run import ingest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

JUNE = date(2025, 6, 30)
STRATEGY = "US5949724083"


def zipped(folder: Path, target: Path, **compression: int) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, **compression) as file:
        for path in sorted(folder.iterdir()):
            file.write(path, f"2025q3_nport/{path.name}")
    return target


def test_a_zip_reads_as_the_folder_it_holds(
    lake: Path, quarter: Callable[..., Path], tmp_path: Path, positions_of: Callable
) -> None:
    ingest([zipped(quarter("q"), tmp_path / "2025q3_nport.zip")], format="nport", data=lake)
    assert positions_of("S000000001", JUNE) == {STRATEGY: 100}


def test_a_truncated_zip_leaves_the_dataset_as_it_was(
    lake: Path, quarter: Callable[..., Path], tmp_path: Path
) -> None:
    path = zipped(quarter("q"), tmp_path / "q.zip")
    path.write_bytes(path.read_bytes()[:-40])
    before = (lake / "fund_reports.parquet").read_bytes()
    with pytest.raises(DataError, match="truncated"):
        ingest([path], format="nport", data=lake)
    assert (lake / "fund_reports.parquet").read_bytes() == before


@settings(max_examples=60, deadline=None, database=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(data=st.data())
def test_a_zip_damaged_anywhere_is_read_or_refused_in_words(
    data: st.DataObject, tmp_path: Path
) -> None:
    path, whole = tmp_path / "q.zip", io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("SUBMISSION.tsv", "".join(f"{n}\t" for n in range(200)))
        file.writestr("REGISTRANT.tsv", "x" * 20)
    raw = whole.getvalue()
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(start + 60, len(raw))))
    path.write_bytes(raw[:start] + data.draw(st.binary(max_size=4)) + raw[end:])
    archive.claimed_bytes(path, ["SUBMISSION"])
    shutil.rmtree(tmp_path / "out", ignore_errors=True)
    with contextlib.suppress(DataError):
        archive.inflate_tables(path, ["SUBMISSION"], tmp_path / "out", lambda _: None)


@pytest.mark.parametrize("name", ["../SUBMISSION.tsv", "/etc/SUBMISSION.tsv", "a\\..\\x.tsv"])
def test_a_zip_that_leads_out_of_itself_is_refused(lake: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / "q.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(name, "x")
    with pytest.raises(DataError, match="leads out"):
        ingest([path], format="nport", data=lake)
    assert not (tmp_path / "SUBMISSION.tsv").exists()


def test_a_bomb_is_refused_by_its_ratio(lake: Path, tmp_path: Path) -> None:
    path = tmp_path / "q.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("SUBMISSION.tsv", b"0" * (64 * 2**20))
    with pytest.raises(DataError, match="beyond every known N-PORT set"):
        ingest([path], format="nport", data=lake)


def test_a_table_larger_than_its_claim_is_refused_while_it_inflates(tmp_path: Path) -> None:
    path = tmp_path / "q.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("SUBMISSION.tsv", "x" * 100_000)
    claimed = (100_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(claimed, (10).to_bytes(4, "little")))
    with pytest.raises(DataError, match=r"claims|truncated"):
        archive.inflate_tables(path, ["SUBMISSION"], tmp_path / "out", lambda _: None)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_a_table_that_holds_more_than_it_claims_is_refused(
    lake: Path, quarter: Callable[..., Path], tmp_path: Path, method: int
) -> None:
    """Cut at a line end, with the checksum of what is shown: the rest would be sold in silence."""
    folder = quarter("q", FUND_REPORTED_HOLDING=[{}, {"HOLDING_ID": "2"}])
    path = tmp_path / "q.zip"
    with zipfile.ZipFile(path, "w", method) as file:
        for table in sorted(folder.iterdir()):
            file.write(table, table.name)
        entry = file.getinfo("FUND_REPORTED_HOLDING.tsv")
    whole = (folder / entry.filename).read_bytes()
    shown = whole[: whole.rstrip().rindex(b"\n") + 1]
    honest = struct.pack("<LLL", entry.CRC, entry.compress_size, len(whole))
    lie = struct.pack("<LLL", zlib.crc32(shown), entry.compress_size, len(shown))
    raw = path.read_bytes()
    assert raw.count(honest) == 2
    ingest([path], format="nport", data=lake)
    path.write_bytes(raw.replace(honest, lie))
    with pytest.raises(DataError):
        ingest([path], format="nport", data=lake)

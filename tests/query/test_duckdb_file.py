"""A database file for other tools: it answers without flowrisk, and is never half there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import duckdb
import pytest

from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from pathlib import Path

    from flowrisk.api import Dataset


@pytest.fixture(scope="module")
def written(sample: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample.export_duckdb(tmp_path_factory.mktemp("exported") / "flowrisk.duckdb")


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("select outflow_usd from outflow('MSTR', ['msci'])", 2_800_207_430.1),
        ("select sum(shares) from holders('MSTR')", 24_684_830),
        ("select count(*) from marts.outflows", 48), ("select count(*) from raw.holdings", 188),
        ("select count(*) from scenario.providers", 6),
    ],
)  # fmt: skip
@pytest.mark.parametrize("how", ["opened", "attached", "moved"])
def test_views_and_macros_answer_in_another_tool(
    how: str, sql: str, value: float, written: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "other name.duckdb"
    if how == "moved":
        shutil.copy(written, path)
    else:
        path = written
    with duckdb.connect() if how == "attached" else duckdb.connect(path, read_only=True) as other:
        if how == "attached":
            other.execute(f"attach '{path}' as flows (read_only)")
            other.execute("use flows")
        found = other.execute(sql).fetchall()
    assert found == [(pytest.approx(value),)]


def test_a_view_stays_a_view_that_reads_the_files(sample: Dataset, tmp_path: Path) -> None:
    path = sample.export_duckdb(tmp_path / "a.duckdb")
    with closing(duckdb.connect(str(path), read_only=True)) as other:
        kinds = other.execute(
            "select distinct table_type from information_schema.tables "
            "where table_schema in ('raw', 'staging')"
        ).fetchall()
    assert kinds == [("VIEW",)]


def test_the_question_is_that_of_the_arguments(sample: Dataset, tmp_path: Path) -> None:
    path = sample.export_duckdb(tmp_path / "x.duckdb", providers="crsp", as_of="2025-10-10")
    with duckdb.connect(path, read_only=True) as other:
        found = other.execute("select provider_id, as_of_on::varchar from scenario.providers "
                              "cross join scenario.assumptions").fetchall()  # fmt: skip
    assert found == [("crsp", "2025-10-10")]


def test_nothing_is_overwritten_without_force(sample: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    path.write_bytes(b"old")
    with pytest.raises(QuestionError, match="exists already"):
        sample.export_duckdb(path)
    assert path.read_bytes() == b"old"
    sample.export_duckdb(path, force=True)
    assert path.stat().st_size > 100_000
    assert [each.name for each in tmp_path.iterdir()] == ["x.duckdb"]


@pytest.mark.parametrize("name", ["raw.duckdb", "marts.db"])
def test_a_name_that_would_hide_a_schema_is_refused(
    name: str, sample: Dataset, tmp_path: Path
) -> None:
    with pytest.raises(QuestionError, match="would hide its own schema"):
        sample.export_duckdb(tmp_path / name)


def test_a_folder_that_does_not_exist_is_refused(sample: Dataset, tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="cannot be written"):
        sample.export_duckdb(tmp_path / "nowhere" / "x.duckdb")


@pytest.mark.parametrize("what", ["pipe", "link to a folder"])
def test_what_is_no_plain_file_is_never_replaced(
    what: str, sample: Dataset, tmp_path: Path
) -> None:
    path = tmp_path / "x.duckdb"
    if what == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(tmp_path)
    with pytest.raises(QuestionError, match=r"is no plain file|is a link"):
        sample.export_duckdb(path, force=True)
    assert path.is_fifo() or path.is_symlink()


def test_attached_under_any_name_the_views_answer_and_the_macros_in_use_only(
    written: Path,
) -> None:
    with duckdb.connect() as other:
        other.execute(f"attach '{written}' as other (read_only)")
        assert other.execute("select count(*) from other.marts.outflows").fetchall() == [(48,)]
        with pytest.raises(duckdb.CatalogException, match="does not exist"):
            other.execute("select * from other.outflow('MSTR', ['msci'])")
        other.execute("use other")
        found = other.execute("select outflow_usd from outflow('MSTR', ['msci'])").fetchall()
    assert found == [(pytest.approx(2_800_207_430.1),)]


FULL_DISK = """
import resource, sys
from flowrisk import api, errors
dataset = api.open_dataset()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    dataset.export_duckdb(sys.argv[1], force=True)
except errors.QuestionError as error:
    print(error.problem)
"""


@pytest.mark.parametrize("room_bytes", [500_000, 20_000, 1])
def test_a_full_disk_leaves_the_old_file_and_no_other(room_bytes: int, tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    path.write_bytes(b"old")
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path), str(room_bytes)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert run.stdout == "The output cannot be written.\n", run.stderr
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["x.duckdb"]

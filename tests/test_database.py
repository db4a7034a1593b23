"""A database file for other tools: it answers without flowrisk, and is never half there."""

from __future__ import annotations

import shutil
import subprocess
import sys
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
        ("select outflow_usd from outflow('MSTR', ['msci'])", 2_799_957_464.244),
        ("select sum(shares) from holders('MSTR')", 15_208_253),
        ("select count(*) from marts.outflows", 46), ("select count(*) from raw.holdings", 97),
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


FULL_DISK = """
import resource, sys
from flowrisk import api, errors
dataset = api.open_dataset()
resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))
try:
    dataset.export_duckdb(sys.argv[1], force=True)
except errors.QuestionError as error:
    print(error.problem)
"""


def test_a_full_disk_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    path.write_bytes(b"old")
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert run.stdout == "The output cannot be written.\n", run.stderr
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["x.duckdb"]

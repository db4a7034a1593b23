"""The benchmarks run, each beside its peers, and tell what changed since the run before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from conftest import missing
from paths import ROOT


def benched(folder: Path, *arguments: str) -> tuple[str, str, list[dict[str, Any]]]:
    """Run benchmarks on small data once; return stdout, stderr and the rows kept."""
    kept = folder / "rows.json"
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks/run.py", "--quick", "--runs", "1", "--json", kept,
         *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), "BENCH_DATA": str(folder / "data")},
        cwd=folder, capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    return done.stdout, done.stderr, json.loads(kept.read_text("utf-8"))["rows"]


@pytest.mark.slow
def test_a_second_run_tells_the_change_and_finds_the_data_again(tmp_path: Path) -> None:
    first, _, rows = benched(tmp_path, "lake", "risk")
    made = {path: path.stat().st_mtime_ns for path in (tmp_path / "data").rglob("*.parquet")}
    assert {row["benchmark"] for row in rows} == {"lake", "risk"}
    assert "%)" not in first
    assert len(made) > 20
    second, _, again = benched(tmp_path, "lake")
    assert second.count("%)") == 3
    assert [row["what"] for row in again if row["benchmark"] == "risk"] == [
        row["what"] for row in rows if row["benchmark"] == "risk"
    ]
    assert made == {p: p.stat().st_mtime_ns for p in (tmp_path / "data").rglob("*.parquet")}
    peaks = [row["peak_mib"] for row in again if row["benchmark"] == "lake"]
    assert all(30 < peak < 2000 for peak in peaks)
    assert second.startswith("platform ")


def test_an_unknown_benchmark_is_refused(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        benched(tmp_path, "lakes")
    assert "no benchmark is called lakes" in refused.value.stderr


@pytest.mark.slow
def test_every_benchmark_runs_beside_its_peers(tmp_path: Path) -> None:
    for package in ("pysail", "pyspark"):
        if find_spec(package) is None:
            missing("spark", f"{package} is not installed")
    said, errors, rows = benched(tmp_path)
    names = [path.stem.removeprefix("bench_") for path in (ROOT / "benchmarks").glob("bench_*")]
    assert {row["benchmark"] for row in rows} == set(names)
    assert "was not measured" not in errors
    by_name = {row["what"]: row for row in rows}
    for row in rows:
        assert f"| {row['what']} |" in said
        if row["peer"] is not None:
            peer = by_name[row["peer"]]
            assert peer["benchmark"] == row["benchmark"]
            # one run each: the ratio is that of the two rows, which are rounded to milliseconds
            low, high = ((row["seconds"] + e) / (peer["seconds"] - e) for e in (-6e-4, 6e-4))
            assert peer["seconds"] < 2e-3 or low - 0.01 <= row["ratio"] <= high + 0.01

"""Every process finds the same tests: workers that differ in one name run none at all."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# a day later: whatever carries the clock into a name shows
COLLECT = """
import sys, time
now = time.time
time.time = lambda: now() + float(sys.argv[1])
import pytest
sys.exit(pytest.main(["--collect-only", "-n", "0", "-p", "no:cacheprovider"]))
"""


def collected(folder: Path, later_seconds: int, **environment: str) -> list[str]:
    """The names that a process of its own finds, in its order."""
    folder.mkdir()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-c", COLLECT, str(later_seconds)], cwd=ROOT, check=False, text=True,
        env={**inherited, "TMPDIR": str(folder), **environment}, capture_output=True,
        timeout=300, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    names = [line for line in done.stdout.splitlines() if "::" in line]
    assert len(names) > 1000
    return names


def test_names_do_not_know_the_clock_the_place_the_language_or_the_order_of_a_set(
    tmp_path: Path,
) -> None:
    here = collected(tmp_path / "here", 0, PYTHONHASHSEED="1", PYTHONUTF8="1")
    there = collected(
        tmp_path / "there é", 86_400, PYTHONHASHSEED="2", PYTHONUTF8="1",
        TZ="Asia/Kathmandu", LANG="tr_TR.UTF-8", LC_ALL="C.UTF-8", COLUMNS="40",
    )  # fmt: skip
    assert here == there
    assert len(set(here)) == len(here)

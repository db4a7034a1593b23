"""A program that uses flowrisk type-checks strictly, and its mistakes are found."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import missing
from paths import ROOT

CONSUMER = """
import datetime as dt
from typing import assert_type

import polars as pl

import flowrisk
from flowrisk import Paged, Result, RiskAnswer, ScenarioAnswer

dataset: flowrisk.Dataset = flowrisk.open_dataset()
result = dataset.scenario(providers=["msci", "all"], as_of=dt.date(2025, 11, 20), adv_window=20)
assert_type(result, flowrisk.ScenarioResult)
assert_type(result.answer, ScenarioAnswer)
assert_type(result.answer.as_of_on, dt.date)
assert_type(result.outflows, pl.DataFrame)
law = dataset.risk({"msci": 0.4}, providers="msci")
assert_type(law, Paged[RiskAnswer])
solved = dataset.calibrate({"msci": 2.8e9}, security="MSTR")
kept: Result[flowrisk.CalibrationAnswer] = solved
rows: pl.DataFrame = dataset.query("select $a as a", params={"a": [1, 2]}, isolated=True)
told: str = str(result) + repr(law) + dataset.query_plan("select 1")
"""
MISTAKES = (
    "dataset.scenario(provider='msci')",
    "dataset.scenario('msci')",
    "dataset.query(1)",
    "result.answer = None",
    "flowrisk.nothing()",
    "dataset.risk(probabilities=0.4)",
)


@pytest.mark.slow
def test_a_program_type_checks_and_its_mistakes_do_not(tmp_path: Path) -> None:
    if importlib.util.find_spec("mypy") is None:
        missing("mypy", "mypy is not installed: pip install -e '.[dev]'")
    assert (ROOT / "flowrisk/py.typed").exists()
    right = CONSUMER
    path = tmp_path / "consumer.py"
    path.write_text(right + "\n".join(MISTAKES) + "\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--no-pretty",
         "--config-file=", "--cache-dir", str(tmp_path / "cache"), str(path)],
        env={**os.environ, "MYPYPATH": str(ROOT)}, cwd=tmp_path, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    found = {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line}
    first = right.count("\n") + 1
    assert found == set(range(first, first + len(MISTAKES))), done.stdout

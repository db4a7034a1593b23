"""``flowrisk explain`` and ``flowrisk backtest`` as a user runs them."""

from __future__ import annotations

import json
import subprocess
import sys

from paths import ROOT


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flowrisk", *words],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip


def test_the_json_of_an_explanation_holds_formula_sql_rows_and_files() -> None:
    done = _run("explain", "MSTR", "--provider", "nasdaq", "--scenario", "all", "--format", "json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["steps"][-1]["unit"] == "USD"
    assert {"steps", "figure", "fund_outflows", "estimates", "models", "files"} <= set(answer)


def test_an_unknown_provider_is_a_question_error() -> None:
    done = _run("explain", "MSTR", "--provider", "mcsi", "--scenario", "all")
    assert (done.returncode, done.stdout) == (2, "")
    assert "nearest: msci" in done.stderr


def test_a_backtest_prints_its_cases_and_scores() -> None:
    done = _run("backtest", "--format", "csv")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1 + 10
    assert "RMSLE: 0.0784" in _run("backtest").stdout

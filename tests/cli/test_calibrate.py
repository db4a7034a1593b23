"""``flowrisk calibrate`` as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys

from paths import ROOT


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flowrisk", "calibrate", *words],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip


def test_the_json_holds_every_frame_and_the_figures_asked_about() -> None:
    done = _run("--target", "msci=2.8bn,all=8.8bn", "--security", "MSTR", "--format", "json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["assumptions"]["targets"]["value"] == {"msci": 2.8e9, "all": 8.8e9}
    assert [s["scenario_id"] for s in answer["scenarios"]] == ["msci", "all"]
    assert {r["reading"] for r in answer["readings"]} == {"total", "additional"}
    assert len(answer["targets"]) == 2


def test_a_bad_figure_is_a_question_error_with_nothing_on_stdout() -> None:
    done = _run("--target", "msci=lots", "--security", "MSTR")
    assert (done.returncode, done.stdout) == (2, "")
    assert "not a number" in done.stderr

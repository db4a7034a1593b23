"""``flowrisk risk`` as a user runs it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

Flowrisk = Callable[..., Any]

ODDS = "msci=.4,sp-dji=.2,nasdaq=.3,ftse-russell=.2,crsp=.25"


def test_the_table(flowrisk: Flowrisk) -> None:
    run = flowrisk("risk", "--probabilities", ODDS, "--securities", "MSTR")
    assert run.code == 0
    row = next(line.split() for line in run.out.splitlines() if line.startswith("MSTR"))
    assert row[:3] == ["MSTR", "$8.80bn", "$2.57bn"]
    assert flowrisk("risk", "--probabilities", ODDS.replace("=.", "=0.").replace("0.4", "40%"),
                    "--securities", "MSTR").out == run.out  # fmt: skip
    assert "P(none) 20.2 % · P(all) 0.1 %" in run.out
    assert run.err.startswith("warning: ")


def test_the_data_forms_carry_the_same_figures(flowrisk: Flowrisk, tmp_path: Path) -> None:
    words = ("risk", "--probabilities", ODDS, "-s", "MSTR", "--dependence", "copula", "--rho", ".5")
    path = tmp_path / "risk.csv"
    whole = json.loads(flowrisk(*words, "--format", "json", "-o", path).out)
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert [row["security_id"] for row in rows] == ["US5949724083", "basket"]
    assert [float(row["es95_usd"]) for row in rows] == [
        row["es95_usd"] for row in whole["distributions"]
    ]
    assert whole["assumptions"]["rho_ratio"] == {
        "value": 0.5, "unit": "correlation", "set_by": "--rho",
    }  # fmt: skip


def test_settings_of_the_environment_and_the_file(flowrisk: Flowrisk, tmp_path: Path) -> None:
    (tmp_path / "flowrisk.toml").write_text(
        'judged_by = "the file"\nprobabilities = {msci = 0.4, crsp = 0.25}\n', encoding="utf-8"
    )
    run = flowrisk("risk", "-p", "msci+crsp", "-s", "MSTR", "--format", "json", cwd=tmp_path,
                   env={"FLOWRISK_PROBABILITIES": "msci=.5,crsp=.5"})  # fmt: skip
    said = json.loads(run.out)["assumptions"]
    assert said["probabilities"] == {
        "value": {"msci": 0.5, "crsp": 0.5}, "unit": "ratio by provider_id",
        "set_by": "FLOWRISK_PROBABILITIES",
    }  # fmt: skip
    assert said["judged_by"]["set_by"] == "flowrisk.toml of the working folder"
    # what belongs to risk does not disturb the main job
    assert flowrisk("scenario", "-s", "MSTR", cwd=tmp_path).code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--probabilities crsp=…,ftse-russell=…"),
        (("--probabilities", "msci=.4"), "missing: crsp, ftse-russell, nasdaq, sp-dji"),
        (("--probabilities", ODDS.replace("msci", "mcsi")), "nearest: msci"),
        (("--probabilities", ODDS.replace(".4", "40%%")), "not a number"),
        (("--probabilities", ODDS, "--dependence", "copula", "--rho", "2"), "out of range"),
        (("--probabilities", ODDS, "--uncertainty", "price=.2", "--draws", "0"), "whole number"),
    ],
)
def test_a_refusal_leaves_stdout_empty(
    words: tuple[str, ...], said: str, flowrisk: Flowrisk
) -> None:
    run = flowrisk("risk", *words)
    assert (run.code, run.out) == (2, "")
    assert said in run.err
    assert "Traceback" not in run.err

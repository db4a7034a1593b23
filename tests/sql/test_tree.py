"""The tests mirror the models: a path is a name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from paths import ROOT

from flowrisk.dataset import sql_models

HERE = Path(__file__).parent


@pytest.mark.parametrize("layer", ["intermediate", "marts", "checks"])
def test_every_model_has_a_test_module_and_no_module_lacks_its_model(layer: str) -> None:
    modules = {path.stem.removeprefix("test_") for path in (HERE / layer).glob("test_*.py")}
    assert modules == {m.name for m in sql_models.models().values() if m.layer == layer}


def test_what_may_be_as_large_as_a_lake_is_never_copied() -> None:
    """A step that is read twice is kept in memory; so no model reads a step twice that is all
    holdings, or has a row each where every security is asked about."""
    models = sql_models.models()
    large = {"staging.holdings", "staging.holdings_stated", "intermediate.holdings_asked"}
    large |= {model.qualified_name for model in models.values() if model.is_of_asked}
    copied = {
        (model.qualified_name, origin)
        for model in models.values()
        for step, origin in re.findall(r"(\w+) as \(\s*select \* from ([a-z_.]+)\s*\)", model.sql)
        if origin in large and len(re.findall(rf"\b(?:from|join) {step}\b", model.sql)) > 1
    }
    # made where it is asked for: 'backtest --leave-one-out', over datasets with measured pairs
    assert copied == {("marts.tracker_pairs", "staging.holdings")}


@pytest.mark.slow
def test_every_check_has_a_bad_example(tmp_path: Path) -> None:
    """A check whose tests only ever find nothing may be one that can find nothing."""
    found = tmp_path / "found"
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider",
               str(HERE / "checks")]  # fmt: skip
    run = subprocess.run(
        command, env=os.environ | {"CHECKS_THAT_FOUND": str(found)}, cwd=ROOT, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-2_000:]
    checks = {model.name for model in sql_models.models().values() if model.layer == "checks"}
    assert set(found.read_text(encoding="utf-8").split()) == checks

"""The tests mirror the models: a path is a name."""

from __future__ import annotations

import os
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

"""The tests mirror the models: a path is a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowrisk.dataset import sql_models

HERE = Path(__file__).parent


@pytest.mark.parametrize("layer", ["intermediate", "marts", "checks"])
def test_every_model_has_a_test_module_and_no_module_lacks_its_model(layer: str) -> None:
    modules = {path.stem.removeprefix("test_") for path in (HERE / layer).glob("test_*.py")}
    assert modules == {m.name for m in sql_models.models().values() if m.layer == layer}

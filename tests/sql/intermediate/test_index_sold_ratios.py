"""What part of its position the trackers of an index sell under each treatment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from moved import FAMILY, MIGRATION

Answer = Callable[..., list[tuple[Any, ...]]]


@pytest.mark.parametrize(
    ("asked", "ratios"),
    [
        ({}, {"msci-world": 1.0, "rest": 1.0}),
        ({"treatment": "freeze"}, {"msci-world": 0.0, "rest": 0.0}),
        ({"treatment": "include"}, {"msci-world": 0.0, "rest": 0.0}),
        ({"treatment": "reweight", "reweight": "AAA.factor=0.5:0.75@2026-02-27"},
         {"msci-world": -0.5, "rest": -0.5}),
        ({"treatment": "msci-world=exclude"}, {"msci-world": 1.0, "rest": 0.0}),
        (MIGRATION, {"msci-world": 1.0, "rest": 1.0}),
    ],
)  # fmt: skip
def test_every_treatment_has_its_ratio(
    asked: dict[str, str], ratios: dict[str, float], answer: Answer
) -> None:
    rows = answer("index_id sold_ratio", {"providers": "msci", **asked}, **FAMILY)
    assert dict(rows) == pytest.approx(ratios)

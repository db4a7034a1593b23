"""Quantiles that cannot be are found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Facts = Callable[..., list[tuple[str, str]]]

PAIR = {"pair_id": "a > b", "size_class": "large", "pair_kind": "same-index", "members_count": 100,
        "q05_ratio": 0.9, "q25_ratio": 0.98, "q75_ratio": 1.02, "q95_ratio": 1.1}  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [{"q05_ratio": 0.99}, {"q25_ratio": 1.03}, {"q95_ratio": 1.01}, {"q05_ratio": 0.0},
     {"q05_ratio": float("nan")}, {"members_count": 0}, {"pair_kind": "cousins"},
     {"size_class": "middling"}],
)  # fmt: skip
def test_what_cannot_be(changes: dict[str, Any], facts: Facts) -> None:
    assert facts(pair_errors=[PAIR]) == []
    assert [subject for subject, _ in facts(pair_errors=[{**PAIR, **changes}])] == ["a > b"]

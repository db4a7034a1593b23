"""Weights that add up to more than 105 % are found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

Facts = Callable[..., list[tuple[str, str]]]


def weights(column: str, owner: str, values: list[float]) -> list[dict[str, Any]]:
    return [{column: owner, "security_id": f"s{i}", "weight_ratio": value}
            for i, value in enumerate(values)]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "column"), [("index_memberships", "index_id"), ("fund_weights", "fund_id")]
)
@pytest.mark.parametrize(("values", "count"), [([0.5, 0.5], 0), ([0.5, 0.55], 0), ([0.6, 0.6], 1)])
def test_sum_of_one_owner_and_day(
    table: str, column: str, values: list[float], count: int, facts: Facts
) -> None:
    # another day of the same owner is another sum
    rows = weights(column, "o", values)
    other = [{**row, "as_of_on": date(2025, 9, 30)} for row in weights(column, "o", [0.9])]
    got = facts(**{table: rows + other})
    assert [subject for subject, _ in got] == ["o"] * count

"""Percentages in the place of fractions are found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Facts = Callable[..., list[tuple[str, str]]]


ROWS = {
    "index_memberships": {"index_id": "i", "security_id": "s"},
    "tracking_ratios": {"provider_id": "p", "applies_to_id": "s"},
    "fund_weights": {"fund_id": "F1", "security_id": "s"},
}


@pytest.mark.parametrize(
    ("table", "column"),
    [("index_memberships", "weight_ratio"), ("index_memberships", "inclusion_factor"),
     ("tracking_ratios", "tracking_ratio"), ("fund_weights", "weight_ratio")],
)  # fmt: skip
@pytest.mark.parametrize(
    ("value", "count"), [(0.0, 0), (1.0, 0), (1.0001, 1), (5.0, 1), (-0.01, 1), (float("nan"), 1)]
)
def test_values_outside_0_to_1(
    table: str, column: str, value: float, count: int, facts: Facts
) -> None:
    got = facts(**{table: [{**ROWS[table], column: value}]})
    assert [subject for subject, _ in got] == [f"{table}.{column}"] * count

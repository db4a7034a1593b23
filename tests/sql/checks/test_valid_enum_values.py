"""Words outside the contract are found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import held

from flowrisk.dataset.contract import tables

Facts = Callable[..., list[tuple[str, str]]]

DAYS = [date(2025, 10, day) for day in range(1, 31)]


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [
        ("fund_reports", {"fund_id": "F1"}, "holdings_scope"),
        ("tracking_ratios", {"provider_id": "p"}, "denominator"),
        ("tracking_ratios", {"provider_id": "p"}, "applies_to"),
        ("tracking_ratios", {"provider_id": "p"}, "basis"),
        ("holdings", held("F1", 5), "basis"),
    ],
)
def test_unknown_words(table: str, row: dict[str, Any], column: str, facts: Facts) -> None:
    known = next(c.accepted for c in tables()[table].columns if c.name == column)
    rows = [{**row, column: word, "as_of_on": day} for word, day in zip(known, DAYS, strict=False)]
    assert facts(**{table: rows}) == []
    assert facts(**{table: [{**row, column: "guessed"}]}) == [(f"{table}.{column}", "has guessed")]

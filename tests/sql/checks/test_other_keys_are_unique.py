"""Rows that repeat a key are found in the tables beside the main job."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

Facts = Callable[..., list[tuple[str, str]]]

LATER = date(2025, 11, 3)


@pytest.mark.parametrize(
    ("table", "row", "other"),
    [
        ("fund_weights", {"fund_id": "F1", "security_id": "s"}, {"as_of_on": LATER}),
        ("fund_fund_holdings", {"fund_id": "F1", "held_name": "h"}, {"held_name": "g"}),
        ("manager_holdings", {"manager_id": "m", "security_id": "s"}, {"as_of_on": LATER}),
        ("security_identifiers", {"scheme": "isin", "value": "v"}, {"scheme": "figi"}),
        ("coin_prices", {"coin": "BTC"}, {"priced_on": LATER}),
        ("treasuries", {"issuer_id": "i", "coin": "BTC"}, {"coin": "ETH"}),
        ("published_estimates", {"estimate_id": "e"}, {"estimate_id": "f"}),
    ],
)
def test_repeated_keys(
    table: str, row: dict[str, Any], other: dict[str, Any], facts: Facts
) -> None:
    assert facts(**{table: [row, {**row, **other}]}) == []
    ((subject, fact),) = facts(**{table: [row, {**row, "source": "another"}]})
    assert subject == table
    assert fact.endswith("stands 2 times")

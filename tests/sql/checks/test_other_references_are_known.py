"""Rows beside the main job that name nothing the data has are counted by what they name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

Facts = Callable[..., list[tuple[str, str]]]
DAYS = (date(2025, 11, 18), date(2025, 11, 19))


@pytest.mark.parametrize(
    ("table", "rows", "fact"),
    [
        ("prices", [{"security_id": "nix", "priced_on": day} for day in DAYS], "nix in 2 rows"),
        ("splits", [{"security_id": "nix", "effective_on": DAYS[0], "split_ratio": 2.0}],
         "nix in 1 rows"),
        ("fund_net_assets",
         [{"fund_id": "nix", "as_of_on": DAYS[0], "net_assets_usd": 1.0}], "nix in 1 rows"),
        ("decisions", [{"decision_id": "d", "provider_id": "nix"}], "nix in 1 rows"),
    ],
)  # fmt: skip
def test_what_leads_nowhere_is_counted(
    table: str, rows: list[dict[str, Any]], fact: str, facts: Facts
) -> None:
    assert facts() == []
    assert (table, fact) in facts(**{table: rows})

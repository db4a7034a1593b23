"""Pools whose sizes or exposures cannot be are found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Facts = Callable[..., list[tuple[str, str]]]

POOL = {
    "pool_id": "p", "provider_id": "msci", "density_index_id": "msci-world",
    "amount_low_usd": 1e9, "amount_central_usd": 2e9, "amount_high_usd": 3e9,
    "exposure_low_ratio": 0.4, "exposure_central_ratio": 0.6, "exposure_high_ratio": 1.0,
}  # fmt: skip
SIZES = ("amount_low_usd", "amount_central_usd", "amount_high_usd")


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"amount_low_usd": 2.5e9}, "sizes out of order"),
        ({"amount_central_usd": 4e9}, "sizes out of order"),
        ({"exposure_low_ratio": 0.7}, "exposures out of order"),
        ({"exposure_high_ratio": 1.2}, "exposures outside 0 to 1"),
        ({"exposure_low_ratio": -0.1}, "exposures outside 0 to 1"),
        ({"exposure_low_ratio": float("nan")}, "exposures"),
        ({"amount_low_usd": -1.0}, "sizes negative"),
        ({"amount_high_usd": None}, "a size without both ends"),
        ({"exposure_central_ratio": None}, "a size without both ends"),
    ],
)
def test_what_cannot_be(changes: dict[str, Any], word: str, facts: Facts) -> None:
    assert facts(asset_pools=[POOL]) == []
    ((subject, fact),) = facts(asset_pools=[{**POOL, **changes}])
    assert subject == "p 2025-10-31"
    assert word in fact


def test_a_pool_of_unknown_size_is_no_fault(facts: Facts) -> None:
    assert facts(asset_pools=[{**POOL, **dict.fromkeys(SIZES)}]) == []

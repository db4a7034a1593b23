"""Pools that rest on an index of which nothing is known are named."""

from __future__ import annotations

from collections.abc import Callable

Facts = Callable[..., list[tuple[str, str]]]

POOL = {"pool_id": "p", "provider_id": "msci", "density_index_id": "msci-world"}


def test_a_density_needs_a_position_or_a_weight(facts: Facts) -> None:
    assert facts(asset_pools=[POOL]) == [("p", "density index msci-world")]
    assets = [{"fund_id": "F1", "net_assets_usd": 5e9}]
    assert facts(asset_pools=[POOL], fund_net_assets=assets) == []

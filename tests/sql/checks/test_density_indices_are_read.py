"""Pools that rest on an index of which nothing is known are named."""

from __future__ import annotations

from collections.abc import Callable

from rows import SECURITY

Facts = Callable[..., list[tuple[str, str]]]

INDICES = [{"index_id": name, "provider_id": "msci", "index_name": name}
           for name in ("msci-world", "msci-usa")]  # fmt: skip
POOL = {"pool_id": "p", "provider_id": "msci", "density_index_id": "msci-usa"}


def test_a_density_needs_a_report_or_a_weight(facts: Facts) -> None:
    # the only fund tracks MSCI World
    assert facts(indices=INDICES, asset_pools=[POOL]) == [("p", "density index msci-usa")]
    read = {**POOL, "density_index_id": "msci-world"}
    assert facts(indices=INDICES, asset_pools=[read]) == []
    member = {"index_id": "msci-usa", "security_id": SECURITY, "weight_ratio": 0.001}
    assert facts(indices=INDICES, asset_pools=[POOL], index_memberships=[member]) == []
    unweighed = {**member, "weight_ratio": None}
    assert facts(indices=INDICES, asset_pools=[POOL], index_memberships=[unweighed])

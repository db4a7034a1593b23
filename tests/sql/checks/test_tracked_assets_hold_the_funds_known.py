"""Tracked assets in the wrong unit are found beside the funds known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Facts = Callable[..., list[tuple[str, str]]]

ASSETS = [{"fund_id": "F1", "net_assets_usd": 5e9}]
INDEX = {"index_id": "msci-world", "provider_id": "msci", "index_name": "World"}
POOL = {"pool_id": "p", "provider_id": "msci", "density_index_id": "msci-world",
        "index_id": "msci-world", "has_known_funds": True}  # fmt: skip


@pytest.mark.parametrize(("amount_usd", "count"), [(20e9, 0), (20.0, 1), (20e3, 1)])
def test_twenty_instead_of_twenty_billion(amount_usd: float, count: int, facts: Facts) -> None:
    index = {**INDEX, "tracked_aum_usd": amount_usd}
    got = facts(indices=[index], fund_net_assets=ASSETS)
    assert [subject for subject, _ in got] == ["indices"] * count
    sizes = dict.fromkeys(("amount_low_usd", "amount_central_usd", "amount_high_usd"), amount_usd)
    got = facts(asset_pools=[{**POOL, **sizes}], fund_net_assets=ASSETS)
    assert [subject for subject, _ in got] == ["asset_pools"] * count


def test_a_pool_without_the_funds_may_be_small(facts: Facts) -> None:
    pool: dict[str, Any] = {**POOL, "has_known_funds": False, "amount_high_usd": 20.0}
    assert facts(asset_pools=[pool], fund_net_assets=ASSETS) == []

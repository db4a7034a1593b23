"""Tracked assets in the wrong unit are found beside the funds known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
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


@pytest.mark.parametrize(("amount_usd", "count"), [(20e6, 0), (0.0, 0), (20.0, 1), (None, 0)])
def test_a_pool_without_the_funds_may_be_small_and_not_in_another_unit(
    amount_usd: float | None, count: int, facts: Facts
) -> None:
    pool: dict[str, Any] = {**POOL, "has_known_funds": False, "amount_high_usd": amount_usd}
    got = facts(asset_pools=[pool], fund_net_assets=ASSETS)
    assert [subject for subject, _ in got] == ["asset_pools"] * count


def test_millions_of_a_provider_with_trillions_are_found(facts: Facts) -> None:
    # 4.5tn written in millions beside 5tn of the provider's funds
    pool = {**POOL, "has_known_funds": False, "amount_high_usd": 4.5e6}
    assets = [{"fund_id": "F1", "net_assets_usd": 5e12}]
    assert [subject for subject, _ in facts(asset_pools=[pool], fund_net_assets=assets)] == [
        "asset_pools"
    ]


@pytest.mark.parametrize(
    ("on", "net_assets_usd", "count"),
    [(date(2025, 10, 31), 65.0, 1), (date(2025, 10, 31), 1e9, 0), (date(2023, 1, 31), 65.0, 0)],
)
def test_net_assets_of_one_fund_are_of_one_unit(
    on: date, net_assets_usd: float, count: int, facts: Facts
) -> None:
    rows = [{"fund_id": "F1", "as_of_on": date(2025, 11, 20), "net_assets_usd": 5e9},
            {"fund_id": "F1", "as_of_on": on, "net_assets_usd": net_assets_usd}]  # fmt: skip
    got = [fact for subject, fact in facts(fund_net_assets=rows) if subject == "fund_net_assets"]
    assert len(got) == count

"""Net assets that the positions exceed are found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rows import held

Facts = Callable[..., list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("net_assets_usd", "is_found"),
    [(160_000.0, False), (152_500.0, False), (152_000.0, True), (160.0, True)],
)
def test_positions_worth_more_than_the_fund(
    net_assets_usd: float, *, is_found: bool, facts: Facts
) -> None:
    # 1,000 shares worth 160,000 dollars
    found = facts(
        holdings=[{**held("F1", 1_000.0), "market_value_usd": 160_000.0}],
        fund_net_assets=[{"fund_id": "F1", "net_assets_usd": net_assets_usd}],
    )
    assert [subject for subject, _ in found] == (["F1"] if is_found else [])

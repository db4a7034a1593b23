"""Weights that only a percentage would be are found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from rows import SECURITY

Facts = Callable[..., list[tuple[str, str]]]

DAY = date(2025, 11, 20)


@pytest.mark.parametrize(("weight", "count"), [(0.001, 0), (0.1, 1)])
def test_a_fund_cannot_hold_more_than_the_company_is_worth(
    weight: float, count: int, facts: Facts
) -> None:
    # the company is worth 16bn; 10 % of a fund of 1.9tn is 190bn
    row = {"fund_id": "F1", "as_of_on": DAY, "security_id": SECURITY, "weight_ratio": weight}
    assets = [{"fund_id": "F1", "as_of_on": DAY, "net_assets_usd": 1.9e12}]
    got = facts(fund_weights=[row], fund_net_assets=assets)
    assert [subject for subject, _ in got] == ["F1 2025-11-20 AAA"] * count


@pytest.mark.parametrize(
    ("weight", "cap", "count"), [(0.001, None, 0), (0.1, None, 1), (0.1, 0.25, 0)]
)
def test_an_index_weight_lies_near_its_part_of_the_index(
    weight: float, cap: float | None, count: int, facts: Facts
) -> None:
    # 16bn of an index of 16tn is 0.1 %; 0.1 % given as 0.1 is a hundred times that
    index = {"index_id": "msci-world", "provider_id": "msci", "index_name": "World",
             "index_market_cap_usd": 16e12, "cap_ratio": cap}  # fmt: skip
    member = {"index_id": "msci-world", "security_id": SECURITY, "weight_ratio": weight}
    got = facts(indices=[index], index_memberships=[member])
    assert [subject for subject, _ in got] == ["msci-world AAA"] * count


@pytest.mark.parametrize(("weight", "count"), [(0.0001, 0), (0.008, 1)])
def test_a_weight_lies_near_what_funds_of_the_index_hold(
    weight: float, count: int, facts: Facts
) -> None:
    # 1,000 shares at 160 dollars are 0.008 % of a fund of 2bn; 0.008 % given as 0.008 is not
    assets = [{"fund_id": "F1", "as_of_on": DAY, "net_assets_usd": 2e9}]
    member = {"index_id": "msci-world", "security_id": SECURITY, "weight_ratio": weight}
    got = facts(index_memberships=[member], fund_net_assets=assets)
    assert [subject for subject, _ in got] == ["msci-world AAA"] * count
    # the weight of another fund of the index; a fund's own position of another day may lie far off
    row = {"fund_id": "F2", "as_of_on": DAY, "security_id": SECURITY, "weight_ratio": weight}
    funds = [
        {"fund_id": each, "index_id": "msci-world", "fund_name": each} for each in ("F1", "F2")
    ]
    got = facts(funds=funds, fund_weights=[row], fund_net_assets=assets)
    assert [subject for subject, _ in got] == ["F2 2025-11-20 AAA"] * count

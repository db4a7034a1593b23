"""The own estimate part by part: its ends, what is conditional, and the cross-check."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import AS_OF, SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "level_id component_id low_shares central_shares high_shares"
DAY = date(2025, 11, 20)
WORLD = "msci-world"
FUND = {"fund_id": "F1", "fund_name": "Fund one", "index_id": WORLD}
HELD = {"fund_id": "F1", "as_of_on": DAY, "security_id": SECURITY, "shares": 1_000.0}
REPORT = {"fund_id": "F1", "as_of_on": DAY, "holdings_scope": "full"}
POOL = {
    "pool_id": "p", "as_of_on": DAY, "provider_id": "msci", "amount_low_usd": 4e9,
    "amount_central_usd": 5e9, "amount_high_usd": 6e9, "exposure_low_ratio": 0.4,
    "exposure_central_ratio": 0.6, "exposure_high_ratio": 0.8, "density_index_id": WORLD,
    "vehicle": "non_etf",
}  # fmt: skip


def _assets(fund_id: str, net_assets_usd: float, on: date = DAY) -> dict[str, Any]:
    return {"fund_id": fund_id, "as_of_on": on, "net_assets_usd": net_assets_usd}


def _tables(**changes: Any) -> dict[str, Any]:
    """One fund of 2bn that holds 1,000 shares, all of one day: 0.5 shares a million."""
    return {"funds": [FUND], "fund_reports": [REPORT], "holdings": [HELD],
            "fund_net_assets": [_assets("F1", 2e9)], **changes}  # fmt: skip


def test_the_ends_are_what_is_shared_and_what_is_of_one_fund_alone(answer: Answer) -> None:
    # L1: 10,000 less and more 312.5; rounded to nothing: 0 to 312.5, never below none
    weight = {"fund_id": "F2", "as_of_on": DAY, "security_id": SECURITY, "weight_ratio": 0.0016}
    tables = _tables(funds=[FUND, {**FUND, "fund_id": "F2"}],
                     fund_net_assets=[_assets("F1", 2e9), _assets("F2", 1e9)])  # fmt: skip
    rows = [answer(COLUMNS, **tables, fund_weights=[{**weight, "weight_ratio": ratio}])
            for ratio in (0.0016, 0.0)]  # fmt: skip
    assert [row for row in rows[0] if row[0] == "L0"] == [("L0", "F1", 1_000.0, 1_000.0, 1_000.0)]
    ends = [row[2:] for each in rows for row in each if row[0] == "L1"]
    assert ends[0] == pytest.approx((9_687.5, 10_000, 10_312.5))
    assert ends[1] == pytest.approx((0, 0, 312.5))


def test_without_a_membership_an_estimate_is_conditional(answer: Answer) -> None:
    crsp = {"index_id": "total", "provider_id": "crsp", "index_name": "Total"}
    rows = answer(
        "provider_id level_id is_conditional",
        **_tables(
            providers=[{"provider_id": "msci"}, {"provider_id": "crsp"}],
            indices=[{"index_id": WORLD, "provider_id": "msci", "index_name": "World"}, crsp],
            index_memberships=[],
            holdings=[HELD],
            asset_pools=[{**POOL, "provider_id": "crsp"}],
        ),
    )
    assert ("crsp", "L3", True) in rows
    assert ("msci", "L0", False) in rows


def test_x_is_a_part_of_what_index_heavy_managers_filed(answer: Answer) -> None:
    # 2,000 shares x 0.9 (0.7 to 1.2); filings of after the question and of others are left out
    filed = {"manager_id": "m", "as_of_on": date(2025, 9, 30), "security_id": SECURITY,
             "shares": 2_000.0, "is_index_heavy": True}  # fmt: skip
    others = [{**filed, "manager_id": "n", "is_index_heavy": False},
              {**filed, "manager_id": "o", "as_of_on": date(2025, 12, 31)}]  # fmt: skip
    rows = answer(COLUMNS, **_tables(manager_holdings=[filed, *others]))
    assert rows[-1] == ("X", "managers", pytest.approx(1_400), pytest.approx(1_800),
                        pytest.approx(2_400))  # fmt: skip


def test_published_figures_never_enter(answer: Answer) -> None:
    estimate = {"estimate_id": "e", "subject": SECURITY, "scope": "msci",
                "outflow_low_usd": 9e9, "outflow_high_usd": 9e9, "published_on": AS_OF}  # fmt: skip
    pools = [{**POOL, "has_known_funds": False}]
    assert answer(COLUMNS, **_tables(asset_pools=pools, published_estimates=[estimate])) == answer(
        COLUMNS, **_tables(asset_pools=pools)
    )

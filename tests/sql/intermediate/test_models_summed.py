"""The parts of the own estimate, summed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]

DAY = date(2025, 11, 20)
WORLD = "msci-world"
FUNDS = [{"fund_id": name, "fund_name": name, "index_id": WORLD} for name in ("F1", "F2", "F3")]


def _tables(**changes: Any) -> dict[str, Any]:
    """One fund that reports 1,000 shares, and two known by a weight of 0.16 % of 1bn."""
    weight = {"as_of_on": DAY, "security_id": SECURITY, "weight_ratio": 0.0016}
    return {
        "funds": FUNDS,
        "fund_reports": [{"fund_id": "F1", "as_of_on": DAY, "holdings_scope": "full"}],
        "holdings": [{"fund_id": "F1", "as_of_on": DAY, "security_id": SECURITY,
                      "shares": 1_000.0}],
        "fund_weights": [{**weight, "fund_id": name} for name in ("F2", "F3")],
        "fund_net_assets": [{"fund_id": name, "as_of_on": DAY, "net_assets_usd": usd}
                            for name, usd in (("F1", 2e9), ("F2", 1e9), ("F3", 1e9))],
        **changes,
    }  # fmt: skip


POOL = {
    "pool_id": "p", "as_of_on": DAY, "provider_id": "msci", "amount_low_usd": 4e9,
    "amount_central_usd": 5e9, "amount_high_usd": 6e9, "exposure_low_ratio": 0.4,
    "exposure_central_ratio": 0.6, "exposure_high_ratio": 0.8, "density_index_id": WORLD,
    "vehicle": "non_etf", "has_known_funds": False,
}  # fmt: skip


def test_errors_of_single_funds_add_as_a_root_of_squares(answer: Answer) -> None:
    # 1,000 + 2 x 10,000; each weight within 312.5: together within 312.5 x root 2 = 441.9
    ((low, central, high),) = answer("low_shares central_shares high_shares", **_tables())
    assert central == pytest.approx(21_000)
    assert (low, high) == pytest.approx((21_000 - 312.5 * 2**0.5, 21_000 + 312.5 * 2**0.5))


def test_what_parts_share_adds_as_it_stands(answer: Answer) -> None:
    # two pools of one density: 1,500 each, 800 to 2,400 each
    pools = [POOL, {**POOL, "pool_id": "q"}]
    tables = _tables(funds=FUNDS[:1], fund_weights=[], asset_pools=pools)
    got = answer("low_shares central_shares high_shares is_complete", **tables)
    assert got == [(pytest.approx(2_600), pytest.approx(4_000), pytest.approx(5_800), True)]


def test_without_a_pool_or_its_size_it_is_not_whole(answer: Answer) -> None:
    got = answer("is_complete missing_reason", **_tables())
    assert got == [(False, "no pool says what lies beyond the funds known")]
    sizes = dict.fromkeys(("amount_low_usd", "amount_central_usd", "amount_high_usd"))
    unsized = {**POOL, "pool_name": "Pension plans", "pool_id": "q", **sizes}
    got = answer("is_complete missing_reason", **_tables(asset_pools=[POOL, unsized]))
    assert got == [(False, "Pension plans: size of the pool unknown")]


def test_it_never_passes_the_float_and_says_so(answer: Answer) -> None:
    security = {"security_id": SECURITY, "ticker": "AAA", "shares_outstanding": 30_000.0,
                "float_shares": 21_200.0}  # fmt: skip
    got = answer("central_shares high_shares is_limited_by_float", **_tables(securities=[security]))
    assert got == [(pytest.approx(21_000), 21_200.0, True)]

"""Money times the shares that a dollar of the index holds: funds not covered, and pools."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "level_id component_id common_low_shares central_shares common_high_shares"
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


def test_l2_is_the_density_of_the_index_within_the_measured_band(answer: Answer) -> None:
    # 1bn x 0.5 a million = 500; the band of two pairs, each with its positions: 0.97 to 1.05
    pair = {"pair_kind": "same-index", "size_class": "small", "members_count": 100,
            "q05_ratio": 0.98, "q25_ratio": 1.0, "q75_ratio": 1.0, "q95_ratio": 1.02}  # fmt: skip
    pairs = [{**pair, "pair_id": "a"},
             {**pair, "pair_id": "b", "q05_ratio": 0.96, "q95_ratio": 1.08}]  # fmt: skip
    rows = answer(
        COLUMNS,
        **_tables(funds=[FUND, {**FUND, "fund_id": "F2"}], pair_errors=pairs,
                  fund_net_assets=[_assets("F1", 2e9), _assets("F2", 1e9)]),
    )  # fmt: skip
    # one share of 160 is 0.00008 of a million: a small position
    assert rows[0] == ("L2", "F2", pytest.approx(485), pytest.approx(500), pytest.approx(525))


def test_l2_of_a_fund_of_unknown_size_keeps_its_row_and_says_why(answer: Answer) -> None:
    rows = answer(f"{COLUMNS} missing_reason", **_tables(funds=[FUND, {**FUND, "fund_id": "F2"}]))
    assert rows[0] == ("L2", "F2", None, None, None, "net assets of the fund unknown")


def test_a_whole_report_that_omits_the_security_is_no_unread_fund(answer: Answer) -> None:
    reports = [REPORT, {**REPORT, "fund_id": "F2"}]
    rows = answer(
        COLUMNS,
        **_tables(funds=[FUND, {**FUND, "fund_id": "F2"}], fund_reports=reports,
                  fund_net_assets=[_assets("F1", 2e9), _assets("F2", 1e9)]),
    )  # fmt: skip
    assert rows == []


def test_l3_is_pool_times_exposure_times_density(answer: Answer) -> None:
    # 5bn x 0.6 x 0.5 a million = 1,500; 4 x 0.4: 800; 6 x 0.8: 2,400
    rows = answer(COLUMNS, **_tables(asset_pools=[{**POOL, "has_known_funds": False}]))
    assert rows[0] == ("L3", "p", pytest.approx(800), pytest.approx(1_500), pytest.approx(2_400))


def test_l3_leaves_the_funds_known_out_of_the_pool_they_are_in(answer: Answer) -> None:
    # 3bn of exposure less the 2bn fund: 1bn = 500; low 1.6bn less 2bn: nothing; high 2.8bn: 1,400
    rows = answer(COLUMNS, **_tables(asset_pools=[{**POOL, "has_known_funds": True}]))
    assert rows[0] == ("L3", "p", 0.0, pytest.approx(500), pytest.approx(1_400))


def test_a_pool_of_unknown_size_keeps_its_row_and_says_why(answer: Answer) -> None:
    sizes = dict.fromkeys(("amount_low_usd", "amount_central_usd", "amount_high_usd"))
    rows = answer(f"{COLUMNS} missing_reason", **_tables(asset_pools=[{**POOL, **sizes}]))
    assert rows[0] == ("L3", "p", None, None, None, "size of the pool unknown")


def test_a_pool_says_nothing_of_what_its_density_index_does_not_hold(answer: Answer) -> None:
    other = {"index_id": "small", "provider_id": "msci", "index_name": "Small"}
    rows = answer(
        COLUMNS,
        **_tables(
            indices=[{"index_id": WORLD, "provider_id": "msci", "index_name": "World"}, other],
            asset_pools=[{**POOL, "density_index_id": "small"}],
        ),
    )
    assert rows == []


def test_a_part_of_a_pool_counts_only_where_the_pool_does_not(answer: Answer) -> None:
    part = {**POOL, "pool_id": "q", "within_pool_id": "p"}
    rows = answer(COLUMNS, **_tables(asset_pools=[POOL, part]))
    assert [row[1] for row in rows] == ["p"]

"""The own estimate part by part, each level worked by hand."""

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


def test_l0_is_what_was_reported_without_an_error(answer: Answer) -> None:
    assert answer(COLUMNS, **_tables()) == [("L0", "F1", 1_000.0, 1_000.0, 1_000.0)]


def test_l0_that_was_derived_widens_with_its_age(answer: Answer) -> None:
    # 40 days before the question: 6.6 % x root(40 / 30.4375) = 7.566 %
    day = date(2025, 10, 11)
    derived = {**HELD, "as_of_on": day, "basis": "derived"}
    ((_, _, low, central, high),) = answer(
        COLUMNS,
        **_tables(holdings=[derived], fund_reports=[{**REPORT, "as_of_on": day}],
                  fund_net_assets=[_assets("F1", 2e9, day)]),
    )  # fmt: skip
    error = 0.066 * (40 / 30.4375) ** 0.5
    assert (low, central, high) == pytest.approx((1_000 * (1 - error), 1_000, 1_000 * (1 + error)))


def test_l1_is_a_weight_times_net_assets_within_its_digits(answer: Answer) -> None:
    # 0.16 % of 1bn / 160 = 10,000 shares; 0.155 to 0.165 %: 9,687.5 to 10,312.5
    weight = {"fund_id": "F2", "as_of_on": DAY, "security_id": SECURITY, "weight_ratio": 0.0016}
    rows = answer(
        COLUMNS,
        **_tables(funds=[FUND, {**FUND, "fund_id": "F2"}], fund_weights=[weight],
                  fund_net_assets=[_assets("F1", 2e9), _assets("F2", 1e9)]),
    )  # fmt: skip
    assert [row for row in rows if row[0] == "L1"] == [
        ("L1", "F2", pytest.approx(9_687.5), pytest.approx(10_000), pytest.approx(10_312.5))
    ]
    assert [row[:2] for row in rows] == [("L0", "F1"), ("L1", "F2")]


def test_l1_rounded_to_nothing_may_be_half_a_unit(answer: Answer) -> None:
    weight = {"fund_id": "F2", "as_of_on": DAY, "security_id": SECURITY, "weight_ratio": 0.0}
    rows = answer(
        COLUMNS,
        **_tables(funds=[FUND, {**FUND, "fund_id": "F2"}], fund_weights=[weight],
                  fund_net_assets=[_assets("F1", 2e9), _assets("F2", 1e9)]),
    )  # fmt: skip
    # 0.005 % of 1bn / 160 = 312.5
    assert rows[1] == ("L1", "F2", 0.0, 0.0, pytest.approx(312.5))


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
    assert rows[1] == ("L2", "F2", pytest.approx(485), pytest.approx(500), pytest.approx(525))


def test_l2_of_a_fund_of_unknown_size_keeps_its_row_and_says_why(answer: Answer) -> None:
    rows = answer(f"{COLUMNS} missing_reason", **_tables(funds=[FUND, {**FUND, "fund_id": "F2"}]))
    assert rows[1] == ("L2", "F2", None, None, None, "net assets of the fund unknown")


def test_a_whole_report_that_omits_the_security_is_no_unread_fund(answer: Answer) -> None:
    reports = [REPORT, {**REPORT, "fund_id": "F2"}]
    rows = answer(
        COLUMNS,
        **_tables(funds=[FUND, {**FUND, "fund_id": "F2"}], fund_reports=reports,
                  fund_net_assets=[_assets("F1", 2e9), _assets("F2", 1e9)]),
    )  # fmt: skip
    assert [row[:2] for row in rows] == [("L0", "F1")]


def test_l3_is_pool_times_exposure_times_density(answer: Answer) -> None:
    # 5bn x 0.6 x 0.5 a million = 1,500; 4 x 0.4: 800; 6 x 0.8: 2,400
    rows = answer(COLUMNS, **_tables(asset_pools=[{**POOL, "has_known_funds": False}]))
    assert rows[1] == ("L3", "p", pytest.approx(800), pytest.approx(1_500), pytest.approx(2_400))


def test_l3_leaves_the_funds_known_out_of_the_pool_they_are_in(answer: Answer) -> None:
    # 3bn of exposure less the 2bn fund: 1bn = 500; low 1.6bn less 2bn: nothing; high 2.8bn: 1,400
    rows = answer(COLUMNS, **_tables(asset_pools=[{**POOL, "has_known_funds": True}]))
    assert rows[1] == ("L3", "p", 0.0, pytest.approx(500), pytest.approx(1_400))


def test_a_pool_of_unknown_size_keeps_its_row_and_says_why(answer: Answer) -> None:
    sizes = dict.fromkeys(("amount_low_usd", "amount_central_usd", "amount_high_usd"))
    rows = answer(f"{COLUMNS} missing_reason", **_tables(asset_pools=[{**POOL, **sizes}]))
    assert rows[1] == ("L3", "p", None, None, None, "size of the pool unknown")


def test_a_pool_says_nothing_of_what_its_density_index_does_not_hold(answer: Answer) -> None:
    other = {"index_id": "small", "provider_id": "msci", "index_name": "Small"}
    rows = answer(
        COLUMNS,
        **_tables(
            indices=[{"index_id": WORLD, "provider_id": "msci", "index_name": "World"}, other],
            asset_pools=[{**POOL, "density_index_id": "small"}],
        ),
    )
    assert [row[0] for row in rows] == ["L0"]


def test_a_part_of_a_pool_counts_only_where_the_pool_does_not(answer: Answer) -> None:
    part = {**POOL, "pool_id": "q", "within_pool_id": "p"}
    rows = answer(COLUMNS, **_tables(asset_pools=[POOL, part]))
    assert [row[1] for row in rows] == ["F1", "p"]


def test_the_newest_size_by_the_question_counts(answer: Answer) -> None:
    older = {**POOL, "as_of_on": date(2025, 6, 30), "amount_central_usd": 4.5e9}
    later = {**POOL, "as_of_on": date(2025, 12, 31), "amount_central_usd": 5.5e9}
    rows = answer(COLUMNS, **_tables(asset_pools=[older, POOL, later]))
    assert rows[1][3] == pytest.approx(1_500)


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

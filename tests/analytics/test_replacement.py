"""Replacement buying and active money through the whole question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rows import AS_OF, SECURITY, held

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowrisk.api import Dataset, ScenarioResult


def _ask(
    make: Callable[..., Dataset],
    weights: dict[str, float],
    index: dict[str, Any],
    shares: float,
    **question: Any,
) -> ScenarioResult:
    """One index, SECURITY leaves it; the funds read hold ``shares`` at 160 dollars."""
    data = make(
        indices=[{"index_id": "msci-world", "provider_id": "msci", **index}],
        index_memberships=[{"index_id": "msci-world", "security_id": s, "weight_ratio": w}
                           for s, w in weights.items()],
        holdings=[held("F1", shares)],
    )  # fmt: skip
    return data.scenario(providers="msci", as_of=AS_OF, **question)


def _bought(found: ScenarioResult) -> dict[str, float]:
    return dict(found.replacement_buying.select("security_id", "bought_usd").rows())


def test_the_others_buy_pro_rata_as_worked(make_dataset: Callable[..., Dataset]) -> None:
    # F 2.8bn, w_s 0.06 %, w_j 6.5 %: 182.11 m
    weights = {SECURITY: 0.0006, "BIG": 0.065, "REST": 0.9344}
    bought = _bought(_ask(make_dataset, weights, {"member_count_is_fixed": False}, 17.5e6))
    assert bought["BIG"] == pytest.approx(182.11e6, rel=1e-4)
    assert sum(bought.values()) == pytest.approx(2.8e9)


def test_under_a_cap_only_uncapped_names_buy(make_dataset: Callable[..., Dataset]) -> None:
    # weights 25/25/20/13.33/10.67/9.33... of base 40/20/15/10/8/7 capped at 25 %: the fourth leaves
    weights = {"A": 0.25, "B": 0.25, "C": 0.1875, SECURITY: 0.125, "E": 0.10, "F": 0.0875}
    bought = _bought(_ask(make_dataset, weights, {"cap_ratio": 0.25}, 125.0))
    # of 160,000 tracked: changes 0, 0, +.0625, +.033333, +.029167
    assert bought == pytest.approx(
        {"A": 0.0, "B": 0.0, "C": 10_000.0, "E": 5_333.33, "F": 4_666.67}, rel=1e-4, abs=1e-6
    )


def test_an_unknown_entrant_leaves_the_money_unallocated(
    make_dataset: Callable[..., Dataset],
) -> None:
    weights = {SECURITY: 0.1, "REST": 0.9}
    found = _ask(make_dataset, weights, {"member_count_is_fixed": True}, 100.0)
    rows = {row["security_id"]: row for row in found.replacement_buying.rows(named=True)}
    assert rows["unallocated"]["bought_usd"] == 16_000.0
    assert rows["REST"]["bought_usd"] is None


@pytest.mark.parametrize(
    ("weights", "index", "reason"),
    [
        ({SECURITY: 0.1, "REST": 0.5}, {"member_count_is_fixed": False}, "weights of the members"),
        ({SECURITY: 0.1, "REST": 0.9}, {}, "number of members is fixed"),
        ({SECURITY: 1.0}, {"member_count_is_fixed": False}, "no member stays"),
        ({SECURITY: 0.5, "REST": 0.5}, {"cap_ratio": 0.5}, "under its cap"),
    ],
)
def test_what_cannot_be_placed_is_unallocated_with_its_reason(
    make_dataset: Callable[..., Dataset],
    weights: dict[str, float],
    index: dict[str, Any],
    reason: str,
) -> None:
    (row,) = _ask(make_dataset, weights, index, 100.0).replacement_buying.rows(named=True)
    assert (row["security_id"], row["bought_usd"]) == ("unallocated", 16_000.0)
    assert reason in row["reason"]


def test_the_sum_is_the_outflow_of_the_basket(sample_result: ScenarioResult) -> None:
    for scenario_id, outflow_usd in sample_result.scenario_totals.select(
        "scenario_id", "outflow_usd"
    ).rows():
        bought = sample_result.replacement_buying.filter(scenario_id=scenario_id)
        assert bought["bought_usd"].sum() == pytest.approx(outflow_usd)


def test_active_money_is_its_own_line(make_dataset: Callable[..., Dataset]) -> None:
    # 1bn x 10 % x 0 / 0.15 / 0.5
    weights = {SECURITY: 0.1, "REST": 0.9}
    index = {"member_count_is_fixed": False}
    found = _ask(make_dataset, weights, index, 100.0, active_aum={"msci": 1e9})
    (row,) = found.active_pass_through.rows(named=True)
    assert (row["low_usd"], row["central_usd"], row["high_usd"]) == pytest.approx((0, 15e6, 50e6))
    assert found.outflows["outflow_usd"].to_list() == [16_000.0]
    (without,) = _ask(make_dataset, weights, index, 100.0).active_pass_through.rows(named=True)
    assert without["central_usd"] is None
    assert "no active assets" in without["reason"]


def test_a_whole_fund_of_the_user_s_places_the_buying(make_dataset: Callable[..., Dataset]) -> None:
    """By hand: the fund holds 160, 540 and 300 dollars; its proceeds of 160 buy 540/840 and 300/840
    of them: 102.86 and 57.14."""
    values = {SECURITY: 160.0, "BIG": 540.0, "SMALL": 300.0}
    data = make_dataset(
        indices=[{"index_id": "msci-world", "provider_id": "msci",
                  "member_count_is_fixed": False}],
        index_memberships=[{"index_id": "msci-world", "security_id": SECURITY}],
        fund_net_assets=[{"fund_id": "F1", "net_assets_usd": 1_010.0}],
        holdings=[{**held("F1", 1.0, security_id=s), "market_value_usd": usd}
                  for s, usd in values.items()],
    )  # fmt: skip
    found = data.scenario(providers="msci", as_of=AS_OF, method="observed")
    bought = _bought(found)
    assert bought["BIG"] == pytest.approx(160 * 540 / 840)
    assert bought["SMALL"] == pytest.approx(160 * 300 / 840)
    rows = found.replacement_buying.rows(named=True)
    assert {row["weights_fund_name"] for row in rows} == {"Fund one"}
    assert "derived from the report of Fund one of 31 Oct 2025" in found.render("html").decode()

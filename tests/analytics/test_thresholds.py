from __future__ import annotations

import math
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paths import WORKED

from flowrisk.analytics.thresholds import (
    breach_probability,
    break_even_price_usd,
    buffered_membership,
    differs_from_units,
    digital_asset_ratio,
    enterprise_mnav_ratio,
    is_at_or_above,
    price_sensitivity,
    repriced_ratio,
    simple_mnav_ratio,
    touching_probability,
)
from flowrisk.errors import QuestionError

ANSWERS: dict[str, Any] = tomllib.loads((WORKED / "thresholds.toml").read_text(encoding="utf-8"))
COMPANY = ANSWERS["company"]
COINS_USD = COMPANY["units"] * COMPANY["coin_price_usd"]
TOTAL_USD = COINS_USD + COMPANY["other_assets_usd"]


@pytest.mark.parametrize("answer", ANSWERS["reported"], ids=lambda answer: answer["name"])
def test_reported_ratios(answer: dict[str, Any]) -> None:
    ratio = digital_asset_ratio(answer["digital"], answer["total"])
    assert ratio == pytest.approx(answer["ratio"], abs=5e-4)
    assert is_at_or_above(ratio) is answer["is_at_or_above"]


def test_ratio_and_break_even_price_by_hand() -> None:
    assert digital_asset_ratio(COINS_USD, TOTAL_USD) == pytest.approx(COMPANY["ratio"], abs=5e-7)
    price_usd = break_even_price_usd(COMPANY["other_assets_usd"], COMPANY["units"])
    assert price_usd == pytest.approx(COMPANY["break_even_price_usd"])


@pytest.mark.parametrize("unmoved_usd", [0.0, 150.0, 899.0, 901.0])
def test_what_the_price_does_not_move_counts_at_its_own_price(unmoved_usd: float) -> None:
    """1,000 digital and 900 other: at half, 900 less what stays is left to the coin."""
    price_usd = break_even_price_usd(900.0, (1_000 - unmoved_usd) / 10, 0.5, unmoved_usd)
    if unmoved_usd > 900:
        assert price_usd is None
        return
    assert price_usd == pytest.approx((900 - unmoved_usd) / (1_000 - unmoved_usd) * 10)
    assert repriced_ratio(1_000, 1_900, price_usd / 10, unmoved_usd) == pytest.approx(0.5)


@given(st.floats(0.05, 0.95), st.floats(1e6, 1e12), st.floats(1, 1e6))
def test_at_the_break_even_price_the_ratio_is_the_threshold(
    threshold: float, other_usd: float, units: float
) -> None:
    price_usd = break_even_price_usd(other_usd, units, threshold)
    assert price_usd is not None
    coins_usd = units * price_usd
    assert digital_asset_ratio(coins_usd, coins_usd + other_usd) == pytest.approx(threshold)


def test_the_threshold_is_inclusive() -> None:
    assert is_at_or_above(0.5) is True
    assert is_at_or_above(0.4999999) is False
    assert is_at_or_above(None) is None


@pytest.mark.parametrize(
    ("digital", "total"), [(None, 1.0), (1.0, None), (1.0, 0.0), (2.0, 1.0), (-1.0, 1.0)]
)
def test_unknown_or_contradicting_assets_are_not_assessed(
    digital: float | None, total: float | None
) -> None:
    assert digital_asset_ratio(digital, total) is None
    assert repriced_ratio(digital, total, 1.1) is None
    assert price_sensitivity(digital_asset_ratio(digital, total)) is None


@pytest.mark.parametrize(("price", "expected"), ANSWERS["price_basis"]["ratios"].items())
def test_both_price_bases_by_hand(price: str, expected: float) -> None:
    basis = ANSWERS["price_basis"]
    coins_usd = basis["units"] * 100_000.0
    total_usd = coins_usd + basis["other_assets_usd"]
    found = repriced_ratio(coins_usd, total_usd, float(price) / 100_000)
    assert found == pytest.approx(expected, abs=5e-5)


def test_sensitivity_is_the_slope_of_repricing() -> None:
    step = 1e-5
    up, down = (repriced_ratio(COINS_USD, TOTAL_USD, math.exp(s)) for s in (step, -step))
    assert up is not None
    assert down is not None
    ratio = digital_asset_ratio(COINS_USD, TOTAL_USD)
    assert price_sensitivity(ratio) == pytest.approx((up - down) / (2 * step), rel=1e-6)


def test_reported_value_is_compared_with_units() -> None:
    assert differs_from_units(100.0, 1.0, 97.9) is True
    assert differs_from_units(100.0, 1.0, 102.0) is False
    assert differs_from_units(100.0, None, 98.0) is None


def test_breach_at_the_review_and_on_any_day() -> None:
    answer = ANSWERS["breach"]
    ask = {name: answer[name] for name in ("volatility_ratio", "years")}
    price, barrier = answer["coin_price_usd"], answer["barrier_usd"]
    assert breach_probability(price, barrier, **ask) == pytest.approx(answer["end"], abs=5e-6)
    assert touching_probability(price, barrier, **ask) == pytest.approx(answer["touch"], abs=5e-6)


def test_touching_without_drift_of_the_logarithm_doubles_the_end() -> None:
    ask = {"volatility_ratio": 0.4, "years": 1.0, "drift_ratio": 0.08}
    up = breach_probability(100, 130, **ask)
    assert touching_probability(100, 130, **ask) == pytest.approx(2 * up)
    down = 1 - breach_probability(100, 80, **ask)
    assert touching_probability(100, 80, **ask) == pytest.approx(2 * down)


@pytest.mark.parametrize(("barrier", "expected"), ANSWERS["touch_with_drift"].items())
def test_drift_helps_to_touch_above_and_hinders_below(barrier: str, expected: float) -> None:
    found = touching_probability(
        100, float(barrier), volatility_ratio=0.4, years=1.0, drift_ratio=0.2
    )
    assert found == pytest.approx(expected, abs=1e-6)


@given(
    st.floats(10, 1000),
    st.floats(10, 1000),
    st.floats(0.05, 2),
    st.floats(0.05, 5),
    st.floats(-1, 1),
)
def test_touching_is_never_rarer_than_being_past_at_the_end(
    price: float, barrier: float, volatility: float, years: float, drift: float
) -> None:
    ask = {"volatility_ratio": volatility, "years": years, "drift_ratio": drift}
    above = breach_probability(price, barrier, **ask)
    past = above if barrier >= price else 1 - above
    assert past - 1e-12 <= touching_probability(price, barrier, **ask) <= 1


@pytest.mark.parametrize("name", ["coin_price_usd", "barrier_usd", "volatility_ratio", "years"])
def test_breach_needs_inputs_above_zero(name: str) -> None:
    ask = {"coin_price_usd": 1.0, "barrier_usd": 1.0, "volatility_ratio": 1.0, "years": 1.0}
    with pytest.raises(QuestionError, match="must lie above 0"):
        breach_probability(**(ask | {name: 0.0}))


def test_a_buffer_waits_before_it_lets_go() -> None:
    ratios = [0.45, 0.5, 0.44, 0.41, 0.44, None, 0.43, 0.47]
    found = buffered_membership(ratios, enter_ratio=0.5, leave_ratio=0.45, reviews_count=3)
    assert found == [False, True, True, True, False, False, False, False]
    unbroken = buffered_membership(
        [0.44, None, 0.44, 0.46, 0.44],
        enter_ratio=0.5,
        leave_ratio=0.45,
        reviews_count=2,
        is_above=True,
    )
    assert unbroken == [True, True, False, False, False]


def test_a_review_between_the_lines_starts_the_count_again() -> None:
    found = buffered_membership(
        [0.44, 0.46, 0.44, 0.44], enter_ratio=0.5, leave_ratio=0.45, reviews_count=2, is_above=True
    )
    assert found == [True, True, True, False]


@pytest.mark.parametrize(("leave", "count"), [(0.6, 1), (0.4, 0)])
def test_a_buffer_that_cannot_work_is_refused(leave: float, count: int) -> None:
    with pytest.raises(QuestionError, match="buffer"):
        buffered_membership([0.5], enter_ratio=0.5, leave_ratio=leave, reviews_count=count)


@pytest.mark.parametrize("threshold", [0.0, 1.0, 50.0])
def test_a_threshold_in_percent_is_refused(threshold: float) -> None:
    with pytest.raises(QuestionError, match="threshold"):
        break_even_price_usd(1.0, 1.0, threshold)


def test_mnav_simple_and_of_the_enterprise() -> None:
    assert simple_mnav_ratio(60e9, 50e9) == pytest.approx(1.2)
    parts = {"debt_usd": 8e9, "preferred_usd": 7e9, "cash_usd": 5e9}
    assert enterprise_mnav_ratio(60e9, 50e9, **parts) == pytest.approx(1.4)
    assert enterprise_mnav_ratio(60e9, 50e9, **(parts | {"debt_usd": None})) is None
    assert simple_mnav_ratio(60e9, 0.0) is None

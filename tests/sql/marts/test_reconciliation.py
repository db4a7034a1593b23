"""marts.reconciliation over a few rows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowrisk.dataset.warehouse import Warehouse

DAY = dt.date(2025, 11, 20)
SECURITY = "US0000000001"


def _estimate(**changes: Any) -> dict[str, Any]:
    return {
        "estimate_id": "e1", "estimator": "A bank", "published_on": DAY, "scope": "msci",
        "subject": SECURITY, "outflow_low_usd": 200_000.0, "outflow_high_usd": 200_000.0,
        "reading": "na", "wording": "words", **changes,
    }  # fmt: skip


def _only(question: Callable[..., Warehouse], **changes: Any) -> dict[str, Any]:
    store = question(published_estimates=[_estimate(**changes)])
    (row,) = store.frame("marts.reconciliation").rows(named=True)
    return row


def test_what_goes_beyond_the_funds_read_is_coverage(question: Callable[..., Warehouse]) -> None:
    # 1,000 shares at 160 were read, nothing is estimated: 40,000 of 200,000 is coverage
    row = _only(question)
    assert (row["outflow_usd"], row["gap_usd"]) == (160_000, 40_000)
    assert (row["coverage_gap_usd"], row["rest_usd"]) == (40_000, 0)
    assert row["our_position"] == "below"


def test_a_figure_below_what_was_read_is_a_rest_and_no_coverage(
    question: Callable[..., Warehouse],
) -> None:
    row = _only(question, outflow_low_usd=100_000.0, outflow_high_usd=100_000.0)
    assert (row["coverage_gap_usd"], row["rest_usd"]) == (0, -60_000)
    assert row["our_position"] == "above"


def test_the_price_of_a_market_value_goes_before_the_close(
    question: Callable[..., Warehouse],
) -> None:
    # 20bn / 100 m shares = 200: ours is 200,000, of which 40,000 is the price
    valued = {"assumed_market_cap_usd": 20e9, "market_cap_counts": "listed_class"}
    prices = [{"security_id": SECURITY, "priced_on": DAY - dt.timedelta(days=days),
               "close_usd": close} for days, close in ((0, 160.0), (1, 200.0))]  # fmt: skip
    store = question(published_estimates=[_estimate(**valued)], prices=prices)
    (row,) = store.frame("marts.reconciliation").rows(named=True)
    assert row["own_close_usd"] == 200
    assert (row["price_gap_usd"], row["coverage_gap_usd"]) == (40_000, 0)


def test_one_bound_is_a_bound(question: Callable[..., Warehouse]) -> None:
    assert _only(question, outflow_high_usd=None)["published_usd"] == 200_000
    at_least = _only(question, outflow_low_usd=100_000.0, outflow_high_usd=None)
    assert at_least["our_position"] == "within"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"outflow_low_usd": None, "outflow_high_usd": None}, "no outflow in dollars"),
        ({"subject": "basket: 39 companies"}, "basket"),
        ({"scope": "topix"}, "no provider and no index"),
        ({"published_on": None}, "no close of its day"),
        # 20bn over 100 m shares gives 200 dollars on a day that closed at 160
        (
            {"assumed_market_cap_usd": 20e9, "market_cap_counts": "listed_class"},
            "no price within 2 % of a close",
        ),
        ({"published_on": dt.date(2024, 1, 2)}, "no close of its day"),
    ],
)
def test_what_cannot_be_compared_says_why(
    question: Callable[..., Warehouse], changes: dict[str, Any], reason: str
) -> None:
    row = _only(question, **changes)
    assert reason in row["not_compared_reason"]
    assert row["gap_usd"] is None
    assert row["our_position"] is None


def test_a_ratio_set_by_hand_to_the_figure_is_marked(question: Callable[..., Warehouse]) -> None:
    ratio = {"provider_id": "msci", "applies_to_id": SECURITY, "as_of_on": DAY,
             "applies_to": "security", "denominator": "shares_outstanding"}  # fmt: skip
    found = {}
    for basis in ("calibrated", "reported"):
        store = question(
            published_estimates=[_estimate(outflow_low_usd=16e6, outflow_high_usd=16e6)],
            tracking_ratios=[{**ratio, "tracking_ratio": 0.001, "basis": basis}],
        )
        (row,) = store.frame("marts.reconciliation").rows(named=True)
        found[basis] = row["is_calibration_input"]
        assert row["rest_usd"] == pytest.approx(0, abs=1e-6)
    assert found == {"calibrated": True, "reported": False}


def test_an_index_counts_its_own_funds(question: Callable[..., Warehouse]) -> None:
    assert _only(question, scope="msci-world")["outflow_shares"] == 1_000


def test_the_others_are_all_but_msci(question: Callable[..., Warehouse]) -> None:
    row = _only(question, scope="others")
    assert row["not_compared_reason"] is not None


def test_a_figure_a_ratio_was_set_to_stays_marked_when_shares_are_issued(
    question: Callable[..., Warehouse],
) -> None:
    # set on 100 m shares: 0.001 x 100 m x 160 = 16 m; later counts do not make it independent
    ratio = {"provider_id": "msci", "applies_to_id": SECURITY, "as_of_on": DAY,
             "applies_to": "security", "denominator": "shares_outstanding",
             "tracking_ratio": 0.001, "basis": "calibrated"}  # fmt: skip
    issued = DAY + dt.timedelta(days=30)
    store = question(
        {"as_of": issued + dt.timedelta(days=1)},
        published_estimates=[_estimate(outflow_low_usd=16e6, outflow_high_usd=16e6)],
        tracking_ratios=[ratio],
        share_counts=[{"security_id": SECURITY, "as_of_on": issued, "shares": 125e6}],
    )
    (row,) = store.frame("marts.reconciliation").rows(named=True)
    assert row["outflow_shares"] == 125_000
    assert row["is_calibration_input"] is True

"""Per provider: the estimate chosen, and never less than what was observed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rows import AS_OF, SECURITY, held, near

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "method outflow_shares observed_shares tracked_aum_shares tracking_ratio_shares"


def tables(
    *, observed: float = 1_000, phi: float | None = None, aum_usd: float | None = None
) -> dict[str, Any]:
    """One fund of $10,000,000; weight 1 %, price 100: it would replicate at 1,000 shares."""
    ratio = {"provider_id": "msci", "applies_to_id": SECURITY, "applies_to": "security",
             "tracking_ratio": phi, "denominator": "shares_outstanding"}  # fmt: skip
    return {
        "indices": [{"index_id": "msci-world", "provider_id": "msci", "tracked_aum_usd": aum_usd,
                     "tracked_aum_on": AS_OF}],
        "index_memberships": [{"index_id": "msci-world", "security_id": SECURITY,
                               "as_of_on": AS_OF, "weight_ratio": 0.01}],
        "prices": [{"security_id": SECURITY, "priced_on": AS_OF, "close_usd": 100.0}],
        "holdings": [held("F1", observed)],
        "fund_net_assets": [{"fund_id": "F1", "net_assets_usd": 10_000_000.0}],
        "tracking_ratios": [] if phi is None else [ratio],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("method", "given", "expected"),
    [
        # φ of 100,000,000 shares outstanding; uncovered $20m at 1 % and 100 = 2,000 more shares
        ("auto", {"phi": 0.0001, "aum_usd": 3e7}, ("tracking-ratio", 1e4, 1e3, 3e3, 1e4)),
        ("auto", {"aum_usd": 3e7}, ("model", 3e3, 1e3, 3e3, None)),
        ("model", {"phi": 0.0001, "aum_usd": 3e7}, ("model", 3e3, 1e3, 3e3, 1e4)),
        ("model", {"phi": 0.0001}, ("observed", 1e3, 1e3, None, 1e4)),
        ("auto", {}, ("observed", 1e3, 1e3, None, None)),
        ("observed", {"phi": 0.0001, "aum_usd": 3e7}, ("observed", 1e3, 1e3, 3e3, 1e4)),
        ("tracked-aum", {"phi": 0.0001, "aum_usd": 3e7}, ("tracked-aum", 3e3, 1e3, 3e3, 1e4)),
        ("tracking-ratio", {"aum_usd": 3e7}, ("observed", 1e3, 1e3, 3e3, None)),
        # an estimate below what was seen is not believed, nor replaced by another estimate
        ("auto", {"phi": 0.000005, "aum_usd": 3e7}, ("observed", 1e3, 1e3, 3e3, 500.0)),
        ("tracking-ratio", {"phi": 0.000005}, ("observed", 1e3, 1e3, None, 500.0)),
    ],
)
def test_outflow_is_the_larger_of_observed_and_the_estimate_chosen(
    method: str, given: dict[str, float], expected: tuple[Any, ...], answer: Answer
) -> None:
    got = answer(COLUMNS, {"method": method}, **tables(**given))
    assert got == [near(expected)]


def test_no_membership_and_nothing_observed_is_unknown_and_never_zero(answer: Answer) -> None:
    got = answer(f"{COLUMNS} bound", index_memberships=[], holdings=[])
    assert got == [("membership-unknown", None, 0.0, None, None, "unknown")]


def test_observed_is_unknown_too_where_no_fund_of_the_provider_was_read(answer: Answer) -> None:
    got = answer("outflow_shares observed_shares bound", holdings=[], fund_reports=[])
    assert got == [(None, None, "unknown")]


@pytest.mark.parametrize(
    ("basis", "bound"),
    [("calibrated", "calibrated"), ("illustrative", "calibrated"), ("reported", "estimate")],
)
def test_a_ratio_set_to_a_published_figure_is_said_to_be(
    basis: str, bound: str, answer: Answer
) -> None:
    given = tables(phi=0.0001)
    given["tracking_ratios"][0]["basis"] = basis
    assert answer("bound", **given) == [(bound,)]


def test_what_was_seen_alone_is_at_least(answer: Answer) -> None:
    assert answer("method bound") == [("observed", "at_least")]


def test_a_model_without_a_pool_is_at_least_and_one_with_it_an_estimate(answer: Answer) -> None:
    given = tables()
    given["funds"] = [{"fund_id": name, "fund_name": name, "index_id": "msci-world"}
                      for name in ("F1", "F2")]  # fmt: skip
    given["fund_net_assets"].append({"fund_id": "F2", "net_assets_usd": 10_000_000.0})
    got = answer("method bound model_bound outflow_shares", **given)
    assert got == [("model", "at_least", "at_least", pytest.approx(2_000))]
    given = tables(aum_usd=3e7)
    assert answer("method bound model_bound", **given) == [("model", "estimate", "estimate")]


def test_observed_shares_without_a_membership_row_count_all_the_same(answer: Answer) -> None:
    assert answer("method outflow_shares", index_memberships=[]) == [("observed", 1_000.0)]


def test_an_index_that_cannot_be_estimated_is_said_beside_one_that_can(answer: Answer) -> None:
    given = tables(aum_usd=3e7)
    given["indices"].append({"index_id": "imi", "provider_id": "msci"})
    given["index_memberships"].append({"index_id": "imi", "security_id": SECURITY})
    ((method, reason),) = answer("method not_estimated_reason", **given)
    assert method == "model"
    assert reason == "1 of 2 indices not estimated: no tracked AUM in the data"

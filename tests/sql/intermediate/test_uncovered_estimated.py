"""What trackers that were not read would hold, or why that cannot be said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import AS_OF, SECURITY, days_before, held

Answer = Callable[..., list[tuple[Any, ...]]]

ON = date(2025, 10, 31)


def tables(
    *, index: dict[str, Any] | None = None, member: dict[str, Any] | None = None, **rest: Any
) -> dict[str, Any]:
    """AUM 30m, one fund of 10m holding 500 where it would hold 1,000: ρ̄ = ½."""
    return {
        "indices": [{"index_id": "msci-world", "provider_id": "msci", "tracked_aum_usd": 3e7,
                     "tracked_aum_on": ON, **(index or {})}],
        "index_memberships": [{"index_id": "msci-world", "security_id": SECURITY, "as_of_on": ON,
                               "weight_ratio": 0.01, **(member or {})}],
        "prices": [{"security_id": SECURITY, "priced_on": ON, "close_usd": 100.0},
                   {"security_id": SECURITY, "priced_on": AS_OF, "close_usd": 400.0}],
        "holdings": [held("F1", 500)],
        "fund_net_assets": [{"fund_id": "F1", "as_of_on": ON, "net_assets_usd": 1e7}],
        **rest,
    }  # fmt: skip


def test_uncovered_assets_are_taken_at_the_weight_the_price_of_its_day_and_the_replication(
    answer: Answer,
) -> None:
    got = answer(
        "replication_ratio uncovered_usd uncovered_shares not_estimated_reason", **tables()
    )
    assert got == [(0.5, 2e7, pytest.approx(1_000.0), None)]


def test_without_any_report_of_the_index_the_replication_is_one(answer: Answer) -> None:
    got = answer("replication_ratio uncovered_shares",
                 **tables(fund_reports=[], holdings=[]))  # fmt: skip
    assert got == [(1.0, pytest.approx(3_000.0))]


def test_a_fund_read_that_does_not_hold_the_security_counts_as_not_replicating(
    answer: Answer,
) -> None:
    got = answer("replication_ratio uncovered_shares", **tables(holdings=[]))
    assert got == [(0.0, 0.0)]


def test_a_split_between_the_weight_and_the_day_leaves_the_estimate_in_shares_of_the_day(
    answer: Answer,
) -> None:
    # the closes are stored split-adjusted, the 500 shares of October are 5,000 of November
    given = tables(splits=[{"security_id": SECURITY, "effective_on": date(2025, 11, 10),
                            "split_ratio": 10.0}])  # fmt: skip
    given["prices"][0]["close_usd"] = 10.0
    got = answer("replication_ratio uncovered_shares", **given)
    assert got == [(pytest.approx(0.5), pytest.approx(10_000.0))]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"index": {"tracked_aum_usd": None}}, "no tracked AUM in the data"),
        ({"index": {"tracked_aum_on": None}}, "the date of the tracked AUM is unknown"),
        ({"index": {"tracked_aum_on": days_before(-1)}},
         "the tracked AUM is dated after the as-of date"),
        ({"member": {"weight_ratio": None}}, "no index weight in the data"),
        ({"member": {"as_of_on": days_before(1, ON)}}, "no price on the date of the index weight"),
        ({"fund_net_assets": []}, "net assets of a covered fund are unknown"),
        ({"index": {"tracked_aum_on": days_before(121, ON)}},
         "tracked AUM, net assets and weight lie more than 120 days apart"),
        ({"index": {"tracked_aum_usd": 9.9e6}},
         "the covered funds are larger than the tracked AUM"),
        ({"member": {"weight_ratio": 0.0}},
         "the covered funds have no net assets or the weight is zero"),
    ],
)  # fmt: skip
def test_each_reason_for_no_estimate_is_said_and_the_estimate_is_unknown(
    given: dict[str, Any], reason: str, answer: Answer
) -> None:
    got = answer("uncovered_usd uncovered_shares replication_ratio not_estimated_reason",
                 **tables(**given))  # fmt: skip
    assert got == [(None, None, None, reason)]


def test_120_days_apart_are_still_taken(answer: Answer) -> None:
    got = answer("uncovered_shares", **tables(index={"tracked_aum_on": days_before(120, ON)}))
    assert got == [(pytest.approx(1_000.0),)]


@pytest.mark.parametrize(
    "on", [days_before(120, ON), days_before(121, ON)], ids=["120 days", "121 days"]
)
def test_net_assets_are_held_to_the_same_120_days(on: date, answer: Answer) -> None:
    rows = [{"fund_id": "F1", "as_of_on": on, "net_assets_usd": 1e7}]
    ((reason,),) = answer("not_estimated_reason", **tables(fund_net_assets=rows))
    assert (reason is None) == (on == days_before(120, ON))

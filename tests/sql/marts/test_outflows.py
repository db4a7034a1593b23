"""The headline: outflow per scenario and security, and its increment."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rows import AS_OF

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
Market = dict[str, "Rows"]

TWO = {"providers": "msci,all"}


def test_providers_add_and_the_increment_is_over_the_first_scenario(
    answer: Answer, market: Market
) -> None:
    got = answer(
        "scenario_id ticker outflow_shares observed_outflow_shares estimated_outflow_shares "
        "increment_shares outflow_of_shares_outstanding_ratio method",
        TWO, **market,
    )  # fmt: skip
    assert got == [
        ("msci", "AAA", 60.0, 60.0, 0.0, 0.0, 0.06, "observed"),
        ("msci", "BBB", 5.0, 5.0, 0.0, 0.0, None, "observed"),
        # nasdaq adds 8 % of 1,000 shares, of which fund D was seen to hold 40
        ("all", "AAA", 140.0, 100.0, 40.0, 80.0, 0.14, "mixed"),
        ("all", "BBB", 5.0, 5.0, 0.0, 0.0, None, "observed"),
    ]


def test_dollars_are_shares_at_the_close_and_unknown_without_one(
    answer: Answer, market: Market
) -> None:
    got = answer(
        "outflow_usd observed_outflow_usd estimated_outflow_usd increment_usd close_usd "
        "adv_shares adv_usd",
        TWO, **market,
    )  # fmt: skip
    assert got == [
        (120.0, 120.0, 0.0, 0.0, 2.0, 10.0, 20.0),
        (None, None, None, None, None, None, None),
        (280.0, 200.0, 80.0, 160.0, 2.0, 10.0, 20.0),
        (None, None, None, None, None, None, None),
    ]


def test_a_further_scenario_smaller_than_the_first_has_a_negative_increment(
    answer: Answer, market: Market
) -> None:
    got = answer("scenario_id ticker increment_shares", {"providers": "all,nasdaq"}, **market)
    assert ("nasdaq", "AAA", -60.0) in got


def test_membership_unknown_where_no_provider_of_the_scenario_knows_the_security(
    answer: Answer, market: Market
) -> None:
    got = answer("ticker method outflow_shares", {"providers": "nasdaq"}, **market)
    assert got == [("AAA", "tracking-ratio", 80.0), ("BBB", "membership-unknown", None)]


def test_two_estimates_of_different_kinds_are_no_lower_bound(
    answer: Answer, market: Market
) -> None:
    world = {"index_id": "world", "provider_id": "msci", "index_name": "World",
             "tracked_aum_usd": 1_100.0, "tracked_aum_on": AS_OF}  # fmt: skip
    market = {
        **market,
        "indices": [*market["indices"][:2], world],
        "index_memberships": [{"index_id": "world", "security_id": "AAA-ID", "as_of_on": AS_OF,
                               "weight_ratio": 0.5}],
        "fund_net_assets": [{"fund_id": f, "net_assets_usd": 100.0} for f in "AB"],
    }  # fmt: skip
    got = answer(
        "ticker method outflow_shares", {"providers": "all", "securities": "AAA"}, **market
    )
    # msci: 60 seen. World holds 0.25 shares a dollar, so that A's 40 shares stand for its 100
    # dollars at most and B's 20 for 80: 920 of the 1,100 dollars lie beyond them
    assert got == [("AAA", "several-estimates", 60 + 230 + 80.0)]


def test_none_is_known_to_be_sold_where_every_provider_freezes(
    answer: Answer, market: Market
) -> None:
    # BBB is seen at msci alone: frozen there, and unknown to nasdaq
    frozen = {"providers": "msci,all", "treatment": "msci=freeze"}
    got = answer("scenario_id ticker method outflow_shares", frozen, **market)
    assert got == [
        ("msci", "AAA", "not-sold", 0.0),
        ("msci", "BBB", "not-sold", 0.0),
        ("all", "AAA", "tracking-ratio", 80.0),
        ("all", "BBB", "membership-unknown", 0.0),
    ]


def test_candidates_outside_the_list_are_marked(answer: Answer, market: Market) -> None:
    candidates = [{"list_id": "default", "security_id": "BBB-ID"},
                  {"list_id": "other", "security_id": "AAA-ID"}]  # fmt: skip
    asked = {"list": "default", "providers": "msci"}
    got = answer("ticker is_in_basket", asked, **{**market, "candidates": candidates})
    assert got == [("BBB", True), ("AAA", False)]

"""The basket of each scenario."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
Market = dict[str, "Rows"]

TWO = {"providers": "msci,all"}


COLUMNS = (
    "scenario_id securities_count membership_unknown_count not_estimated_count unpriced_count "
    "outflow_usd observed_outflow_usd estimated_outflow_usd increment_usd"
)


def test_priced_securities_are_summed_and_the_others_counted(
    answer: Answer, market: Market
) -> None:
    assert answer(COLUMNS, {"providers": "msci,nasdaq,all"}, **market) == [
        ("msci", 2, 0, 2, 1, 120.0, 120.0, 0.0, 0.0),
        ("nasdaq", 2, 1, 0, 1, 160.0, 80.0, 80.0, 40.0),
        ("all", 2, 0, 2, 1, 280.0, 200.0, 80.0, 160.0),
    ]


def test_a_basket_without_any_price_is_unknown_not_zero(answer: Answer, market: Market) -> None:
    got = answer("unpriced_count outflow_usd", {"providers": "msci", "securities": "BBB"}, **market)
    assert got == [(1, None)]


def test_a_basket_of_which_nothing_is_known_has_no_zero(answer: Answer, market: Market) -> None:
    # the only fund reads nothing of either: not seen, and no estimate
    got = answer("bound outflow_usd observed_outflow_usd model_bound model_central_usd",
                 {"providers": "msci"},
                 **{**market, "holdings": [], "tracking_ratios": []})  # fmt: skip
    assert got == [("unknown", None, None, "unknown", None)]


def test_an_estimate_that_cannot_be_priced_makes_the_basket_a_lower_bound(
    answer: Answer, market: Market
) -> None:
    ratios = [{"provider_id": "msci", "applies_to_id": each, "applies_to": "security",
               "tracking_ratio": 0.5, "denominator": "shares_outstanding", "basis": "reported",
               "as_of_on": date(2025, 9, 30)} for each in ("AAA-ID", "BBB-ID")]  # fmt: skip
    securities = [{**each, "shares_outstanding": 1_000.0} for each in market["securities"]]
    found = {}
    for names in ("AAA", "AAA,BBB", "BBB"):
        asked = {"providers": "msci", "securities": names}
        tables = {**market, "tracking_ratios": ratios, "securities": securities}
        ((found[names], _),) = answer("bound outflow_usd", asked, **tables)
    assert found == {"AAA": "estimate", "AAA,BBB": "at_least", "BBB": "unknown"}


def test_candidates_outside_the_list_stay_out_of_the_sum(answer: Answer, market: Market) -> None:
    candidates = [{"list_id": "default", "security_id": "BBB-ID"},
                  {"list_id": "other", "security_id": "AAA-ID"}]  # fmt: skip
    asked = {"list": "default", "providers": "msci"}
    got = answer("securities_count outflow_usd", asked, **{**market, "candidates": candidates})
    assert got == [(1, None)]

"""Who sells: each fund, the largest first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
Market = dict[str, "Rows"]

TWO = {"providers": "msci,all"}


def test_each_fund_that_tracks_sells_what_it_holds(answer: Answer, market: Market) -> None:
    got = answer(
        "fund_name index_id as_of_on is_stale observed_outflow_shares observed_outflow_usd basis",
        {"providers": "msci", "securities": "AAA"}, **market,
    )  # fmt: skip
    assert got == [
        ("Fund A", "world", date(2025, 10, 31), False, 30.0, 60.0, "reported"),
        ("Fund B", "world", date(2025, 10, 31), False, 20.0, 40.0, "derived"),
        ("Fund C", "imi", date(2025, 1, 31), True, 10.0, 20.0, "reported"),
    ]


def test_a_fund_stands_once_in_each_scenario_of_its_provider(
    answer: Answer, market: Market
) -> None:
    asked = {"providers": "msci,nasdaq,msci+nasdaq", "securities": "AAA"}
    got = answer("scenario_id fund_id", asked, **market)
    assert got == [("msci", "A"), ("msci", "B"), ("msci", "C"), ("nasdaq", "D"),
                   ("msci+nasdaq", "D"), ("msci+nasdaq", "A"), ("msci+nasdaq", "B"),
                   ("msci+nasdaq", "C")]  # fmt: skip

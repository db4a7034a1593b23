"""What was observed, by the index tracked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
Market = dict[str, "Rows"]

TWO = {"providers": "msci,all"}


def test_funds_are_summed_by_index(answer: Answer, market: Market) -> None:
    got = answer(
        "scenario_id index_id index_name ticker funds_count observed_outflow_shares "
        "observed_outflow_usd",
        {"providers": "msci"}, **market,
    )  # fmt: skip
    assert got == [
        ("msci", "imi", "IMI", "AAA", 1, 10.0, 20.0),
        ("msci", "world", "World", "AAA", 2, 50.0, 100.0),
        ("msci", "world", "World", "BBB", 1, 5.0, None),
    ]


def test_index_rows_add_up_to_what_the_scenario_observed(answer: Answer, market: Market) -> None:
    got = answer("ticker observed_outflow_shares", {"providers": "all"}, **market)
    assert sum(shares for ticker, shares in got if ticker == "AAA") == 100.0

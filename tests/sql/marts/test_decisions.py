"""What providers announced and did, in time order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
Market = dict[str, "Rows"]

TWO = {"providers": "msci,all"}


def test_events_stand_in_time_order_and_later_ones_are_marked(
    answer: Answer, market: Market
) -> None:
    decisions = [
        {"decision_id": d, "provider_id": "msci", "happens_on": on, "event": "decision"}
        for d, on in [("c", None), ("b", date(2026, 1, 6)), ("a", date(2025, 11, 20))]
    ]
    got = answer(
        "decision_id provider_name is_after_as_of", {}, **{**market, "decisions": decisions}
    )
    assert got == [("a", "MSCI", False), ("b", "MSCI", True), ("c", "MSCI", None)]


def test_a_decision_of_a_provider_the_data_lacks_is_not_dropped(
    answer: Answer, market: Market
) -> None:
    decisions = [{"decision_id": "a", "provider_id": "unknown"}]
    assert answer("decision_id", {}, **{**market, "decisions": decisions}) == [("a",)]

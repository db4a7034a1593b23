"""What falls on each session over the whole basket, and which session is the largest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
COLUMNS = ("trades_on providers_count securities_count unknown_securities_count outflow_usd "
           "is_largest")  # fmt: skip


def test_sessions_are_summed_and_the_largest_is_marked(
    answer: Answer, market: dict[str, Rows]
) -> None:
    """msci's trackers sell 60 shares at 2 dollars, nasdaq's 80 over two sessions."""
    decisions = [
        {"decision_id": "m", "provider_id": "msci", "event": "effective", "treatment": "none",
         "happens_on": date(2025, 12, 19)},
        {"decision_id": "n", "provider_id": "nasdaq", "event": "effective", "treatment": "none",
         "happens_on": date(2025, 12, 19)},
    ]  # fmt: skip
    conventions = [{"provider_id": "nasdaq", "day_is": "close", "sessions_count": 2}]
    tables = {**market, "decisions": decisions, "trade_conventions": conventions}
    assert answer(COLUMNS, {"providers": "all", "securities": "AAA"}, **tables) == [
        (date(2025, 12, 18), 1, 1, 0, 80.0, False),
        (date(2025, 12, 19), 2, 1, 0, 200.0, True),
    ]


def test_a_security_without_a_figure_is_counted_not_added(
    answer: Answer, market: dict[str, Rows]
) -> None:
    """BBB has no price: no dollars, and it is said."""
    decisions = [{"decision_id": "m", "provider_id": "msci", "event": "effective",
                  "treatment": "none", "happens_on": date(2025, 12, 19)}]  # fmt: skip
    found = answer(COLUMNS, {"providers": "msci"}, **{**market, "decisions": decisions})
    assert found == [(date(2025, 12, 19), 1, 2, 1, 120.0, True)]


def test_no_day_no_session(answer: Answer, market: dict[str, Rows]) -> None:
    assert answer(COLUMNS, {"providers": "all"}, **{**market, "decisions": []}) == []

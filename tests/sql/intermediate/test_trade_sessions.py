"""The sessions on whose closes a review is traded, by the convention of its provider."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "trades_on session_number sessions_count effective_on"


def _review(on: date) -> list[dict[str, Any]]:
    return [{"decision_id": "1", "provider_id": "msci", "event": "effective", "happens_on": on,
             "treatment": "none"}]  # fmt: skip


def _convention(day_is: str, count: int) -> list[dict[str, Any]]:
    return [{"provider_id": "msci", "day_is": day_is, "sessions_count": count}]


@pytest.mark.parametrize(
    ("day_is", "given_on"),
    # Nasdaq's "22 December before the open" is the close of Friday the 19th, either way given
    [("open", date(2025, 12, 22)), ("close", date(2025, 12, 19)), ("close", date(2025, 12, 20))],
)
def test_before_the_open_of_monday_is_the_close_of_friday(
    day_is: str, given_on: date, answer: Answer
) -> None:
    tables = {"decisions": _review(given_on), "trade_conventions": _convention(day_is, 1)}
    assert answer(COLUMNS, **tables) == [(date(2025, 12, 19), 1, 1, date(2025, 12, 22))]


def test_the_five_packets_of_crsp(answer: Answer) -> None:
    """17 to 23 December 2025: five sessions about a weekend; in force on the 24th."""
    tables = {"decisions": _review(date(2025, 12, 23)),
              "trade_conventions": _convention("close", 5)}  # fmt: skip
    days = [17, 18, 19, 22, 23]
    assert sorted(answer(COLUMNS, **tables)) == [
        (date(2025, 12, day), position, 5, date(2025, 12, 24))
        for position, day in enumerate(days, 1)
    ]


def test_a_holiday_is_no_session(answer: Answer) -> None:
    """Thanksgiving of 2025 and the Friday after: in force on Friday the 28th."""
    tables = {"decisions": _review(date(2025, 11, 27)), "trade_conventions": None}
    assert answer(COLUMNS, **tables) == [(date(2025, 11, 26), 1, 1, date(2025, 11, 28))]

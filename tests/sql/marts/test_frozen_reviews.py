"""The reviews since a freeze, and what each would have added."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rows import SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "reviewed_on is_count_review new_shares close_usd"
FREEZE = {"treatment": "freeze", "as_of": "2026-06-30"}


def _decisions(*extra: tuple[str, date]) -> list[dict[str, Any]]:
    events = [("effective", date(2025, 11, 24), "none"), ("decision", date(2026, 1, 6), "freeze"),
              ("effective", date(2026, 2, 27), "none"), ("effective", date(2026, 5, 29), "none"),
              *((event, on, "none") for event, on in extra)]  # fmt: skip
    return [
        {"decision_id": str(i), "provider_id": "msci", "event": event, "happens_on": on,
         "treatment": treatment}
        for i, (event, on, treatment) in enumerate(events)
    ]  # fmt: skip


def _counts(*pairs: tuple[date, float]) -> list[dict[str, Any]]:
    return [{"security_id": SECURITY, "as_of_on": on, "shares": shares} for on, shares in pairs]


PRICES = [
    {"security_id": SECURITY, "priced_on": on, "close_usd": close}
    for on, close in [
        (date(2025, 11, 20), 160.0), (date(2026, 2, 26), 100.0), (date(2026, 5, 29), 120.0),
    ]
]  # fmt: skip
GROWTH = _counts((date(2025, 12, 31), 110e6), (date(2026, 2, 13), 115e6), (date(2026, 5, 1), 130e6))


def test_each_review_adds_what_was_issued_since_the_one_before(answer: Answer) -> None:
    got = answer(COLUMNS, FREEZE, decisions=_decisions(), share_counts=GROWTH, prices=PRICES)
    # 100 m stood at the November review; the count of December came too late for it
    assert got == [
        (date(2026, 2, 27), True, 15e6, 100.0),
        (date(2026, 5, 29), True, 15e6, 120.0),
    ]


def test_a_review_that_changed_no_counts_adds_none_and_the_next_catches_up(answer: Answer) -> None:
    decisions = _decisions(("counts_unchanged", date(2026, 2, 27)))
    got = answer(COLUMNS, FREEZE, decisions=decisions, share_counts=GROWTH, prices=PRICES)
    assert [row[1:3] for row in got] == [(False, 0.0), (True, 30e6)]


def test_a_review_without_a_day_is_unknown_where_it_may_lie_in_the_freeze(answer: Answer) -> None:
    undated = {"decision_id": "u", "provider_id": "msci", "event": "effective",
               "happens_on": None, "treatment": "none"}  # fmt: skip
    for bounds, is_counted in (
        ({}, True),
        ({"earliest_on": date(2026, 3, 1), "latest_on": date(2026, 3, 31)}, True),
        ({"earliest_on": date(2026, 7, 1)}, False),  # after the as-of date
        ({"latest_on": date(2026, 1, 6)}, False),  # by the day of the freeze
    ):
        got = answer(COLUMNS, FREEZE, decisions=[*_decisions(), {**undated, **bounds}],
                     share_counts=GROWTH, prices=PRICES)  # fmt: skip
        assert got[2:] == ([(None, True, None, None)] if is_counted else [])


def test_without_a_new_count_the_shares_are_unknown_not_zero(answer: Answer) -> None:
    got = answer(COLUMNS, FREEZE, decisions=_decisions(), prices=PRICES,
                 share_counts=_counts((date(2026, 2, 13), 115e6)))  # fmt: skip
    assert [row[2] for row in got] == [15e6, None]


def test_a_close_far_from_the_review_is_no_price_of_it(answer: Answer) -> None:
    got = answer(COLUMNS, FREEZE, decisions=_decisions(), share_counts=GROWTH, prices=PRICES[:1])
    assert [row[3] for row in got] == [None, None]

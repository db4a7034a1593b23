"""The first review at which each provider could take a security out, never before the leader."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rows import AS_OF

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "decision_due_on review_on"
BOTH = {
    "providers": [{"provider_id": each, "provider_name": each} for each in ("msci", "nasdaq")],
    "indices": [{"index_id": each, "provider_id": each, "index_name": each}
                for each in ("msci", "nasdaq")],
    "index_memberships": [], "funds": [], "fund_reports": [], "holdings": [],
}  # fmt: skip
OPENED = ("consultation_opened", date(2025, 10, 10), "exclude")
DUE = ("decision_due", date(2026, 1, 15), "none")


def _decisions(
    *events: tuple[str, date | None, str], provider: str = "msci", basis: str | None = None
) -> list[dict[str, Any]]:
    return [
        {"decision_id": f"{provider}{i}", "provider_id": provider, "event": event,
         "happens_on": on, "treatment": treatment, "basis": basis}
        for i, (event, on, treatment) in enumerate(events)
    ]  # fmt: skip


def test_the_next_effective_day_after_the_as_of_date(answer: Answer) -> None:
    days = [("effective", AS_OF, "none"), ("effective", date(2025, 11, 24), "none"),
            ("effective", date(2026, 2, 27), "none")]  # fmt: skip
    assert answer(COLUMNS, decisions=_decisions(*days)) == [(None, date(2025, 11, 24))]


def test_an_open_consultation_of_its_own_must_be_decided_first(answer: Answer) -> None:
    events = [OPENED, DUE, ("effective", date(2025, 11, 24), "none"),
              ("effective", date(2026, 2, 27), "none")]  # fmt: skip
    got = answer(COLUMNS, decisions=_decisions(*events))
    assert got == [(date(2026, 1, 15), date(2026, 2, 27))]


def test_a_consultation_about_something_else_delays_nothing(answer: Answer) -> None:
    events = [("consultation_opened", date(2025, 10, 10), "none"), DUE,
              ("effective", date(2025, 11, 24), "none")]  # fmt: skip
    assert answer(COLUMNS, decisions=_decisions(*events)) == [(None, date(2025, 11, 24))]


def test_days_of_a_later_consultation_delay_nothing(answer: Answer) -> None:
    events = [OPENED, DUE, ("consultation_opened", date(2026, 8, 14), "exclude"),
              ("decision_due", date(2026, 10, 16), "none"),
              ("effective", date(2026, 2, 27), "none"),
              ("effective", date(2026, 11, 30), "none")]  # fmt: skip
    days = {"2025-11-20": (date(2026, 1, 15), date(2026, 2, 27)),
            "2026-09-01": (date(2026, 10, 16), date(2026, 11, 30))}  # fmt: skip
    for as_of, expected in days.items():
        assert answer(COLUMNS, {"as_of": as_of}, decisions=_decisions(*events)) == [expected]


def test_a_decision_taken_ends_the_waiting(answer: Answer) -> None:
    events = [OPENED, ("decision", AS_OF, "freeze"), DUE, ("effective", date(2025, 11, 24), "none")]
    got = answer(f"decided_on {COLUMNS}", decisions=_decisions(*events))
    assert got == [(AS_OF, None, date(2025, 11, 24))]


def test_a_follower_never_sells_before_the_leader_decides(answer: Answer) -> None:
    """Nasdaq's review of December precedes MSCI's decision of January: its next one counts."""
    own = [("reconstitution", date(2025, 12, 19), "keep"),
           ("announcement", date(2026, 12, 11), "none"),
           ("reconstitution", date(2026, 12, 18), "none")]  # fmt: skip
    decisions = [*_decisions(OPENED, DUE, ("effective", date(2026, 2, 27), "none")),
                 *_decisions(*own, provider="nasdaq", basis="inferred")]  # fmt: skip
    columns = f"provider_id leader_id {COLUMNS} announced_on is_inferred"
    asked = {"providers": "all,nasdaq"}
    assert sorted(answer(columns, asked, **BOTH, decisions=decisions), key=str) == [
        ("msci", None, date(2026, 1, 15), date(2026, 2, 27), None, False),
        ("nasdaq", "msci", date(2026, 1, 15), date(2026, 12, 18), date(2026, 12, 11), True),
        # alone, it follows nobody
        ("nasdaq", None, None, date(2025, 12, 19), None, True),
    ]


def test_no_review_after_the_leader_is_said(answer: Answer) -> None:
    early = _decisions(("reconstitution", date(2025, 12, 19), "keep"), provider="nasdaq")
    decisions = [*_decisions(OPENED, DUE, ("effective", date(2026, 2, 27), "none")), *early]
    got = answer("provider_id review_on unknown_reason", **BOTH, decisions=decisions)
    assert ("nasdaq", None, "no review after the decision of the leader in the data") in got


def test_a_review_without_a_day_that_may_come_first_makes_the_day_unknown(answer: Answer) -> None:
    undated = {"decision_id": "u", "provider_id": "msci", "event": "effective",
               "happens_on": None, "treatment": "none"}  # fmt: skip
    dated = _decisions(("effective", date(2026, 2, 27), "none"))
    for bounds, is_known in (
        ({}, False),
        ({"earliest_on": date(2025, 12, 1), "latest_on": date(2026, 1, 31)}, False),
        ({"earliest_on": date(2026, 5, 1)}, True),  # after the next that has a day
        ({"latest_on": AS_OF}, True),  # by the as-of date
    ):
        got = answer(f"{COLUMNS} unknown_reason", decisions=[*dated, {**undated, **bounds}])
        assert got == [
            (None, date(2026, 2, 27), None)
            if is_known
            else (None, None, "the next effective day is not known")
        ]


def test_no_day_is_unknown(answer: Answer) -> None:
    assert answer(f"{COLUMNS} unknown_reason", decisions=[]) == [
        (None, None, "no effective day after the as-of date in the data")
    ]


DAYS = st.dates(date(2025, 9, 1), date(2026, 12, 31))


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(due=DAYS, reviews=st.lists(DAYS, max_size=5), own=st.lists(DAYS, max_size=5))
def test_whatever_the_days_nobody_sells_before_the_decision(
    due: date, reviews: list[date], own: list[date], answer: Answer
) -> None:
    named = [("effective", day, "none") for day in reviews]
    followed = _decisions(*(("effective", day, "none") for day in own), provider="nasdaq")
    decisions = [*_decisions(OPENED, ("decision_due", due, "none"), *named), *followed]
    for review_on, reason in answer("review_on unknown_reason", **BOTH, decisions=decisions):
        assert (review_on is None) == (reason is not None)
        assert review_on is None or review_on > max(AS_OF, due)

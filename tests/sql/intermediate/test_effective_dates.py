"""The first day each provider could take a security out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rows import AS_OF

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "decision_due_on effective_on"


def _decisions(*events: tuple[str, date, str]) -> list[dict[str, Any]]:
    return [
        {"decision_id": str(i), "provider_id": "msci", "event": event, "happens_on": on,
         "treatment": treatment}
        for i, (event, on, treatment) in enumerate(events)
    ]  # fmt: skip


def test_the_next_effective_day_after_the_as_of_date(answer: Answer) -> None:
    days = [("effective", AS_OF, "none"), ("effective", date(2025, 11, 24), "none"),
            ("effective", date(2026, 2, 27), "none")]  # fmt: skip
    assert answer(COLUMNS, decisions=_decisions(*days)) == [(None, date(2025, 11, 24))]


def test_an_open_consultation_of_its_own_must_be_decided_first(answer: Answer) -> None:
    events = [("consultation_opened", date(2025, 10, 10), "exclude"),
              ("decision_due", date(2026, 1, 15), "none"),
              ("effective", date(2025, 11, 24), "none"),
              ("effective", date(2026, 2, 27), "none")]  # fmt: skip
    got = answer(COLUMNS, decisions=_decisions(*events))
    assert got == [(date(2026, 1, 15), date(2026, 2, 27))]


def test_a_consultation_about_something_else_delays_nothing(answer: Answer) -> None:
    events = [("consultation_opened", date(2025, 10, 10), "none"),
              ("decision_due", date(2026, 1, 15), "none"),
              ("effective", date(2025, 11, 24), "none")]  # fmt: skip
    assert answer(COLUMNS, decisions=_decisions(*events)) == [(None, date(2025, 11, 24))]


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


def test_a_later_consultation_s_decision_is_not_awaited_yet(answer: Answer) -> None:
    events = [("consultation_opened", date(2025, 10, 10), "exclude"),
              ("decision_due", date(2026, 1, 15), "none"),
              ("effective", date(2026, 2, 27), "none"),
              ("consultation_opened", date(2026, 8, 14), "exclude"),
              ("decision_due", date(2026, 10, 16), "none"),
              ("effective", date(2026, 11, 30), "none")]  # fmt: skip
    days = {"2025-11-20": (date(2026, 1, 15), date(2026, 2, 27)),
            "2026-09-01": (date(2026, 10, 16), date(2026, 11, 30))}  # fmt: skip
    for as_of, expected in days.items():
        assert answer(COLUMNS, {"as_of": as_of}, decisions=_decisions(*events)) == [expected]


def test_what_is_decided_is_not_awaited(answer: Answer) -> None:
    events = [("consultation_opened", date(2025, 10, 10), "exclude"),
              ("decision", date(2025, 11, 6), "freeze"),
              ("decision_due", date(2026, 1, 15), "none"),
              ("effective", date(2025, 11, 24), "none")]  # fmt: skip
    assert answer(COLUMNS, decisions=_decisions(*events)) == [(None, date(2025, 11, 24))]


def test_a_follower_never_acts_before_the_leader_decides(answer: Answer) -> None:
    leader = [("consultation_opened", date(2025, 10, 10), "exclude"),
              ("decision_due", date(2026, 1, 15), "none"),
              ("effective", date(2026, 2, 27), "none")]  # fmt: skip
    own = [{**row, "decision_id": f"n{row['decision_id']}", "provider_id": "nasdaq"}
           for row in _decisions(("reconstitution", date(2025, 12, 19), "none"),
                                 ("reconstitution", date(2026, 12, 18), "none"))]  # fmt: skip
    tables = {
        "decisions": [*_decisions(*leader), *own],
        "providers": [{"provider_id": p, "provider_name": p} for p in ("msci", "nasdaq")],
        "indices": [{"index_id": i, "provider_id": p} for i, p in (("w", "msci"), ("n", "nasdaq"))],
        "funds": [{"fund_id": "F1", "index_id": "w"}], "index_memberships": [],
    }  # fmt: skip
    got = answer("scenario_id provider_id effective_on", {"providers": "nasdaq,msci+nasdaq"},
                 **tables)  # fmt: skip
    assert sorted(got) == [
        ("msci+nasdaq", "msci", date(2026, 2, 27)),
        ("msci+nasdaq", "nasdaq", date(2026, 12, 18)),
        ("nasdaq", "nasdaq", date(2025, 12, 19)),  # alone it follows nobody
    ]


def test_no_day_is_unknown(answer: Answer) -> None:
    assert answer(f"{COLUMNS} unknown_reason", decisions=[]) == [
        (None, None, "no effective day after the as-of date in the data")
    ]

"""Since when a frozen provider counts a security at a standstill, and at what count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rows import AS_OF, SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "is_decided frozen_from_on last_reviewed_on counted_on counted_shares"
COUNTS = [{"security_id": SECURITY, "as_of_on": on, "shares": shares}
          for on, shares in [(date(2025, 6, 30), 90e6), (date(2025, 11, 10), 120e6)]]  # fmt: skip


def _decision(event: str, on: date, treatment: str = "none") -> dict[str, Any]:
    return {"decision_id": f"{event}-{on}", "provider_id": "msci", "event": event,
            "happens_on": on, "treatment": treatment}  # fmt: skip


def test_a_decision_to_freeze_and_the_review_before_it(answer: Answer) -> None:
    decisions = [_decision("effective", date(2025, 8, 26)),
                 _decision("decision", date(2025, 11, 1), "freeze"),
                 _decision("effective", date(2025, 11, 15))]  # fmt: skip
    got = answer(COLUMNS, {"treatment": "freeze"}, decisions=decisions, share_counts=COUNTS)
    assert got == [(True, date(2025, 11, 1), date(2025, 8, 26), date(2025, 6, 30), 90e6)]


def test_without_a_decision_the_freeze_begins_on_the_as_of_date(answer: Answer) -> None:
    later = [_decision("decision", date(2026, 1, 6), "freeze")]
    got = answer(COLUMNS, {"treatment": "freeze"}, decisions=later, share_counts=COUNTS)
    assert got == [(False, AS_OF, None, date(2025, 11, 10), 120e6)]


def test_who_excludes_is_not_here(answer: Answer) -> None:
    assert answer(COLUMNS, share_counts=COUNTS) == []


def test_a_freeze_that_a_later_decision_ended_is_none_of_the_provider_s(answer: Answer) -> None:
    decisions = [_decision("decision", date(2025, 10, 1), "freeze"),
                 _decision("decision", date(2025, 11, 1), "keep")]  # fmt: skip
    ((is_decided, frozen_from_on),) = answer("is_decided frozen_from_on", {"treatment": "freeze"},
                                             decisions=decisions, share_counts=COUNTS)  # fmt: skip
    assert (is_decided, frozen_from_on) == (False, AS_OF)

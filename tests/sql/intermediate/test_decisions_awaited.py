"""What each provider has still to decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rows import AS_OF

Answer = Callable[..., list[tuple[Any, ...]]]


def _events(*events: tuple[str, date, str]) -> list[dict[str, Any]]:
    names = "event", "happens_on", "treatment"
    return [{"decision_id": str(i), "provider_id": "msci", **dict(zip(names, event, strict=True))}
            for i, event in enumerate(events)]  # fmt: skip


OPENED = ("consultation_opened", date(2025, 10, 10), "exclude")


def test_the_last_day_that_is_due_counts(answer: Answer) -> None:
    events = [OPENED, ("consultation_closed", date(2025, 12, 31), "none"),
              ("decision_due", date(2026, 1, 15), "none")]  # fmt: skip
    found = answer("provider_id opened_on decision_due_on", decisions=_events(*events))
    assert found == [("msci", date(2025, 10, 10), date(2026, 1, 15))]


def test_nothing_is_awaited_after_a_decision_or_before_the_opening(answer: Answer) -> None:
    due = ("decision_due", date(2026, 1, 15), "none")
    decided = _events(OPENED, ("decision", AS_OF, "none"), due)
    unopened = _events(("consultation_opened", date(2026, 1, 2), "exclude"), due)
    assert answer("provider_id", decisions=decided) == []
    assert answer("provider_id", decisions=unopened) == []

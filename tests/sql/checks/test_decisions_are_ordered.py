"""A consultation ends after one of that provider opened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

Facts = Callable[..., list[tuple[str, str]]]


def _events(opened_on: date | None, ended: str, ended_on: date) -> list[dict[str, Any]]:
    return [
        {"decision_id": "1", "provider_id": "msci", "event": "consultation_opened",
         "happens_on": opened_on, "treatment": "exclude"},
        {"decision_id": "2", "provider_id": "msci", "event": ended, "happens_on": ended_on,
         "treatment": "none"},
    ]  # fmt: skip


@pytest.mark.parametrize("ended", ["consultation_closed", "decision_due"])
def test_days_out_of_order_are_named(ended: str, facts: Facts) -> None:
    early = _events(date(2025, 10, 10), ended, date(2025, 1, 15))
    assert facts(decisions=early) == [("msci", f"{ended} 2025-01-15 opened 2025-10-10")]
    assert facts(decisions=_events(date(2025, 10, 10), ended, date(2026, 1, 15))) == []


def test_what_opened_on_an_unknown_day_is_not_judged(facts: Facts) -> None:
    assert facts(decisions=_events(None, "decision_due", date(2026, 1, 15))) == []

"""What a provider's indices count as of the day, and whether it keeps them there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "provider_id index_shares effective_on frozen_from_on"
COUNTS = [{"provider_id": "msci", "security_id": SECURITY, "effective_on": on, "index_shares": n}
          for on, n in [(date(2025, 8, 26), 5e6), (date(2025, 11, 1), 7e6),
                        (date(2025, 12, 1), 9e6)]]  # fmt: skip


def decided(*events: tuple[date, str]) -> list[dict[str, Any]]:
    return [{"decision_id": str(i), "provider_id": "msci", "event": "decision", "happens_on": on,
             "treatment": what} for i, (on, what) in enumerate(events)]  # fmt: skip


def test_the_newest_count_by_the_day(answer: Answer) -> None:
    assert answer(COLUMNS, index_shares=COUNTS) == [("msci", 7e6, date(2025, 11, 1), None)]


@pytest.mark.parametrize(
    ("events", "frozen_on"),
    [
        ([(date(2025, 10, 1), "freeze")], date(2025, 10, 1)),
        ([(date(2025, 10, 1), "freeze"), (date(2025, 11, 10), "keep")], None),
        ([(date(2026, 1, 6), "freeze")], None),
    ],
)
def test_a_freeze_lasts_until_the_next_decision(
    events: list[tuple[date, str]], frozen_on: date | None, answer: Answer
) -> None:
    ((*_, found),) = answer(COLUMNS, index_shares=COUNTS, decisions=decided(*events))
    assert found == frozen_on


def test_a_split_since_the_count_is_applied(answer: Answer) -> None:
    splits = [{"security_id": SECURITY, "effective_on": date(2025, 11, 10), "split_ratio": 10.0}]
    ((_, shares, *_),) = answer(COLUMNS, index_shares=COUNTS, splits=splits)
    assert shares == 70e6


def test_nothing_counted_is_no_row(answer: Answer) -> None:
    assert answer(COLUMNS) == []

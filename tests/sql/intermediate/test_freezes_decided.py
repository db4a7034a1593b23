"""Since when a provider's own decision keeps its counts where they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

Answer = Callable[..., list[tuple[Any, ...]]]


def _decided(*events: tuple[date, str, str]) -> list[dict[str, Any]]:
    return [{"decision_id": str(i), "provider_id": "msci", "event": event, "happens_on": on,
             "treatment": what} for i, (on, event, what) in enumerate(events)]  # fmt: skip


@pytest.mark.parametrize(
    ("events", "frozen_on"),
    [
        ([(date(2025, 10, 1), "decision", "freeze")], date(2025, 10, 1)),
        ([(date(2025, 10, 1), "consultation_opened", "freeze")], None),
        ([(date(2025, 10, 1), "decision", "freeze"), (date(2025, 11, 1), "decision", "keep")],
         None),
        ([(date(2025, 10, 1), "decision", "keep"), (date(2025, 11, 1), "decision", "freeze")],
         date(2025, 11, 1)),
        ([(date(2025, 12, 1), "decision", "freeze")], None),
    ],
)  # fmt: skip
def test_the_newest_decision_counts(
    events: list[tuple[date, str, str]], frozen_on: date | None, answer: Answer
) -> None:
    expected = [] if frozen_on is None else [("msci", frozen_on)]
    assert answer("provider_id frozen_from_on", decisions=_decided(*events)) == expected

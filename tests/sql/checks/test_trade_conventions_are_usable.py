"""How reviews are traded: one of two ways, over at least one session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Facts = Callable[..., list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("row", "fact"),
    [
        ({"day_is": "close", "sessions_count": 5}, None),
        ({"day_is": "open", "sessions_count": 1}, None),
        ({"day_is": "close", "sessions_count": 0}, "close over 0 sessions"),
        ({"day_is": "close", "sessions_count": -5}, "close over -5 sessions"),
        ({"day_is": "close", "sessions_count": 61}, "close over 61 sessions"),
        ({"day_is": "eve", "sessions_count": 1}, "eve over 1 sessions"),
    ],
)
def test_what_cannot_be_traded_is_refused(
    row: dict[str, Any], fact: str | None, facts: Facts
) -> None:
    found = facts(trade_conventions=[{"provider_id": "msci", **row}])
    assert found == ([] if fact is None else [("msci", fact)])

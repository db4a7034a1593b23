"""Bounds of a day that cannot be are found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

Facts = Callable[..., list[tuple[str, str]]]

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 5)
EVENT = {"decision_id": "d", "provider_id": "msci", "event": "effective", "treatment": "none"}


@pytest.mark.parametrize(
    ("bounds", "is_found"),
    [({"earliest_on": MAY, "latest_on": JUNE}, False), ({"earliest_on": MAY}, False),
     ({"latest_on": JUNE}, False), ({}, False), ({"happens_on": JUNE, "latest_on": JUNE}, False),
     ({"earliest_on": JUNE, "latest_on": MAY}, True),
     ({"happens_on": MAY, "earliest_on": JUNE}, True),
     ({"happens_on": JUNE, "latest_on": MAY}, True)],
)  # fmt: skip
def test_bounds_in_order(bounds: dict[str, Any], *, is_found: bool, facts: Facts) -> None:
    found = facts(decisions=[{**EVENT, "happens_on": None, **bounds}])
    assert [subject for subject, _ in found] == (["d"] if is_found else [])

"""A position larger than the company is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from rows import MINIMAL, SECURITY

Facts = Callable[..., list[tuple[str, str]]]


@pytest.mark.parametrize(("outstanding", "count"), [(1_000.0, 0), (999.0, 1), (None, 0)])
def test_positions(outstanding: float | None, count: int, facts: Facts) -> None:
    security = {**MINIMAL["securities"][0], "shares_outstanding": outstanding}
    assert [subject for subject, _ in facts(securities=[security])] == ["F1"] * count


def test_a_position_from_before_a_split_is_compared_in_shares_of_the_day(facts: Facts) -> None:
    splits = [{"security_id": SECURITY, "effective_on": date(2025, 11, 3), "split_ratio": 10.0}]
    security = {**MINIMAL["securities"][0], "shares_outstanding": 10_000.0,
                "shares_on": date(2025, 11, 10)}  # fmt: skip
    assert facts(securities=[security], splits=splits) == []  # 1,000 old shares are 10,000 new
    security["shares_outstanding"] = 9_999.0
    assert len(facts(securities=[security], splits=splits)) == 1

"""Reports older than the maximum age are found, once a fund."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rows import MINIMAL, held

Facts = Callable[..., list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("max_age", "expected"),
    [(20, []), (19, [("msci Fund one", "last read on 2025-10-31")])],  # 20 days before
)
def test_age_limit(max_age: int, expected: list[tuple[str, str]], facts: Facts) -> None:
    second = {**MINIMAL["securities"][0], "security_id": "B", "ticker": "BBB"}
    got = facts({"max_age": max_age, "securities": "AAA,BBB"},
                securities=[MINIMAL["securities"][0], second],
                holdings=[held("F1", 1), held("F1", 2, security_id="B")])  # fmt: skip
    assert got == expected


def test_a_fund_that_tracks_nothing_known_may_be_old(facts: Facts) -> None:
    assert facts({"max_age": 1}, funds=[{"fund_id": "F1", "index_id": None}]) == []

"""Outflows that are only observed are said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rows import MINIMAL, SECURITY

Facts = Callable[..., list[tuple[str, str]]]


RATIO = {"provider_id": "msci", "applies_to_id": SECURITY, "applies_to": "security",
         "tracking_ratio": 0.5, "denominator": "shares_outstanding"}  # fmt: skip


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({"tracking_ratios": [RATIO]}, []),
        ({}, [("all AAA", "observed only, not estimated")]),
        ({"holdings": [], "index_memberships": []},
         [("all AAA", "no index membership or holding in the data")]),
    ],
)  # fmt: skip
def test_what_is_not_estimated(
    tables: dict[str, Any], expected: list[tuple[str, str]], facts: Facts
) -> None:
    assert facts(**tables) == expected


def test_candidates_outside_the_list_are_not_held_to_it(facts: Facts) -> None:
    other = {**MINIMAL["securities"][0], "security_id": "B", "ticker": "BBB"}
    got = facts(
        {"list": "default"}, securities=[MINIMAL["securities"][0], other],
        candidates=[*MINIMAL["candidates"], {"list_id": "rest", "security_id": "B"}],
    )  # fmt: skip
    assert [subject for subject, _ in got] == ["all AAA"]

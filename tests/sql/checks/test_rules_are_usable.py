"""Rules that could be neither failed nor passed, and inputs that are no ratios, are found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Facts = Callable[..., list[tuple[str, str]]]

RULE = {"rule_id": "r", "input_id": "a", "provider_id": "msci", "rule_name": "n", "screen_id": "1",
        "fails_if": "at_most", "threshold_ratio": 0.5, "failing_tests_count": 1,
        "years_count": 2}  # fmt: skip
OTHER = {**RULE, "input_id": "b"}
INPUT = {"issuer_id": "i", "input_id": "operating_asset_ratio", "input_ratio": 0.4}


@pytest.mark.parametrize(
    ("changes", "subject", "word"),
    [
        ({"threshold_ratio": 50.0}, "r a", "threshold outside 0 to 1"),
        ({"threshold_ratio": -0.1}, "r a", "threshold outside 0 to 1"),
        ({"threshold_ratio": float("nan")}, "r a", "threshold outside 0 to 1"),
        ({"fails_if": None}, "r a", "without the side"),
        ({"fails_if": "over"}, "r a", "no side of a threshold"),
        ({"failing_tests_count": 2}, "r screen 1", "failed tests between 1 and 2"),
        ({"screen_id": "2", "failing_tests_count": 2}, "r screen 2", "fails by 2 of 1 tests"),
        ({"screen_id": "2", "failing_tests_count": 0}, "r screen 2", "fails by 0 of 1 tests"),
        ({"years_count": 0}, "r", "years outside 1 to 10"),
        ({"years_count": 1}, "r", "rows that differ"),
        ({"rule_name": "m"}, "r", "rows that differ"),
        ({"input_id": "b"}, "r b", "stands 2 times"),
    ],
)
def test_what_cannot_be(changes: dict[str, Any], subject: str, word: str, facts: Facts) -> None:
    assert facts(rules=[RULE, OTHER]) == []
    ((found, fact),) = facts(rules=[{**RULE, **changes}, OTHER])
    assert found == subject
    assert word in fact


def test_a_threshold_that_is_not_known_is_no_fault(facts: Facts) -> None:
    assert facts(rules=[{**RULE, "threshold_ratio": None, "fails_if": None}]) == []
    assert facts(rules=[{**RULE, "threshold_ratio": None}]) == []


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ([{**INPUT, "input_ratio": 40.0}], "outside 0 to 1"),
        ([{**INPUT, "input_ratio": float("inf")}], "not finite"),
        ([{**INPUT, "input_id": "x", "input_ratio": float("nan")}], "not finite"),
        ([INPUT, {**INPUT, "input_ratio": 0.6}], "stands 2 times"),
    ],
)
def test_inputs_that_are_no_ratios(rows: list[dict[str, Any]], word: str, facts: Facts) -> None:
    assert facts(issuer_ratios=[INPUT, {**INPUT, "input_id": "x", "input_ratio": 1.4}]) == []
    ((subject, fact),) = facts(issuer_ratios=rows)
    assert subject.startswith("i ")
    assert word in fact

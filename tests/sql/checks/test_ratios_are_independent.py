"""A ratio set to a published figure is said wherever it decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rows import SECURITY

Facts = Callable[..., list[tuple[str, str]]]


def ratio(basis: str, value: float = 0.5) -> dict[str, Any]:
    return {
        "provider_id": "msci",
        "applies_to_id": SECURITY,
        "applies_to": "security",
        "tracking_ratio": value,
        "denominator": "shares_outstanding",
        "basis": basis,
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (ratio("calibrated"), [("AAA", "msci ratio 0.5 is calibrated")]),
        (ratio("illustrative"), [("AAA", "msci ratio 0.5 is illustrative")]),
        (ratio("reported"), []),
        # it does not decide: more was observed
        (ratio("calibrated", 0.000001), []),
    ],
)
def test_basis_of_the_ratio(
    given: dict[str, Any], expected: list[tuple[str, str]], facts: Facts
) -> None:
    assert facts({"providers": "msci,all"}, tracking_ratios=[given]) == expected

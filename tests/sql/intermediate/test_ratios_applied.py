"""Which tracking ratio applies to a security, and to how many shares."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import MINIMAL, SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]

SHARES = {**MINIMAL["securities"][0], "shares_outstanding": 300.0, "float_shares": 200.0}
MEMBER = {"index_id": "msci-world", "security_id": SECURITY, "index_shares": 100.0}


def ratio(value: float, applies_to: str = "security", *, on: date = date(2025, 1, 31),
          denominator: str = "index_shares", target: str | None = None,
          provider_id: str = "msci") -> dict[str, Any]:  # fmt: skip
    return {"provider_id": provider_id, "applies_to": applies_to, "as_of_on": on,
            "applies_to_id": target or {"security": SECURITY, "index": "msci-world"}[applies_to],
            "tracking_ratio": value, "denominator": denominator}  # fmt: skip


@pytest.mark.parametrize(
    ("denominator", "shares"),
    [("index_shares", 100.0), ("float_shares", 200.0), ("shares_outstanding", 300.0)],
)
def test_the_ratio_is_a_share_of_the_denominator_it_names(
    denominator: str, shares: float, answer: Answer
) -> None:
    got = answer("denominator_shares estimated_shares", securities=[SHARES],
                 index_memberships=[MEMBER],
                 tracking_ratios=[ratio(0.05, denominator=denominator)])  # fmt: skip
    assert got == [(shares, pytest.approx(0.05 * shares))]


@pytest.mark.parametrize(
    ("ratios", "expected"),
    [
        ([ratio(0.05), ratio(0.9, "index")], [("security", 0.05)]),
        ([ratio(0.9, "index")], [("index", 0.9)]),
        ([ratio(0.1, on=date(2025, 1, 1)), ratio(0.2, on=date(2025, 11, 20)),
          ratio(0.3, on=date(2025, 11, 21))], [("security", 0.2)]),
        # calibrated on another security, or of an index the security is not in: does not apply
        ([ratio(0.1, target="OTHER")], []),
        ([ratio(0.1, "index", target="msci-eafe")], []),
        # an index of another provider
        ([ratio(0.1, "index", provider_id="nasdaq")], []),
    ],
)  # fmt: skip
def test_precedence(
    ratios: list[dict[str, Any]], expected: list[tuple[Any, ...]], answer: Answer
) -> None:
    got = answer("applies_to tracking_ratio", securities=[SHARES], index_memberships=[MEMBER],
                 tracking_ratios=ratios)  # fmt: skip
    assert got == expected


def test_of_two_indices_the_larger_covers_all_trackers_and_they_are_not_added(
    answer: Answer,
) -> None:
    got = answer(
        "applies_to_id estimated_shares",
        indices=[{"index_id": i, "provider_id": "msci"} for i in ("msci-world", "imi")],
        index_memberships=[MEMBER, {**MEMBER, "index_id": "imi", "index_shares": 80.0}],
        tracking_ratios=[ratio(0.05, "index"), ratio(0.06, "index", target="imi")],
    )
    assert got == [("msci-world", pytest.approx(5.0))]


def test_an_unknown_denominator_is_no_estimate(answer: Answer) -> None:
    got = answer("tracking_ratio denominator_shares estimated_shares",
                 securities=[{**SHARES, "float_shares": None}],
                 tracking_ratios=[ratio(0.05, denominator="float_shares")])  # fmt: skip
    assert got == [(0.05, None, None)]

"""Counts of a provider that are no counts of the company are found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from rows import SECURITY

Facts = Callable[..., list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("index_shares", "is_found"),
    # of 100 m outstanding: all, a factor of a fifth, all in millions, and in single votes
    [(100e6, False), (20e6, False), (100.0, True), (1e9, True)],
)
def test_counts_beside_the_shares_outstanding(
    index_shares: float, *, is_found: bool, facts: Facts
) -> None:
    row = {"provider_id": "msci", "security_id": SECURITY, "effective_on": date(2025, 9, 1),
           "index_shares": index_shares}  # fmt: skip
    found = facts(index_shares=[row])
    assert [subject for subject, _ in found] == ([f"msci {SECURITY}"] if is_found else [])

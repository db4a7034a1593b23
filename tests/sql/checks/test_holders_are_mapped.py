"""Funds that hold the basket and track no known index are named, with what they hold."""

from __future__ import annotations

from collections.abc import Callable

from rows import MINIMAL, SECURITY, held

Facts = Callable[..., list[tuple[str, str]]]
STRANGER = {"fund_id": "F9", "fund_name": "Stranger Fund", "index_id": None}


def test_a_holder_of_no_known_index_is_named(facts: Facts) -> None:
    assert facts() == []
    found = facts(
        funds=[*MINIMAL["funds"], STRANGER],
        fund_reports=[*MINIMAL["fund_reports"], {"fund_id": "F9"}],
        holdings=[*MINIMAL["holdings"], held("F9", 2_000_000.0, security_id=SECURITY)],
    )
    assert found == [("AAA", "1 fund, 2.0 m shares, 320.0 m USD (largest: Stranger Fund)")]

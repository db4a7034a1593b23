"""Rows that repeat a key are found in every table of the main job."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import MINIMAL, SECURITY, held

Facts = Callable[..., list[tuple[str, str]]]

LATER = date(2025, 11, 3)


@pytest.mark.parametrize(
    ("table", "row", "other"),
    [
        ("providers", {"provider_id": "msci"}, {"provider_id": "other"}),
        ("indices", {"index_id": "i", "provider_id": "msci"}, {"index_id": "j"}),
        ("funds", {"fund_id": "F1"}, {"fund_id": "F2"}),
        ("index_memberships", {"index_id": "i", "security_id": "s"}, {"as_of_on": LATER}),
        ("tracking_ratios", {"provider_id": "p", "applies_to_id": "s"}, {"as_of_on": LATER}),
        ("fund_reports", {"fund_id": "F1"}, {"as_of_on": LATER}),
        ("fund_net_assets", {"fund_id": "F1"}, {"as_of_on": LATER}),
        ("splits", {"security_id": "s", "split_ratio": 2.0}, {"effective_on": LATER}),
        ("share_counts", {"security_id": "s"}, {"as_of_on": LATER}),
        ("holdings", {"fund_id": "F1", "security_id": SECURITY}, {"as_of_on": LATER}),
        ("prices", {"security_id": SECURITY, "close_usd": 1.0}, {"priced_on": LATER}),
        ("decisions", {"decision_id": "d"}, {"decision_id": "e"}),
        ("analyst_targets", {"broker": "b", "security_id": "s"}, {"published_on": LATER}),
    ],
)
def test_repeated_keys(
    table: str, row: dict[str, Any], other: dict[str, Any], facts: Facts
) -> None:
    assert facts(**{table: [row, {**row, **other}]}) == []
    # the values may differ, the key must not
    ((subject, fact),) = facts(**{table: [row, {**row, "source": "another"}]})
    assert subject == table
    assert fact.endswith("stands 2 times")


def test_repeated_securities_and_candidates(facts: Facts) -> None:
    security = MINIMAL["securities"][0]
    candidate = MINIMAL["candidates"][0]
    assert [s for s, _ in facts(candidates=[candidate, candidate])] == ["candidates"]
    asked = {"securities": "AAA2"}
    twice = [{**security, "security_id": "Z", "ticker": t} for t in ("AAA2", "BBB2")]
    assert [s for s, _ in facts(asked, securities=[security, *twice])] == ["securities"]


def test_keys_with_blanks_are_not_confused(facts: Facts) -> None:
    securities = [{**MINIMAL["securities"][0], "security_id": s, "ticker": s} for s in ("c", "b c")]
    candidates = [{"list_id": "a b", "security_id": "c"}, {"list_id": "a", "security_id": "b c"}]
    assert facts({"list": "a"}, securities=securities, candidates=candidates) == []


def test_holdings_of_other_securities_are_not_read(facts: Facts) -> None:
    assert facts(holdings=[held("F1", 1, security_id="OTHER")] * 2) == []

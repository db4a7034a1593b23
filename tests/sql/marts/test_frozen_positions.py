"""What trackers of a frozen provider hold by its standing count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rows import SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "counted_shares actual_shares tracking_ratio tracking_ratio_basis inclusion_factor"
FREEZE = {"treatment": "freeze", "as_of": "2026-03-31"}
COUNTS = [{"security_id": SECURITY, "as_of_on": date(2026, 2, 13), "shares": 125e6}]
DECISIONS = [{"decision_id": str(i), "provider_id": "msci", "event": event, "happens_on": on,
              "treatment": treatment} for i, (event, on, treatment) in enumerate([
                  ("effective", date(2025, 11, 24), "none"),
                  ("decision", date(2026, 1, 6), "freeze"),
                  ("effective", date(2026, 2, 27), "none")])]  # fmt: skip


def _ratio(denominator: str) -> list[dict[str, Any]]:
    return [{"provider_id": "msci", "applies_to_id": SECURITY, "applies_to": "security",
             "tracking_ratio": 0.05, "denominator": denominator, "basis": "reported"}]  # fmt: skip


def test_a_sourced_ratio_and_the_count_of_the_last_review(answer: Answer) -> None:
    got = answer(COLUMNS, FREEZE, decisions=DECISIONS, share_counts=COUNTS,
                 tracking_ratios=_ratio("shares_outstanding"))  # fmt: skip
    assert got == [(100e6, 125e6, 0.05, "reported", 1.0)]


def test_else_what_funds_were_seen_to_hold_of_the_counted_shares(answer: Answer) -> None:
    got = answer(COLUMNS, FREEZE, decisions=DECISIONS, share_counts=COUNTS)
    assert got == [(100e6, 125e6, 0.00001, "observed", 1.0)]


def test_index_shares_carry_the_inclusion_factor(answer: Answer) -> None:
    members = [{"index_id": "msci-world", "security_id": SECURITY, "index_shares": 100e6}]
    got = answer("inclusion_factor", FREEZE, decisions=DECISIONS, share_counts=COUNTS,
                 tracking_ratios=_ratio("index_shares"), index_memberships=members)  # fmt: skip
    assert got == [(0.8,)]


def test_a_fallen_count_applies_at_once(answer: Answer) -> None:
    fallen = [{**COUNTS[0], "shares": 80e6}]
    assert answer(COLUMNS, FREEZE, decisions=DECISIONS, share_counts=fallen)[0][0] == 80e6


def test_what_is_unknown_says_why(answer: Answer) -> None:
    without = answer("has_share_history unknown_reason", FREEZE, decisions=DECISIONS)
    assert without == [(False, "no share counts over time in the data")]
    unseen = answer("unknown_reason", FREEZE, decisions=DECISIONS, share_counts=COUNTS, holdings=[])
    assert unseen == [("no holdings in covered funds and no ratio applies",)]

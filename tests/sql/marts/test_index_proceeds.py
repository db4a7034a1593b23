"""What the leavers of an index bring in, beside every member's weight."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
Market = dict[str, "Rows"]

COLUMNS = "index_id security_id is_leaving proceeds_usd"


def _weighted(market: Market) -> Market:
    members = [("world", "AAA-ID", 0.1), ("world", "OTHER", 0.9), ("n100", "AAA-ID", 0.5)]
    return {**market, "index_memberships": [
        {"index_id": i, "security_id": s, "weight_ratio": w} for i, s, w in members
    ]}  # fmt: skip


def test_leavers_and_members_stand_side_by_side(answer: Answer, market: Market) -> None:
    asked = {"providers": "msci", "securities": "AAA"}
    # World holds 50 AAA at 2; IMI lists no members, so nothing is placed there
    assert answer(COLUMNS, asked, **_weighted(market)) == [
        ("world", "AAA-ID", True, 100.0),
        ("world", "OTHER", False, 100.0),
    ]


def test_a_frozen_provider_brings_nothing_in(answer: Answer, market: Market) -> None:
    asked = {"providers": "all", "securities": "AAA", "treatment": "msci=freeze"}
    assert answer(COLUMNS, asked, **_weighted(market)) == [("n100", "AAA-ID", True, 80.0)]

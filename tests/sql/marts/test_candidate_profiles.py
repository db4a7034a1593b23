"""Analysts' targets beside each candidate's outflow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
Market = dict[str, "Rows"]

TWO = {"providers": "msci,all"}


def test_targets_stand_beside_the_price_and_later_notes_are_marked(
    answer: Answer, market: Market
) -> None:
    targets = [
        {"broker": "JPM", "published_on": on, "security_id": security_id,
         "target_after_usd": usd, "hpc_note": "300 MW leased"}
        for on, security_id, usd in [(date(2025, 11, 24), "AAA-ID", 3.0),
                                     (date(2025, 11, 20), "BBB-ID", 4.0)]
    ]  # fmt: skip
    got = answer(
        "ticker is_after_as_of close_usd target_over_close_ratio hpc_capacity_mw outflow_usd",
        {"providers": "msci"}, **{**market, "analyst_targets": targets},
    )  # fmt: skip
    assert got == [("AAA", True, 2.0, 0.5, 300.0, 120.0), ("BBB", False, None, None, 300.0, None)]

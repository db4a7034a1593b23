"""Every fund known to track an index, read or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
Market = dict[str, "Rows"]

TWO = {"providers": "msci,all"}


def test_read_stale_and_unread_funds_are_told_apart(answer: Answer, market: Market) -> None:
    got = answer("fund_id provider_id is_read is_stale holdings_scope net_assets_usd", {}, **market)
    assert got == [
        ("A", "msci", True, False, "full", 100.0),
        ("B", "msci", True, False, "full", None),
        ("C", "msci", True, True, "full", None),
        ("E", "nasdaq", False, None, None, 7.0),  # not read is unknown, not empty
        ("D", "nasdaq", True, False, "full", None),
    ]

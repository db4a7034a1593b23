"""Trackers that are known but were not read are named with their size."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from rows import MINIMAL

Facts = Callable[..., list[tuple[str, str]]]
UNREAD = {"fund_id": "F9", "fund_name": "Great Unread Fund", "index_id": "msci-world"}


def test_a_fund_read_is_not_named_and_one_not_read_is(facts: Facts) -> None:
    assert facts() == []
    size = {"fund_id": "F9", "as_of_on": date(2025, 10, 31), "net_assets_usd": 12.34e9}
    [(_, unsized)] = facts(funds=[*MINIMAL["funds"], UNREAD])
    [(subject, sized)] = facts(funds=[*MINIMAL["funds"], UNREAD], fund_net_assets=[size])
    assert subject.endswith("Great Unread Fund")
    assert unsized == "size unknown"
    assert sized == "net assets 12.3 bn USD"

"""An estimate that is not available on the as-of day says since when it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from rows import MINIMAL, SECURITY

Facts = Callable[..., list[tuple[str, str]]]
LATER = dt.date(2025, 12, 1)


def test_a_ratio_and_tracked_assets_of_a_later_day_say_since_when(facts: Facts) -> None:
    index = MINIMAL["indices"][0]
    ratio = {
        "provider_id": index["provider_id"], "applies_to_id": SECURITY, "as_of_on": LATER,
        "applies_to": "security", "tracking_ratio": 0.05, "denominator": "shares_outstanding",
    }  # fmt: skip
    assert facts() == []
    known = {**ratio, "as_of_on": dt.date(2025, 11, 1)}
    assert facts(tracking_ratios=[known, ratio]) == []  # the earlier one is used
    assets = [{**index, "tracked_aum_usd": 5e9, "tracked_aum_on": LATER}]
    found = facts(tracking_ratios=[ratio], indices=assets)
    assert [fact for _, fact in found if "ratio" in fact] == [
        f"the tracking ratio of {index['provider_id']} is known since 2025-12-01"
    ]
    assert [fact for _, fact in found if "assets" in fact] == [
        "its tracked assets are known since 2025-12-01"
    ]

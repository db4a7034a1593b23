"""What there is to choose from: each figure beside the others, none of them chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rows import AS_OF, SECURITY, held

Answer = Callable[..., list[tuple[Any, ...]]]


def test_observed_and_the_ratio_stand_side_by_side(answer: Answer) -> None:
    ratio = {"provider_id": "msci", "applies_to_id": SECURITY, "applies_to": "security",
             "tracking_ratio": 0.00003, "denominator": "shares_outstanding"}  # fmt: skip
    got = answer(
        "provider_id observed_shares tracking_ratio_shares has_membership has_report",
        {"providers": "msci"},
        indices=[{"index_id": "msci-world", "provider_id": "msci"}],
        index_memberships=[],
        prices=[{"security_id": SECURITY, "priced_on": AS_OF, "close_usd": 100.0}],
        holdings=[held("F1", 1_000)],
        tracking_ratios=[ratio],
    )
    # 0.00003 of 100 m shares outstanding
    assert got[0][0] == "msci"
    assert got[0][1:3] == pytest.approx((1_000.0, 3_000.0))
    assert got[0][3:] == (True, True)

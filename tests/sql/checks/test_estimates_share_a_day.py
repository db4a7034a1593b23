"""Figures of different days inside one estimate are said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from rows import SECURITY

Facts = Callable[..., list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("net_assets_on", "expected"),
    [
        (date(2025, 10, 31), []),
        (date(2025, 9, 30), [("msci-world", "figures from 2025-09-30 to 2025-10-31")]),
        (date(2025, 6, 1), []),  # too far apart for any estimate: said elsewhere
    ],
)
def test_days_of_aum_weight_and_net_assets(
    net_assets_on: date, expected: list[tuple[str, str]], facts: Facts
) -> None:
    on = date(2025, 10, 31)
    got = facts(
        indices=[{"index_id": "msci-world", "provider_id": "msci", "tracked_aum_usd": 3e7,
                  "tracked_aum_on": on}],
        index_memberships=[{"index_id": "msci-world", "security_id": SECURITY, "as_of_on": on,
                            "weight_ratio": 0.01}],
        prices=[{"security_id": SECURITY, "priced_on": on, "close_usd": 100.0}],
        fund_net_assets=[{"fund_id": "F1", "as_of_on": net_assets_on, "net_assets_usd": 1e7}],
    )  # fmt: skip
    assert got == expected

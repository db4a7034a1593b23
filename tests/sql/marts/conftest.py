"""A market small enough to add up by hand: two providers, three indices, four funds, two names."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from rows import AS_OF, MINIMAL, held

if TYPE_CHECKING:
    from rows import Rows


@pytest.fixture
def market() -> dict[str, Rows]:
    """msci: World (funds A 30, B 20 of AAA; A 5 of BBB), IMI (C 10 of AAA, read long ago);
    nasdaq: N100 (D 40 of AAA, half of it estimated by φ). AAA costs 2, BBB has no price."""
    aaa = {**MINIMAL["securities"][0], "security_id": "AAA-ID", "ticker": "AAA",
           "shares_outstanding": 1_000.0}  # fmt: skip
    return {
        "providers": [{"provider_id": "msci", "provider_name": "MSCI"},
                      {"provider_id": "nasdaq", "provider_name": "Nasdaq"}],
        "indices": [{"index_id": "imi", "provider_id": "msci", "index_name": "IMI"},
                    {"index_id": "n100", "provider_id": "nasdaq", "index_name": "N100"},
                    {"index_id": "world", "provider_id": "msci", "index_name": "World"}],
        "index_memberships": [],
        "funds": [{"fund_id": f, "fund_name": f"Fund {f}", "manager_name": "M", "index_id": i}
                  for f, i in [("A", "world"), ("B", "world"), ("C", "imi"), ("D", "n100"),
                               ("E", "n100"), ("X", None)]],
        "fund_reports": [{"fund_id": f} for f in "ABDX"]
        + [{"fund_id": "C", "as_of_on": date(2025, 1, 31)}],
        "fund_net_assets": [{"fund_id": "A", "net_assets_usd": 100.0},
                            {"fund_id": "E", "net_assets_usd": 7.0}],
        "holdings": [
            {**held("A", 30, security_id="AAA-ID"), "basis": "reported"},
            {**held("B", 20, security_id="AAA-ID"), "basis": "derived"},
            {**held("C", 10, date(2025, 1, 31), "AAA-ID"), "basis": "reported"},
            {**held("D", 40, security_id="AAA-ID"), "basis": "reported"},
            {**held("X", 99, security_id="AAA-ID"), "basis": "reported"},
            {**held("A", 5, security_id="BBB-ID"), "basis": "reported"},
        ],
        "securities": [aaa, {**aaa, "security_id": "BBB-ID", "ticker": "BBB",
                             "shares_outstanding": None, "shares_on": None}],
        "prices": [{"security_id": "AAA-ID", "priced_on": AS_OF, "close_usd": 2.0,
                    "volume_shares": 10.0}],
        "candidates": [{"list_id": "default", "security_id": s} for s in ("AAA-ID", "BBB-ID")],
        "tracking_ratios": [{"provider_id": "nasdaq", "applies_to_id": "AAA-ID",
                             "applies_to": "security", "tracking_ratio": 0.08,
                             "denominator": "shares_outstanding", "basis": "calibrated",
                             "source": "a note"}],
    }  # fmt: skip

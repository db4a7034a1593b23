"""Indices that lie around each other: what a security that enters or leaves one of them moves."""

from __future__ import annotations

from rows import MINIMAL, SECURITY, Rows

# msci-world holds AAA (1,000 shares in F1, at 160 dollars); small and its part do not; rest is the
# market less small, and holds AAA too (250 shares in F2); 16 bn dollars track small
FAMILY: dict[str, Rows] = {
    "indices": [
        *MINIMAL["indices"],
        {"index_id": "small", "provider_id": "msci", "index_name": "Small",
         "tracked_aum_usd": 16e9, "tracked_aum_on": MINIMAL["prices"][0]["priced_on"]},
        {"index_id": "rest", "provider_id": "msci", "index_name": "Rest"},
        {"index_id": "imi", "provider_id": "msci", "index_name": "IMI"},
    ],
    "index_parents": [
        {"index_id": "msci-world", "parent_id": "imi", "relation": "part"},
        {"index_id": "small", "parent_id": "imi", "relation": "part"},
        {"index_id": "rest", "parent_id": "small", "relation": "complement"},
    ],
    "index_memberships": [{"index_id": each, "security_id": SECURITY}
                          for each in ("msci-world", "rest", "imi")],
    "funds": [*MINIMAL["funds"], {"fund_id": "F2", "fund_name": "Fund two", "index_id": "rest"}],
    "fund_reports": [*MINIMAL["fund_reports"], {"fund_id": "F2", "holdings_scope": "full"}],
    "holdings": [*MINIMAL["holdings"],
                 {"fund_id": "F2", "security_id": SECURITY, "shares": 250.0}],
}  # fmt: skip
ENTRY = {"providers": "msci", "treatment": "small=include", "tracking_ratio": "AAA@small=5%"}
MIGRATION = {**ENTRY, "treatment": "msci-world=exclude,small=include"}

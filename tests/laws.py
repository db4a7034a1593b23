"""The worked example of who excludes: flows, probabilities and the three laws over them."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from paths import WORKED
from rows import AS_OF

from flowrisk.analytics.decisions.dependence import (
    JointLaw,
    independent,
    leader_follower,
    one_factor_copula,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from rows import Row, Rows

BN = 1e9
ANSWERS: dict[str, Any] = tomllib.loads((WORKED / "dependence.toml").read_text(encoding="utf-8"))
FLOWS: dict[str, float] = ANSWERS["providers"]["flows"]
ODDS: dict[str, float] = ANSWERS["providers"]["probabilities"]
GIVEN: dict[str, float] = ANSWERS["providers"]["given_leader"]


def law_of(name: str) -> JointLaw:
    if name == "independent":
        return independent(ODDS)
    if name == "leader":
        return leader_follower(ODDS, ANSWERS["providers"]["leader"], GIVEN)
    return one_factor_copula(ODDS, ANSWERS["providers"]["rho"])


# 100 m shares at 160 dollars: a provider's flow is its tracking ratio times 16 bn
CAP_BN = 16.0


def tables(flows_bn: Mapping[str, float] = FLOWS, **others: Rows) -> dict[str, Rows]:
    """A dataset whose providers must sell these billions of security AAA."""
    return {
        "providers": [{"provider_id": p, "provider_name": p.upper()} for p in flows_bn],
        "indices": [{"index_id": f"{p}-index", "provider_id": p, "index_name": p}
                    for p in flows_bn],
        "index_memberships": [],
        "funds": [{"fund_id": "F1", "fund_name": "Fund one", "index_id": None}],
        "tracking_ratios": [
            {"provider_id": p, "applies_to_id": "US0000000001", "applies_to": "security",
             "as_of_on": AS_OF, "tracking_ratio": flow / CAP_BN,
             "denominator": "shares_outstanding"}
            for p, flow in flows_bn.items()
        ],
        **others,
    }  # fmt: skip


def basket(frame: pl.DataFrame) -> Row:
    (row,) = frame.filter(security_id="basket").rows(named=True)
    return row

"""The worked example of who excludes: flows, probabilities and the three laws over them."""

from __future__ import annotations

import tomllib
from typing import Any

from paths import WORKED

from flowrisk.analytics.decisions.dependence import (
    JointLaw,
    independent,
    leader_follower,
    one_factor_copula,
)

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

"""A question of each command to the sample, for what is tested of every result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowrisk import api

ODDS = "msci=.4,sp-dji=.2,nasdaq=.3,ftse-russell=.2,crsp=.25"
ASKS: dict[str, Callable[[api.Dataset], Any]] = {
    "scenario": lambda made: made.scenario(),
    "calendar": lambda made: made.calendar(securities="MSTR"),
    "risk": lambda made: made.risk(ODDS),
    "screen": lambda made: made.screen(),
    "calibrate": lambda made: made.calibrate("msci=2.8bn", security="MSTR"),
    "explain": lambda made: made.explain("MSTR", provider="msci"),
    "compare": lambda made: made.compare(made, securities="MSTR"),
    "backtest": lambda made: made.backtest(),
}

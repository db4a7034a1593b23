"""Changes of a member's inclusion factor or share count, in steps with their own dates.

Owns the parsing of ``MSTR.factor=0.5:0.25@2026-02-27`` and the arithmetic relative to what
trackers hold: ΔIS over IS at the start. Never prices anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

KINDS = ("factor", "shares")


@dataclass(frozen=True, slots=True)
class Tranche:
    """One step: the factor (0-1) or the number of shares of a security, before and after."""

    name: str
    kind: str
    before: float
    after: float
    effective_on: dt.date

    def __str__(self) -> str:
        return f"{self.name}.{self.kind}={self.before:g}:{self.after:g}@{self.effective_on}"


def index_change_ratios(tranches: Sequence[Tranche]) -> list[float]:
    """Return ΔIS of each step over IS before the first, for the steps of one security in order.

    ΔIS = NOS·ΔFIF + FIF·ΔNOS; only ratios enter, so a count or factor that never changes is 1.
    Tranches add up to the one step exactly.

    Returns: each > -1; the sum is the whole change.
    """
    state = dict.fromkeys(KINDS, 1.0)
    changes = []
    for tranche in tranches:
        start = state["factor"] * state["shares"]
        state[tranche.kind] *= tranche.after / tranche.before
        changes.append(state["factor"] * state["shares"] - start)
    return changes


def sold_by_day(tranches: Sequence[Tranche]) -> list[tuple[str, dt.date, float]]:
    """Return what share of the position at the start each day's steps sell (bought: below 0), by
    name and day; days of a name add up to its net."""
    found: dict[tuple[str, dt.date], float] = {}
    for name, own in _by_name(tranches).items():
        for tranche, change in zip(own, index_change_ratios(own), strict=True):
            key = name, tranche.effective_on
            found[key] = found.get(key, 0.0) - change
    return [(*key, sold) for key, sold in found.items()]


def _by_name(tranches: Sequence[Tranche]) -> dict[str, list[Tranche]]:
    by_name: dict[str, list[Tranche]] = {}
    for tranche in tranches:
        by_name.setdefault(tranche.name, []).append(tranche)
    return by_name


class TradedRatios(NamedTuple):
    """Shares of their position that trackers sell in falling and buy in rising steps, each >= 0."""

    sold: float
    bought: float

    @property
    def net(self) -> float:
        """What is sold less what is bought: below 0 an upweight."""
        return self.sold - self.bought


def traded_ratios(tranches: Sequence[Tranche]) -> dict[str, TradedRatios]:
    """Return what trackers sell and buy over the steps, by name; rising steps may pass 1."""
    changes = {name: index_change_ratios(steps) for name, steps in _by_name(tranches).items()}
    return {
        name: TradedRatios(
            sum(max(-each, 0.0) for each in found), sum(max(each, 0.0) for each in found)
        )
        for name, found in changes.items()
    }


def with_security_ids(tranches: Iterable[Tranche], names: Mapping[str, str]) -> tuple[Tranche, ...]:
    """Return the tranches under the names given for theirs: security_ids for tickers."""
    return tuple(
        Tranche(names[each.name], each.kind, each.before, each.after, each.effective_on)
        for each in tranches
    )

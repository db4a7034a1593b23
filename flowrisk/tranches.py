"""Changes of a member's inclusion factor or share count, in steps with their own dates.

Owns the parsing of ``MSTR.factor=0.5:0.25@2026-02-27`` and the arithmetic relative to what
trackers hold: ΔIS over IS at the start. Never prices anything.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flowrisk import domain
from flowrisk.errors import QuestionError

KINDS = ("factor", "shares")
_TRANCHE = re.compile(r"(?P<name>.+)\.(?P<kind>factor|shares)=(?P<values>[^@]+)@(?P<on>.+)")


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


def parse_tranches(texts: object) -> tuple[Tranche, ...]:
    """Parse ``MSTR.factor=0.5:0.25@2026-02-27,MSTR.shares=300m:270m@2026-05-29``, oldest first.

    Raises: QuestionError for any other shape, a factor outside 0-1, a count not above 0, two
        steps of one kind on one day, or a step that does not begin where the one before it ended.
    """
    items = [texts] if isinstance(texts, str) else list(texts)  # type: ignore[call-overload]
    parsed = [_parsed(part.strip()) for item in items for part in str(item).split(",")]
    ordered = tuple(sorted(parsed, key=lambda each: (each.effective_on, each.name, each.kind)))
    last: dict[tuple[str, str], Tranche] = {}
    for tranche in ordered:
        before = last.get((tranche.name.casefold(), tranche.kind))
        if before and (
            before.effective_on == tranche.effective_on or before.after != tranche.before
        ):
            raise QuestionError(
                "Two steps of one change do not follow each other.",
                facts={"step": before, "next": tranche},
                remedy="Let each step begin at the value where the one before it ended, "
                "on a later day.",
            )
        last[tranche.name.casefold(), tranche.kind] = tranche
    return ordered


def index_change_ratios(tranches: Sequence[Tranche]) -> list[float]:
    """Return ΔIS of each step over IS before the first, for the steps of one security in order.

    ΔIS = NOS·ΔFIF + FIF·ΔNOS; only ratios enter, so a count or factor that never changes is 1.
    Tranches add up to the one step exactly.

    Returns: each > -1; the sum is the whole change.
    """
    state = {kind: 1.0 for kind in KINDS}
    changes = []
    for tranche in tranches:
        start = state["factor"] * state["shares"]
        state[tranche.kind] *= tranche.after / tranche.before
        changes.append(state["factor"] * state["shares"] - start)
    return changes


def sold_ratios(tranches: Sequence[Tranche]) -> dict[str, float]:
    """Return the share of their position that trackers sell in falling steps, by name, 0-1."""
    by_name: dict[str, list[Tranche]] = {}
    for tranche in tranches:
        by_name.setdefault(tranche.name, []).append(tranche)
    return {
        name: sum(max(-change, 0.0) for change in index_change_ratios(steps))
        for name, steps in by_name.items()
    }


def _parsed(text: str) -> Tranche:
    match = _TRANCHE.fullmatch(text)
    before, _, after = match["values"].partition(":") if match else ("", "", "")
    if match is None or not after:
        raise QuestionError(
            "A change of factor or shares could not be read.",
            facts={"value": repr(text)},
            remedy="Write --reweight MSTR.factor=0.5:0.25@2026-02-27 or "
            "MSTR.shares=300m:270m@2026-05-29, several separated by commas.",
        )
    kind = match["kind"]
    values = [domain.parse_amount(value, name=f"--reweight {text}") for value in (before, after)]
    limit = 1.0 if kind == "factor" else float("inf")
    if not (0 < values[0] <= limit and 0 <= values[1] <= limit):
        raise QuestionError(
            "A change of factor or shares is out of range.",
            facts={"value": text},
            remedy="Give factors as ratios (0-1) and counts in shares, the one before above 0.",
        )
    on = domain.parse_date(match["on"], name=f"--reweight {text}")
    return Tranche(match["name"].strip(), kind, values[0], values[1], on)


def named(tranches: Iterable[Tranche], names: Mapping[str, str]) -> tuple[Tranche, ...]:
    """Return the tranches under the names given for theirs: security_ids for tickers."""
    return tuple(
        Tranche(names[each.name], each.kind, each.before, each.after, each.effective_on)
        for each in tranches
    )

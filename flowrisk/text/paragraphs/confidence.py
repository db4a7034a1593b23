"""How sure we are of one outflow, as a word with its reason. Judges; counts nothing.

The rule, in full:

1. The share of the outflow observed in fund reports that are not stale decides: 75 % or more is
   *high*, 40 % or more is *medium*, less is *low*. Calibrated amounts do not improve it.
2. An outflow that no method estimates beyond the observed part is a lower bound: *low* at best.
3. Nothing observed and nothing estimated: *not graded*, because unknown is not nothing.
   Nothing is sold under the treatment asked about: *not graded* either, as there is no estimate.
4. A net inflow, and a net with a lower bound in it, are *low*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flowrisk.text import formatting

if TYPE_CHECKING:
    from collections.abc import Collection

HIGH_RATIO = 0.75
MEDIUM_RATIO = 0.40
NOT_SOLD = "not-sold"
PARTIAL = "partial"
LOWER_BOUNDS = frozenset({"at_least", "unknown"})


class Grade(NamedTuple):
    """``word`` is high, medium, low or not graded; ``reason`` one sentence."""

    word: str
    reason: str


def grade(
    *,
    outflow_shares: float | None,
    observed_shares: float | None,
    stale_shares: float,
    method: str,
    bound: str,
    bases: frozenset[str],
) -> Grade:
    """Return the grade of one security's outflow in one scenario.

    Args:
        observed_shares: in fund reports, stale ones included.
        stale_shares: the part of it that rests on reports older than the age allowed.
        method, bound: as in ``marts.outflows``.
        bases: of the tracking ratios used, such as ``calibrated``.
    """
    if method == NOT_SOLD:
        return Grade("not graded", "no selling under this treatment")
    if not outflow_shares:
        nothing = "nothing observed and nothing estimated; funds outside the coverage may hold it"
        return Grade("not graded", nothing)
    if outflow_shares < 0:
        return Grade("low", "what is bought cannot be observed in holdings beforehand")
    if bound == PARTIAL:
        return Grade("low", "net of purchases and sales of which one is a lower bound")
    if bound in LOWER_BOUNDS:
        reason = "part or all of it is observed only: lower bound; upside not quantified"
        return Grade("low", reason)
    fresh_ratio = max((observed_shares or 0.0) - stale_shares, 0.0) / outflow_shares
    is_high, is_medium = fresh_ratio >= HIGH_RATIO, fresh_ratio >= MEDIUM_RATIO
    fresh = formatting.percent(fresh_ratio, decimals=0)
    return Grade(
        "high" if is_high else "medium" if is_medium else "low",
        f"{fresh} of it is observed in fresh fund reports; {_rest(bases)}",
    )


def set_by(bases: Collection[str]) -> str:
    """Return in words what the ratios of these bases are; empty where none was calibrated."""
    phrases = {"calibrated": "calibrated to a published estimate",
               "illustrative": "allocated for illustration"}  # fmt: skip
    return " or ".join(phrase for basis, phrase in phrases.items() if basis in bases)


def _rest(bases: frozenset[str]) -> str:
    if phrase := set_by(bases):
        return f"the rest is {phrase} and does not improve confidence"
    return "the rest is estimated"

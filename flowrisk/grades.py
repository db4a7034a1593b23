"""How sure we are of one outflow, as a word with its reason. Judges; counts nothing.

The rule, in full:

1. The share of the outflow seen in fund reports that are not stale decides: 75 % or more is
   *high*, 40 % or more is *medium*, less is *low*. Whatever is estimated beyond it counts as
   not seen, so a figure set to a published one never raises its own grade.
2. An outflow that no method estimates beyond what was seen is a lower bound of unknown distance
   from the truth: *low* at best.
3. Nothing to sell was seen and nothing estimated: *not graded*, because not seen is not nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from flowrisk import figures

HIGH_RATIO = 0.75
MEDIUM_RATIO = 0.40
NOT_ESTIMATED = frozenset({"observed", "mixed", "membership-unknown"})


@dataclass(frozen=True, slots=True)
class Grade:
    """``word`` is high, medium, low or not graded; ``reason`` one sentence."""

    word: str
    reason: str


def grade(
    *,
    outflow_shares: float | None,
    observed_shares: float | None,
    stale_shares: float,
    method: str,
    bases: frozenset[str],
) -> Grade:
    """Return the grade of one security's outflow in one scenario.

    Args:
        observed_shares: seen in fund reports, stale ones included.
        stale_shares: the part of it that rests on reports older than the age allowed.
        method: as in ``marts.outflows``.
        bases: of the tracking ratios used, such as ``calibrated``.
    """
    if not outflow_shares:
        return Grade("not graded", "nothing was seen and nothing estimated; "
                     "not seen is not the same as not held")  # fmt: skip
    fresh_ratio = max((observed_shares or 0.0) - stale_shares, 0.0) / outflow_shares
    if method in NOT_ESTIMATED:
        return Grade("low", "part or all of it is observed only and not estimated: "
                     "a lower bound of unknown distance")  # fmt: skip
    word = (
        "high" if fresh_ratio >= HIGH_RATIO else "medium" if fresh_ratio >= MEDIUM_RATIO else "low"
    )
    return Grade(word, f"{figures.percent(fresh_ratio, decimals=0)} of it was seen in fund reports "
                 f"young enough to use; the rest is {_rest(bases)}")  # fmt: skip


def _rest(bases: frozenset[str]) -> str:
    if bases & {"calibrated", "illustrative"}:
        return "set to a published figure or split for illustration, which never raises a grade"
    return "estimated"

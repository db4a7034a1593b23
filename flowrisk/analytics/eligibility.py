"""Rules of eligibility: which tests a company fails, and what a rule of several makes of them.

Owns the logic of three values: failed, passed, not known. A test whose ratio, threshold or side is
not known is neither failed nor passed, and a rule is judged where the known ones decide it.
"""

from __future__ import annotations

import datetime as dt
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Verdict = Literal["fail", "watch", "pass", "unresolved"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

_SIDES = {
    "at_least": operator.ge, "above": operator.gt, "at_most": operator.le, "below": operator.lt,
}  # fmt: skip
_YEAR_MONTHS = 12


@dataclass(frozen=True, slots=True)
class RatioTest:
    """One ratio against one threshold (0-1): failed on this side of it; None where not known."""

    input_id: str
    fails_if: str | None
    threshold_ratio: float | None

    def is_failed(self, ratio: float | None) -> bool | None:
        """Return whether a ratio fails the test; None where ratio, threshold or side is unknown."""
        if ratio is None or self.threshold_ratio is None or self.fails_if is None:
            return None
        return bool(_SIDES[self.fails_if](ratio, self.threshold_ratio))


@dataclass(frozen=True, slots=True)
class Screen:
    """Tests of which ``failing_count`` must be failed for the screen to be, at least 1."""

    tests: tuple[RatioTest, ...]
    failing_count: int

    def is_failed(self, ratios: Mapping[str, float | None]) -> bool | None:
        """Return whether the screen is failed on ratios by input; None where what is unknown
        could decide it."""
        outcomes = [test.is_failed(ratios.get(test.input_id)) for test in self.tests]
        failed_count, unknown_count = outcomes.count(True), outcomes.count(None)
        if failed_count >= self.failing_count:
            return True
        return None if failed_count + unknown_count >= self.failing_count else False


def is_failed(screens: Iterable[Screen], ratios: Mapping[str, float | None]) -> bool | None:
    """Return whether a rule is failed in one year: where every screen is.

    One screen passed is enough to pass, whatever is unknown of the others.
    """
    outcomes = {screen.is_failed(ratios) for screen in screens}
    if False in outcomes:
        return False
    return None if None in outcomes else True


def verdict(years: Sequence[bool | None], years_count: int) -> Verdict:
    """Return what a rule says of a company that is in the index.

    ``pass`` where the newest year is passed; ``fail`` where it and the years before are failed,
    ``years_count`` in a row; ``watch`` where it is failed and one of those before was passed;
    ``unresolved`` where an unknown year could decide.

    Args:
        years: whether the rule was failed, the newest year first; None = not known.
        years_count: consecutive years that must be failed, at least 1.
    Source: MSCI, consultation on non-operating companies, 14 August 2026, as reported: incumbents
        must fail two consecutive years.
    """
    newest, *before = [*years, *[None] * years_count][:years_count]
    if newest is None:
        return "unresolved"
    if not newest:
        return "pass"
    if False in before:
        return "watch"
    return "unresolved" if None in before else "fail"


def years_back(newest_on: dt.date, as_of_on: dt.date) -> int:
    """Return into which year before the newest balance sheet a day falls: 0 for the twelve months
    up to it, 1 for the twelve before those."""
    months = (newest_on.year - as_of_on.year) * _YEAR_MONTHS + newest_on.month - as_of_on.month
    return months // _YEAR_MONTHS

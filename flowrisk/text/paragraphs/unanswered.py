"""The names asked about as a whole, in words: what is found of all of them, and whom no figure
answers for. Counts nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from flowrisk.text import formatting

if TYPE_CHECKING:
    from flowrisk.domain import Scenario


Row = Mapping[str, Any]
_NAMED_COUNT = 2


class Gap(NamedTuple):
    """Companies of the basket without a figure in a scenario; ``is_unpriced`` where one of them has
    no price either."""

    scenario: Scenario
    companies: tuple[str, ...]
    is_unpriced: bool

    @property
    def named(self) -> str:
        """The companies in words, those beyond two counted."""
        shown = [formatting.company(each) for each in self.companies]
        if len(shown) > _NAMED_COUNT:
            shown[1:] = [f"{formatting.counted(len(shown) - 1)} more names"]
        return " and ".join(shown)


def gaps(scenarios: Sequence[Scenario], widest: Scenario, rows: Sequence[Row]) -> Iterator[Gap]:
    """Return whom no figure answers for, the widest scenario first, each security once.

    Args:
        rows: of ``marts.outflows``, those of the basket.
    """
    told: set[str] = set()
    for scenario in (widest, *(each for each in scenarios if each is not widest)):
        found = [row for row in rows if row["scenario_id"] == scenario.scenario_id
                 and row["bound"] == "unknown" and row["security_id"] not in told]  # fmt: skip
        told |= {row["security_id"] for row in found}
        if found:
            names = tuple(row["security_name"] for row in found)
            yield Gap(scenario, names, any(row["close_usd"] is None for row in found))


def basket(count: int, amounts: Sequence[str], gap: Gap | None) -> str:
    """Return what is sold of all names in each scenario, one sentence; empty for one name.

    Args:
        count: how many names were asked about.
        amounts: in words, one a scenario of the headline.
        gap: whom no figure of the widest of them answers for.
    """
    known_count = count - (len(gap.companies) if gap else 0)
    if count == 1:
        return ""
    if known_count <= 1 and gap:
        return f"No answer for {gap.named}"
    many = formatting.counted(count)
    who = f"{formatting.capitalized(formatting.counted(known_count))} of {many}"
    said = f"{who if gap else f'All {many}'} names: {' and '.join(amounts)}"
    return f"{said}; no answer for {gap.named}" if gap else said

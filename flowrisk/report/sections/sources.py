"""The bibliography of a page: each source once, by what it was used for, primary documents first.

Chooses and numbers; a source's links and its grade are read from its own text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from flowrisk.text.paragraphs import sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowrisk.domain import ScenarioAnswer


# what a frame's sources are cited for, the frames that readers ask about first
_USES = {
    "reconciliation": "Published estimates",
    "decisions": "Index events",
    "estimates": "Tracking ratios",
    "candidate_profiles": "Analysts' notes",
    "index_counts": "Share counts of providers",
    "fund_outflows": "Holdings",
    "estimate_components": "Own estimate",
}
_SOURCES_COUNT = 60


class Entry(NamedTuple):
    """One source with its number on the page; ``grade`` is A, B or C."""

    number: int
    grade: str
    text: str


class Bibliography(NamedTuple):
    """The sources by use; ``numbers`` finds the entry of a text; ``more_count`` are left out."""

    groups: Sequence[tuple[str, Sequence[Entry]]]
    numbers: Mapping[str, int]
    more_count: int


def bibliography(answer: ScenarioAnswer) -> Bibliography:
    """Return every source that the frames of an answer name, each under its first use."""
    told: dict[str, int] = {}
    groups: list[tuple[str, Sequence[Entry]]] = []
    more_count = 0
    for mart, use in _USES.items():
        frame = answer.marts.get(mart)
        if frame is None:
            continue
        named = frame["source"].drop_nulls().unique(maintain_order=True).to_list()
        found = [each for each in named if each not in told]
        graded = sorted(((sources.grade(each), each) for each in found), key=lambda pair: pair[0])
        entries = [Entry(len(told) + place, grade, each)
                   for place, (grade, each) in enumerate(graded[:_SOURCES_COUNT], 1)]  # fmt: skip
        told |= {each: entry.number
                 for (_, each), entry in zip(graded, entries, strict=False)}  # fmt: skip
        more_count += len(graded) - len(entries)
        if entries:
            groups.append((use, entries))
    return Bibliography(groups, told, more_count)

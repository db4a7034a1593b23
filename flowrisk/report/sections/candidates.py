"""Candidates one by one, as a page shows them: what would be sold and in how many days, how far the
issuer is from the threshold, which indices hold it, what analysts say.

Chooses rows and names what is missing; computes no figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from flowrisk.analytics.thresholds import THRESHOLD_RATIO
from flowrisk.domain import Rule

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.domain import Answer


Row = Mapping[str, Any]
SHOWN_COUNT = 25
INDICES_COUNT = 5


class Profile(NamedTuple):
    """One candidate: its row of ``digital_asset_ratios``, of ``outflows`` (None where nobody
    asked for outflows), its indices and its analysts' notes; ``missing`` in words."""

    standing: Row
    outflow: Row | None
    memberships: Sequence[Row]
    notes: Sequence[Row]

    @property
    def inferred_count(self) -> int:
        """How many memberships were inferred from holdings rather than reported."""
        return sum(row["basis"] != "reported" for row in self.memberships)

    @property
    def missing(self) -> tuple[str, ...]:
        """What the data does not hold about it."""
        standing, outflow = self.standing, self.outflow
        is_untimed = outflow and outflow["outflow_shares"] and outflow["days_to_sell"] is None
        gaps = {
            "volume": is_untimed,
            f"digital-asset ratio ({standing['not_assessed_reason']})":
                standing["not_assessed_reason"],
            f"mNAV ({standing['mnav_missing']})":
                standing["simple_mnav_ratio"] is None and standing["mnav_missing"],
            f"mNAV with debt ({standing['mnav_missing']})":
                standing["simple_mnav_ratio"] is not None and standing["mnav_missing"],
            "index memberships": not self.memberships,
            "analysts' notes": not self.notes,
        }  # fmt: skip
        return tuple(name for name, is_gap in gaps.items() if is_gap)


class Profiles(NamedTuple):
    """The candidates of the list and the others, each with the largest outflow first; what is
    left out beyond ``SHOWN_COUNT`` is counted."""

    scenario_id: str | None
    listed: Sequence[Profile]
    others: Sequence[Profile]
    more_count: int

    @property
    def shown(self) -> Sequence[Profile]:
        """All that are shown."""
        return [*self.listed, *self.others]

    @property
    def sources(self) -> list[str]:
        """Where the analysts' notes were read, each once."""
        found = (note["source"] or "not named" for each in self.shown for note in each.notes)
        return list(dict.fromkeys(found))


def section(answer: Answer, scenario_id: str | None) -> dict[str, Any]:
    """Return what the part of the candidates speaks of, by name; ``line`` is the threshold (0-1)
    that their distances are measured from."""
    asked, rule = answer.assumptions.get("threshold"), answer.assumptions["rule"].value
    by_rule = rule.threshold_ratio if isinstance(rule, Rule) else THRESHOLD_RATIO
    return {
        "candidate_profiles": profiles(answer, scenario_id),
        "participation": answer.assumptions["participation"].value,
        "line": asked.value if asked else by_rule,
        "indices_count": INDICES_COUNT,
    }


def profiles(answer: Answer, scenario_id: str | None) -> Profiles:
    """Return every candidate of an answer, its outflow that of one scenario.

    Args:
        scenario_id: None = no outflow was asked for.
    """
    outflows = _grouped(answer, "outflows", scenario_id)
    notes = _grouped(answer, "candidate_profiles", scenario_id)
    memberships = _grouped(answer, "memberships", None)
    found = [
        Profile(row, next(iter(outflows[key]), None), memberships[key], notes[key])
        for row in _rows(answer, "digital_asset_ratios")
        for key in [row["security_id"]]
    ]
    ordered = sorted(found, key=lambda each: -(_usd(each.outflow) or -1.0))
    listed = [each for each in ordered if each.standing["is_in_basket"]]
    others = [each for each in ordered if not each.standing["is_in_basket"]]
    cut = (listed[:SHOWN_COUNT], others[:SHOWN_COUNT])
    return Profiles(scenario_id, *cut, more_count=len(found) - sum(map(len, cut)))


def _usd(outflow: Row | None) -> float | None:
    return outflow["outflow_usd"] if outflow else None


def _grouped(answer: Answer, mart: str, scenario_id: str | None) -> Mapping[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(answer, mart):
        if scenario_id is None or row["scenario_id"] == scenario_id:
            grouped[row["security_id"]].append(row)
    return grouped


def _rows(answer: Answer, mart: str) -> Iterable[Row]:
    frame: pl.DataFrame | None = answer.marts.get(mart)
    return () if frame is None else frame.rows(named=True)

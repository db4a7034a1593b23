"""The page on the own estimate: its levels for the leading names, the managers' filings beside
them, and what holds only for members. Chooses and words; sums the parts of one level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowrisk.text import formatting
from flowrisk.text.paragraphs import own_estimate
from flowrisk.text.paragraphs.own_estimate import LEVELS, Level

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.domain import ScenarioAnswer
    from flowrisk.text.sentences import Lead


Row = Mapping[str, Any]
NAMES_COUNT = 5


@dataclass(frozen=True, slots=True)
class Built:
    """One security's own estimate in the widest scenario: its levels over all providers, the
    cross-check beside them, and lines that are in no sum."""

    outflow: Row
    levels: Sequence[Level]
    crosscheck: Row | None
    conditional: Sequence[str]
    missing: Sequence[str]


def own_estimates(answer: ScenarioAnswer, about: Lead) -> dict[str, Any]:
    """Return the levels of the leading names, the page's subject first, and its levels by
    provider: central figures in US dollars, None without a part."""
    import polars as pl

    is_widest = pl.col("scenario_id") == about.widest.scenario_id
    outflows = answer.marts["outflows"].filter(is_widest, pl.col("is_in_basket"))
    frame = answer.marts["estimate_components"].filter(is_widest)
    ranked = outflows.sort("model_central_usd", descending=True, nulls_last=True,
                           maintain_order=True).head(NAMES_COUNT).rows(named=True)  # fmt: skip
    lead = about.most["security_id"]
    names = [about.most, *(row for row in ranked if row["security_id"] != lead)]
    built = [_built(row, frame.filter(security_id=row["security_id"]).rows(named=True))
             for row in names[:NAMES_COUNT]]  # fmt: skip
    return {
        "built": [each for each in built if each.levels or each.conditional],
        "more_count": outflows.height - len(built),
        "providers": _by_provider(answer, about, frame.filter(security_id=lead)),
        "head": own_estimate.HEAD,
        "level_ids": list(LEVELS),
    }


def _built(row: Row, components: Sequence[Row]) -> Built:
    levels = own_estimate.levels(components)
    return Built(
        row,
        levels,
        own_estimate.crosscheck(components),
        own_estimate.conditional(components),
        [formatting.name(each, 160) for level in levels for each in level.missing],
    )


def _by_provider(
    answer: ScenarioAnswer, about: Lead, frame: pl.DataFrame
) -> list[tuple[Row, list[float | None]]]:
    """Return each provider's row with the central figure of each level."""
    found: list[tuple[Row, list[float | None]]] = []
    for row in answer.marts["provider_outflows"].rows(named=True):
        key = (row["scenario_id"], row["security_id"])
        if key == (about.widest.scenario_id, about.most["security_id"]):
            parts = frame.filter(provider_id=row["provider_id"]).rows(named=True)
            levels = {level.level_id: level for level in own_estimate.levels(parts)}
            totals = [levels[name].total("central_usd") if name in levels else None
                      for name in LEVELS]  # fmt: skip
            found.append((row, totals))
    return found

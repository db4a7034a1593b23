"""The page on the own estimate: what the leading names' estimates are made of. Chooses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from flowrisk.text.paragraphs import own_estimate
from flowrisk.text.paragraphs.own_estimate import LEVELS

if TYPE_CHECKING:
    from flowrisk.domain import ScenarioAnswer
    from flowrisk.text.sentences import Lead


Row = Mapping[str, Any]
NAMES_COUNT = 5


class Built(NamedTuple):
    """One security's own estimate in the widest scenario: its outflow and the parts over all
    providers."""

    outflow: Row
    components: Sequence[Row]


def own_estimates(answer: ScenarioAnswer, about: Lead) -> dict[str, Any]:
    """Return the parts of the leading names, the page's subject first, and its parts by
    provider."""
    import polars as pl

    is_widest = pl.col("scenario_id") == about.widest.scenario_id
    outflows = answer.marts["outflows"].filter(is_widest, pl.col("is_in_basket"))
    frame = answer.marts["estimate_components"].filter(is_widest)
    ranked = outflows.sort("model_central_usd", descending=True, nulls_last=True,
                           maintain_order=True).head(NAMES_COUNT).rows(named=True)  # fmt: skip
    lead = about.most["security_id"]
    names = [about.most, *(row for row in ranked if row["security_id"] != lead)]
    built = [Built(row, frame.filter(security_id=row["security_id"]).rows(named=True))
             for row in names[:NAMES_COUNT]]  # fmt: skip
    widest = answer.marts["provider_outflows"].filter(is_widest, security_id=lead)
    return {
        "built": [each for each in built if each.components],
        "more_count": outflows.height - len(built),
        "providers": [(row, frame.filter(security_id=lead, provider_id=row["provider_id"])
                       .rows(named=True)) for row in widest.rows(named=True)],
        "head": own_estimate.HEAD,
        "level_ids": list(LEVELS),
    }  # fmt: skip

"""What a law of the flow is given for: each security of the answer, and the basket.

Owns which flows, and which parts of them, belong together. Judges nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flowrisk.analytics.decisions import uncertainty

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl


BASKET = "basket"


@dataclass(frozen=True, slots=True)
class RiskSubject:
    """What a law is given for: one security, or the basket. ``flows_usd`` by provider_id; None
    where a price is unknown, ``unpriced_count`` such securities are left out of the basket;
    ``parts`` of each provider's flow, one a security; ``divided_usd`` by provider are the floors
    of flows that only an illustration divides."""

    security_id: str
    ticker: str | None
    security_name: str | None
    is_in_basket: bool
    flows_usd: Mapping[str, float] | None
    unpriced_count: int
    parts: uncertainty.Parts
    divided_usd: Mapping[str, float]

    @property
    def side(self) -> float:
        """1 where all acting together sell, -1 where they buy: the law is of the flow on that side,
        so that its upper quantiles are the large inflows; every figure gets its sign back."""
        return -1.0 if sum((self.flows_usd or {}).values()) < 0 else 1.0

    def turned(self, flows_usd: Mapping[str, float]) -> dict[str, float]:
        """Return flows on the side of the subject."""
        return {name: self.side * flow for name, flow in flows_usd.items()}

    @property
    def turned_parts(self) -> uncertainty.Parts:
        """The parts on the side of the subject."""
        return {
            name: [replace(each, flow_usd=self.side * each.flow_usd,
                           observed_usd=self.side * each.observed_usd) for each in parts]
            for name, parts in self.parts.items()
        }  # fmt: skip


def subjects_of(provider_outflows: pl.DataFrame) -> list[RiskSubject]:
    """Return one subject a security, in the order of the mart, and the basket last."""
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for row in provider_outflows.rows(named=True):
        grouped.setdefault(row["security_id"], []).append(row)
    found = [_subject(security_id, rows) for security_id, rows in grouped.items()]
    basket = [subject for subject in found if subject.is_in_basket]
    priced = [subject.flows_usd for subject in basket if subject.flows_usd is not None]
    names = list(priced[0]) if priced else []
    summed = {name: sum(flows[name] for flows in priced) for name in names}
    known = [subject for subject in basket if subject.flows_usd is not None]
    parts = {name: [part for each in known for part in each.parts[name]] for name in names}
    unpriced_count = sum(subject.unpriced_count for subject in basket)
    divided = [subject for subject in known if subject.divided_usd]
    # of several divided totals no one allocation is that of the basket
    floors = _basket_floors(divided[0], summed) if len(divided) == 1 else {}
    return [
        *found,
        RiskSubject(BASKET, None, None, is_in_basket=True, flows_usd=summed or None,
                unpriced_count=unpriced_count, parts=parts, divided_usd=floors),
    ]  # fmt: skip


def _basket_floors(divided: RiskSubject, summed: Mapping[str, float]) -> dict[str, float]:
    """Return what each provider sells of the basket at least: of the other securities all."""
    own = divided.flows_usd or {}
    return {name: floor + summed[name] - own[name] for name, floor in divided.divided_usd.items()}


def _subject(security_id: str, rows: Sequence[Mapping[str, Any]]) -> RiskSubject:
    # a provider of which nothing is known adds nothing: the sum is then at least
    flows = {row["provider_id"]: row["outflow_usd"] or 0.0 for row in rows}
    is_priced = rows[0]["close_usd"] is not None
    is_known = is_priced and any(row["outflow_usd"] is not None for row in rows)
    return RiskSubject(
        security_id, rows[0]["ticker"], rows[0]["security_name"], rows[0]["is_in_basket"],
        flows if is_known else None, 0 if is_priced else 1,
        {row["provider_id"]: [_part(row)] for row in rows},
        {row["provider_id"]: row["observed_outflow_usd"] or 0.0 for row in rows
         if is_known and row["tracking_ratio_basis"] == "illustrative"
         and row["method"] == "tracking-ratio"},
    )  # fmt: skip


def _part(row: Mapping[str, Any]) -> uncertainty.Part:
    """Return one flow with what of it was observed, which no uncertainty of an estimate moves."""
    return uncertainty.Part(
        row["outflow_usd"] or 0.0, row["observed_outflow_usd"] or 0.0, row["method"]
    )

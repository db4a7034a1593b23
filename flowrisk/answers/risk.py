"""Who excludes is uncertain: provider probabilities and outflows → the law of the flow.

Owns the frames of the answer. Every law is ``dependence``' and ``uncertainty``'s, what was judged
is ``judgement``'s.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from flowrisk.analytics import allocations, dependence, uncertainty
from flowrisk.answers import scenario
from flowrisk.domain import ALL, Answer, Finding, ProviderSet, RiskAnswer
from flowrisk.errors import QuestionError
from flowrisk.question import probabilities
from flowrisk.question.probabilities import LEVELS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from flowrisk.analytics.dependence import Distribution
    from flowrisk.dataset.folder import Folder
    from flowrisk.engines.engine import Engine
    from flowrisk.question.probabilities import DecisionLaw
    from flowrisk.question.risk import RiskQuestion


BASKET = "basket"
PRICE_UNKNOWN = "the price is unknown"
MARTS = ("outflows", "provider_outflows", "decisions")
_LEVELS = {f"q{level * 100:02.0f}_usd": level for level in LEVELS}
_CURVE_LIMIT_COUNT = 1000
_STATES_LIMIT_COUNT = 4096
_NO_METHOD = (None, "unknown")
_DISTRIBUTION_TYPES = {
    "scenario_id": pl.String, "security_id": pl.String, "ticker": pl.String,
    "security_name": pl.String, "is_in_basket": pl.Boolean, "method": pl.String,
    "bound": pl.String,
    "dependence": pl.String,
    "if_all_usd": pl.Float64, "mean_usd": pl.Float64, "sd_usd": pl.Float64,
    **dict.fromkeys(_LEVELS, pl.Float64), "var95_usd": pl.Float64,
    "allocation_low_var95_usd": pl.Float64, "allocation_high_var95_usd": pl.Float64,
    "es95_usd": pl.Float64,
    "es99_usd": pl.Float64, "decisions_sd_usd": pl.Float64, "p_none_ratio": pl.Float64,
    "p_all_ratio": pl.Float64, "draws_count": pl.Int64, "unpriced_count": pl.Int64,
    "reason": pl.String,
}  # fmt: skip


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


def answer(
    folder: Folder,
    engine: Engine,
    asked: RiskQuestion,
    *,
    is_strict: bool = False,
) -> RiskAnswer:
    """Answer how large the flow may be, given who may exclude.

    Args:
        is_strict: refuse on quality warnings.

    Raises: QuestionError for a provider without a probability, an unknown one, values out of
        range or that do not belong together; and as ``scenario.answer``.
    """
    union = replace(asked, providers=_union(asked))
    base = scenario.answer(folder, engine, union, marts=MARTS, is_strict=is_strict)
    _check_dates(asked, base.as_of_on)
    (scenario_asked,) = base.scenarios
    draws = _affordable(asked, base)
    base = replace(base, assumptions={**base.assumptions, "draws": draws.assumptions()["draws"]})
    judged = probabilities.judge(draws, scenario_asked)
    subjects = _subjects(base.marts["provider_outflows"])
    states, cut = _states(judged, subjects[-1])
    laws = {
        s.security_id: judged.distribution(s.turned(s.flows_usd), s.turned_parts)
        for s in subjects if s.flows_usd
    }  # fmt: skip
    frames = {
        "distributions": _distributions(judged, subjects, laws, _methods(base)),
        "states": states,
        "exceedances": _exceedances(judged, laws, {s.security_id: s.side for s in subjects}),
        "variance_shares": _variance_shares(judged, subjects),
        "tornado": _tornado(judged, subjects),
    }
    return base.told_as(RiskAnswer, marts={**frames, **base.marts}, findings=(*base.findings, *cut))


def _union(asked: RiskQuestion) -> tuple[ProviderSet, ...]:
    """Return all provider sets asked about as one; every provider where none was asked."""
    names = list(dict.fromkeys(name for each in asked.providers for name in each.names))
    if asked.set_by["providers"] == "default" or ALL in map(str.casefold, names):
        names = [ALL]
    return (ProviderSet("+".join(names), tuple(names)),)


def _affordable(asked: RiskQuestion, base: Answer) -> RiskQuestion:
    """Return the question with a default of draws that all states allow; a number that was
    asked for stays and is refused where it is too large."""
    states_count = 2 ** len(base.scenarios[0].provider_ids)
    at_most = max(uncertainty.ATOMS_LIMIT_COUNT // states_count, 1)
    if asked.set_by["draws"] != "default" or asked.draws_count <= at_most:
        return asked
    set_by = asked.origins(f"default, cut to {states_count:,} states", "draws")
    return replace(asked, draws_count=at_most, set_by=set_by)


def _check_dates(asked: RiskQuestion, as_of_on: dt.date) -> None:
    horizon_on = asked.horizon_on
    for flag, day in (("--as-of", as_of_on), ("--judged-on", asked.judged_on)):
        if horizon_on is not None and day is not None and horizon_on < day:
            raise QuestionError(
                f"The horizon lies before {flag}.",
                facts={"--horizon": horizon_on, flag: day},
                remedy="Give the day by which the providers are judged to have decided.",
            )


def _subjects(provider_outflows: pl.DataFrame) -> list[RiskSubject]:
    """Return one subject a security, in the order of the mart, and the basket last."""
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for row in provider_outflows.rows(named=True):
        grouped.setdefault(row["security_id"], []).append(row)
    subjects = [_subject(security_id, rows) for security_id, rows in grouped.items()]
    basket = [subject for subject in subjects if subject.is_in_basket]
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
        *subjects,
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


def _methods(base: Answer) -> dict[str, tuple[str | None, str]]:
    """Return method and bound of each security, and the bound of the basket."""
    outflows = base.marts["outflows"]
    told = {row[0]: row[1:] for row in outflows.select("security_id", "method", "bound").rows()}
    bounds = set(outflows.filter("is_in_basket")["bound"])
    is_lower = bool(bounds & {"at_least", "unknown"})
    basket = "unknown" if bounds == {"unknown"} else "at_least" if is_lower else "estimate"
    return {**told, BASKET: (None, basket)}


def _distributions(
    judged: DecisionLaw,
    subjects: Sequence[RiskSubject],
    laws: Mapping[str, Distribution],
    methods: Mapping[str, tuple[str | None, str]],
) -> pl.DataFrame:
    rows = [
        {
            "scenario_id": judged.scenario_id,
            "security_id": subject.security_id,
            "ticker": subject.ticker,
            "security_name": subject.security_name,
            "is_in_basket": subject.is_in_basket,
            "method": methods.get(subject.security_id, _NO_METHOD)[0],
            "bound": methods.get(subject.security_id, _NO_METHOD)[1],
            "dependence": judged.dependence,
            "p_none_ratio": judged.law.none_probability,
            "p_all_ratio": judged.law.all_probability,
            "draws_count": judged.draws_count if judged.parameters else None,
            "unpriced_count": subject.unpriced_count,
            **_measures(judged, subject, laws),
        }
        for subject in subjects
    ]
    return pl.DataFrame(rows, schema=_DISTRIBUTION_TYPES, orient="row")


def _measures(
    judged: DecisionLaw, subject: RiskSubject, laws: Mapping[str, Distribution]
) -> dict[str, object]:
    """Return the figures of one law; mean and standard deviation in closed form where all of
    each flow is uncertain, else drawn, because what was observed bounds each flow from below."""
    flows = subject.flows_usd
    if not flows:
        return {"reason": _reason(subject)}
    law, side = laws[subject.security_id], subject.side
    turned = subject.turned(flows)
    decided = dependence.distribution(turned, judged.law) if judged.parameters else law
    is_exact = uncertainty.is_exact(judged.parameters, subject.parts)
    # a division of what is sold says nothing where something is bought
    is_sold = min(flows.values()) >= 0
    ends = _allocation_ends(judged, flows, subject.divided_usd) if is_sold else None
    return {
        "if_all_usd": sum(flows.values()),
        "mean_usd": side * (decided if is_exact else law).mean_usd,
        "sd_usd": uncertainty.uncertain_sd_usd(flows, judged.law, judged.parameters)
        if judged.parameters and is_exact
        else law.sd_usd,
        "decisions_sd_usd": decided.sd_usd,
        **{name: side * law.quantile_usd(level) for name, level in _LEVELS.items()},
        "var95_usd": side * law.quantile_usd(0.95),
        "allocation_low_var95_usd": ends[0] if ends else None,
        "allocation_high_var95_usd": ends[1] if ends else None,
        "es95_usd": side * law.expected_shortfall_usd(0.95),
        "es99_usd": side * law.expected_shortfall_usd(0.99),
        "reason": None,
    }


def _allocation_ends(
    judged: DecisionLaw, flows: Mapping[str, float], floors: Mapping[str, float]
) -> tuple[float, float] | None:
    """Return between what the value at risk lies over all divisions of what is illustrative."""
    fixed = {name: flow for name, flow in flows.items() if name not in floors}
    divided = sum(flows[name] for name in floors)
    return allocations.value_at_risk_ends_usd(judged.law, fixed, floors, divided)


def _reason(subject: RiskSubject) -> str:
    """Return why a subject has no law."""
    if subject.ticker is None:
        return "no security of the basket has a price and an outflow"
    return PRICE_UNKNOWN if subject.unpriced_count else "nothing observed and nothing estimated"


def _states(judged: DecisionLaw, basket: RiskSubject) -> tuple[pl.DataFrame, list[Finding]]:
    """Return the states by bitmask, of many the likeliest, and what was left out."""
    names = judged.law.provider_ids
    weights = judged.law.state_probabilities
    flows = [(basket.flows_usd or dict.fromkeys(names, np.nan))[name] for name in names]
    sums = dependence.state_sums(np.array(flows, dtype=np.float64))
    kept = np.sort(np.argsort(-weights, kind="stable")[:_STATES_LIMIT_COUNT])
    rows = [
        (judged.scenario_id, int(state), _members(names, int(state)), int(state).bit_count(),
         float(weights[state]), float(sums[state]) if basket.flows_usd else None)
        for state in kept
    ]  # fmt: skip
    schema = {"scenario_id": pl.String, "state_id": pl.Int64, "provider_ids": pl.String,
              "providers_count": pl.Int64, "probability_ratio": pl.Float64,
              "outflow_usd": pl.Float64}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row"), _cut(weights.size, weights[kept].sum())


def _members(names: Sequence[str], state: int) -> str:
    return "+".join(name for i, name in enumerate(names) if state >> i & 1) or "none"


def _cut(states_count: int, kept_ratio: float) -> list[Finding]:
    if states_count <= _STATES_LIMIT_COUNT:
        return []
    shown = f"{_STATES_LIMIT_COUNT:,} of {states_count:,}: {kept_ratio * 100:.2f} % of probability"
    return [
        Finding(
            "states_are_complete", "only the likeliest states are listed", "warn",
            "Distributions and curves rest on all states; ask about fewer providers for all rows.",
            1, (shown,),
        )
    ]  # fmt: skip


def _exceedances(
    judged: DecisionLaw, laws: Mapping[str, Distribution], sides: Mapping[str, float]
) -> pl.DataFrame:
    """Return P(F ≥ flow) at every atom, or at a thousand equal steps where there are more; of an
    inflow the probability that at least as much is bought."""
    rows = []
    for security_id, law in laws.items():
        support, reached = law.exceedance_curve()
        flows = support
        if support.size > _CURVE_LIMIT_COUNT:
            flows = np.linspace(support[0], support[-1], _CURVE_LIMIT_COUNT)
            reached = reached[np.searchsorted(support, flows)]
        rows += [
            (judged.scenario_id, security_id, sides[security_id] * flow, min(float(ratio), 1.0))
            for flow, ratio in zip(flows.tolist(), reached, strict=True)
        ]
    schema = {"scenario_id": pl.String, "security_id": pl.String, "outflow_usd": pl.Float64,
              "exceedance_ratio": pl.Float64}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _variance_shares(judged: DecisionLaw, subjects: Sequence[RiskSubject]) -> pl.DataFrame:
    """Return the share of each provider's decision in the variance of the flow."""
    rows = [
        (judged.scenario_id, subject.security_id, name, subject.flows_usd[name], share)
        for subject in subjects
        if subject.flows_usd
        for name, share in dependence.variance_shares(subject.flows_usd, judged.law).items()
    ]
    schema = {"scenario_id": pl.String, "security_id": pl.String, "provider_id": pl.String,
              "outflow_usd": pl.Float64, "variance_share_ratio": pl.Float64}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _narrowness(total_usd: float, move: tuple[str, str, float | None, float | None]) -> float:
    """Return the order of a move, the widest first; what is equal to nine digits stays equal."""
    width_usd = abs((move[3] or 0) - (move[2] or 0))
    return -round(width_usd / (abs(total_usd) or 1), 9)


def _tornado(judged: DecisionLaw, subjects: Sequence[RiskSubject]) -> pl.DataFrame:
    """Return the mean flow with one thing moved: a decision known to be no or yes, or a parameter
    at its 5 % and 95 % quantile; the widest first, equally wide ones in their order."""
    rows = [
        (judged.scenario_id, subject.security_id, kind, name, low, high)
        for subject in subjects
        if (flows := subject.flows_usd)
        for kind, name, low, high in sorted(
            _moves(judged, flows, subject.parts),
            # a provider without a flow moves nothing but the last digit
            key=partial(_narrowness, sum(flows.values())),
        )
    ]
    schema = {"scenario_id": pl.String, "security_id": pl.String, "kind": pl.String,
              "parameter_id": pl.String, "low_usd": pl.Float64, "high_usd": pl.Float64}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _moves(
    judged: DecisionLaw, flows_usd: Mapping[str, float], parts: uncertainty.Parts
) -> Iterable[tuple[str, str, float | None, float | None]]:
    for name, (no, yes) in dependence.given_decisions_usd(flows_usd, judged.law).items():
        yield "decision", name, no, yes
    ends = uncertainty.tornado(flows_usd, judged.law, judged.parameters, parts=parts)
    for name, (low, high) in ends.items():
        yield "parameter", name, low, high

"""Who excludes is uncertain: provider probabilities and outflows → the law of the flow.

Owns the frames of the answer. Every law is ``dependence``' and ``uncertainty``'s, what was judged
is ``judgement``'s.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from flowrisk.analytics.decisions import allocations, dependence, sampling, uncertainty
from flowrisk.analytics.decisions.subjects import BASKET, RiskSubject, subjects_of
from flowrisk.answers import scenario
from flowrisk.domain import ALL, Answer, Finding, ProviderSet, RiskAnswer
from flowrisk.errors import QuestionError
from flowrisk.question import probabilities
from flowrisk.question.probabilities import LEVELS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from flowrisk.analytics.decisions.dependence import Distribution
    from flowrisk.dataset.folder import Folder
    from flowrisk.engines.engine import Engine
    from flowrisk.question.probabilities import DecisionLaw
    from flowrisk.question.risk import RiskQuestion


PRICE_UNKNOWN = "the price is unknown"
MARTS = ("outflows", "provider_outflows", "decisions")
_LEVELS = {f"q{level * 100:02.0f}_usd": level for level in LEVELS}
_CURVE_LIMIT_COUNT = 1000
_STATES_LIMIT_COUNT = 4096
_BITMASK_LIMIT_COUNT = 62
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
SAMPLING_ERROR_TYPES = {
    "scenario_id": pl.String, "security_id": pl.String, "draws_count": pl.Int64,
    "seed": pl.Int64, "mean_usd": pl.Float64, "sd_usd": pl.Float64,
    **dict.fromkeys(_LEVELS, pl.Float64), "var95_usd": pl.Float64,
    "es95_usd": pl.Float64, "es99_usd": pl.Float64,
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
    subjects = subjects_of(base.marts["provider_outflows"])
    states, found = _states(judged, subjects[-1])
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
    if judged.is_sampled:
        frames["sampling_errors"] = _sampling_errors(judged, subjects, laws)
    findings = (*base.findings, *found)
    return base.told_as(RiskAnswer, marts={**frames, **base.marts}, findings=findings)


def _union(asked: RiskQuestion) -> tuple[ProviderSet, ...]:
    """Return all provider sets asked about as one; every provider where none was asked."""
    names = list(dict.fromkeys(name for each in asked.providers for name in each.names))
    if asked.set_by["providers"] == "default" or ALL in map(str.casefold, names):
        names = [ALL]
    return (ProviderSet("+".join(names), tuple(names)),)


def _affordable(asked: RiskQuestion, base: Answer) -> RiskQuestion:
    """Return the question with a default of draws that all states, or decisions, allow; a number
    that was asked for stays and is refused where it is too large."""
    count = len(base.scenarios[0].provider_ids)
    if probabilities.is_enumerable(count):
        limit_count, each_count, what = uncertainty.ATOMS_LIMIT_COUNT, 2**count, "states"
    else:
        limit_count, each_count, what = sampling.DECISIONS_LIMIT_COUNT, count, "decisions"
    at_most = max(limit_count // each_count, 1)
    if asked.set_by["draws"] != "default" or asked.draws_count <= at_most:
        return asked
    set_by = asked.origins(f"default, cut to {each_count:,} {what}", "draws")
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
            "draws_count": judged.draws_count if judged.parameters or judged.is_sampled else None,
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
    """Return the states by bitmask, of many the likeliest, or those drawn most often first, and
    what was left out."""
    names = judged.law.provider_ids
    likeliest = judged.law.likeliest(_STATES_LIMIT_COUNT)
    flows = [(basket.flows_usd or dict.fromkeys(names, np.nan))[name] for name in names]
    sums = judged.law.sums(np.array(flows, dtype=np.float64))[likeliest.places]
    rows = [
        (judged.scenario_id, _bitmask(excludes), _members(names, excludes), int(excludes.sum()),
         weight, usd if basket.flows_usd else None)
        for excludes, weight, usd in zip(
            likeliest.decisions, likeliest.probabilities.tolist(), sums.tolist(), strict=True)
    ]  # fmt: skip
    schema = {"scenario_id": pl.String, "state_id": pl.Int64, "provider_ids": pl.String,
              "providers_count": pl.Int64, "probability_ratio": pl.Float64,
              "outflow_usd": pl.Float64}  # fmt: skip
    found = _drawn(judged) if judged.is_sampled else []
    which = "states drawn most often" if judged.is_sampled else "likeliest states"
    found += _cut(which, likeliest.states_count, likeliest.probabilities.sum())
    return pl.DataFrame(rows, schema=schema, orient="row"), found


def _members(names: Sequence[str], excludes: Sequence[bool]) -> str:
    return "+".join(name for name, is_out in zip(names, excludes, strict=True) if is_out) or "none"


def _bitmask(excludes: Sequence[bool]) -> int | None:
    """Return the id of a state; None where it is beyond a whole number of 64 bits."""
    if len(excludes) > _BITMASK_LIMIT_COUNT:
        return None
    return sum(1 << i for i, is_out in enumerate(excludes) if is_out)


def _drawn(judged: DecisionLaw) -> list[Finding]:
    """Return that the decisions were drawn, how often, and how far a probability may be off."""
    count, largest = judged.draws_count, 0.5 / math.sqrt(judged.draws_count)
    said = (
        f"{len(judged.law.provider_ids)} providers, {count:,} draws, seed {judged.seed}: standard "
        f"error of a probability at most {largest * 100:.2g} %"
    )
    return [
        Finding(
            "decisions_are_enumerated", "decisions are drawn, not enumerated", "warn",
            "Ask for more --draws, or about 20 providers at most. Probability of none and of all, "
            "shares of variance are exact, mean and deviation too without uncertain parameters.",
            1, (said,),
        )
    ]  # fmt: skip


def _cut(which: str, states_count: int, kept_ratio: float) -> list[Finding]:
    if states_count <= _STATES_LIMIT_COUNT:
        return []
    shown = f"{_STATES_LIMIT_COUNT:,} of {states_count:,}: {kept_ratio * 100:.2f} % of probability"
    return [
        Finding(
            "states_are_complete", f"only the {which} are listed", "warn",
            "Distributions and curves rest on all states; ask about fewer providers for all rows.",
            1, (shown,),
        )
    ]  # fmt: skip


def _sampling_errors(
    judged: DecisionLaw, subjects: Sequence[RiskSubject], laws: Mapping[str, Distribution]
) -> pl.DataFrame:
    """Return the standard error of each figure of ``distributions`` under the figure's name; 0
    where it is exact."""
    count = judged.draws_count
    rows = []
    for subject in subjects:
        if subject.security_id not in laws:
            continue
        law = laws[subject.security_id]
        is_exact = uncertainty.is_exact(judged.parameters, subject.parts)
        of_mean, of_sd = (0.0, 0.0) if is_exact else sampling.moment_errors_usd(law, count)
        errors = {
            name: sampling.quantile_error_usd(law, level, count) for name, level in _LEVELS.items()
        }
        rows.append({
            "scenario_id": judged.scenario_id, "security_id": subject.security_id,
            "draws_count": count, "seed": judged.seed, "mean_usd": of_mean, "sd_usd": of_sd,
            **errors, "var95_usd": errors["q95_usd"],
            "es95_usd": sampling.shortfall_error_usd(law, 0.95, count),
            "es99_usd": sampling.shortfall_error_usd(law, 0.99, count),
        })  # fmt: skip
    return pl.DataFrame(rows, schema=SAMPLING_ERROR_TYPES, orient="row")


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

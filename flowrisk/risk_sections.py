"""The answer of ``flowrisk risk`` as the sections of its page. Judges, chooses; counts nothing."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING, Any, cast

from flowrisk import charts, downloads, figures, risk_text, sentences, settings, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowrisk.risk import RiskAnswer

_CURVE_COUNT = 60
_LEAST_RATIO = 0.001
_STATES_COUNT = 32
_BARS_COUNT = 8
_LIBRARIES = ("duckdb", "numpy", "polars", "jinja2")
_TABLES = ("distributions", "states")
_DEPENDENCES = {
    "independent": "Each provider is taken to decide on its own. Where providers follow each other "
    "large sales are likelier than shown here, and the mean is the same.",
    "leader": "The others look at {leader}: each has its own probability given that {leader} "
    "excludes, and keeps the overall one stated. The mean is that of independent decisions.",
    "copula": "All decisions lean on one common factor, correlation {rho}; each keeps its own "
    "probability. The mean is that of independent decisions; more of them fall together.",
}


def context(answer: RiskAnswer) -> dict[str, Any]:
    """Return everything the template of the risk page speaks of, by name."""
    rows = risk_text.shown(answer)
    states = risk_text.likeliest(answer)
    everyone = len(answer.scenarios[0].provider_ids)
    curve = _curve(answer)
    drivers = risk_text.drivers(answer)
    return {
        "answer": answer,
        "subject": text.subject(answer),
        "title": title(answer),
        "citation": citation(answer),
        "judged": risk_text.judged(answer),
        "dependence": _dependence(answer),
        "distributions": rows,
        "basket": rows[-1],
        "curve": curve,
        "curve_title": _curve_title(rows[-1]),
        "exceedances": charts.steps(curve),
        "states": states[:_STATES_COUNT],
        "more_states_count": max(len(states) - _STATES_COUNT, 0),
        "states_figure": _states_figure(states, everyone),
        "tornado": drivers,
        "tornado_figure": _tornado_figure(drivers, rows[-1]),
        "notes": [sentences.dated(note) for note in risk_text.notes(answer)],
        **downloads.carried(answer, _TABLES),
        "command": sentences.command(answer, "risk", settings.RISK),
        "versions": [(library, metadata.version(library)) for library in _LIBRARIES],
    }


def title(answer: RiskAnswer) -> str:
    """Return the finding of the page in one sentence."""
    basket = risk_text.shown(answer)[-1]
    if basket["mean_usd"] is None:
        return "No security of the basket has a price: the flow is not known"
    return (
        f"Of what was seen or estimated, index money would sell {figures.money(basket['mean_usd'])}"
        f"{_only_security(answer)} on average, and at most {figures.money(basket['var95_usd'])} in "
        "95 of 100 cases"
    )


def _only_security(answer: RiskAnswer) -> str:
    """Return `` of Strategy`` where the basket is one security, else nothing."""
    asked = answer.marts["distributions"].filter(is_in_basket=True)["security_name"].drop_nulls()
    return f" of {sentences.company(asked[0])}" if len(asked) == 1 else ""


def _curve(answer: RiskAnswer) -> list[tuple[float, float]]:
    """Return the basket's amounts and the odds of reaching them, as many as can be drawn."""
    return _thinned([
        (row["outflow_usd"], row["exceedance_ratio"])
        for row in answer.marts["exceedances"].rows(named=True)
        if row["security_id"] == risk_text.BASKET and row["exceedance_ratio"] >= _LEAST_RATIO
    ])  # fmt: skip


def _curve_title(basket: risk_text.Row) -> str:
    nobody = figures.percent(basket["p_none_ratio"])
    return f"Nothing is sold with {nobody}; at most 5 % lies beyond " + figures.money(
        basket["var95_usd"]
    )


def _states_figure(states: Sequence[risk_text.Row], everyone: int) -> charts.Figure:
    """Return the probabilities of the likeliest outcomes, the others as one bar."""
    bars = [
        charts.Row(_who(row, everyone), (row["probability_ratio"],)) for row in states[:_BARS_COUNT]
    ]
    if rest := states[_BARS_COUNT:]:
        left = 1 - sum(row["probability_ratio"] for row in states[:_BARS_COUNT])
        bars.append(charts.Row(f"{len(rest):,} other outcomes", (max(left, 0.0),)))
    odds = figures.percent(states[0]["probability_ratio"])
    who = sentences.name(_who(states[0], everyone), 80)
    return charts.Figure(
        f"The likeliest outcome has a probability of {odds}: {who}", charts.bars(bars)
    )


def _who(state: risk_text.Row, everyone_count: int) -> str:
    """Return who excludes in an outcome; ``everyone_count`` providers could."""
    if not state["providers_count"]:
        return "nobody excludes"
    if state["providers_count"] == everyone_count > 1:
        return f"all {sentences.counted(everyone_count)} exclude"
    return str(state["provider_ids"]).replace("+", " + ")


def _tornado_figure(
    drivers: Sequence[risk_text.Row], basket: risk_text.Row
) -> charts.SpanFigure | None:
    """Return how far each decision or parameter alone moves the mean; None without a mean."""
    if not drivers:
        return None
    widest = drivers[0]
    name = sentences.name(widest["parameter_id"], 40)
    ends = " to ".join(figures.money(widest[end]) for end in ("low_usd", "high_usd")
                       if widest[end] is not None)  # fmt: skip
    what = f"Whether {name} excludes" if widest["kind"] == "decision" else f"The {name} alone"
    rows = [
        charts.Interval(row["parameter_id"], row["low_usd"], None, row["high_usd"])
        for row in drivers
    ]
    return charts.SpanFigure(
        f"{what} moves the mean most: {ends}", charts.spans(rows, reference=basket["mean_usd"])
    )


def _dependence(answer: RiskAnswer) -> str:
    said = {name: each.value for name, each in answer.assumptions.items()}
    sentence = _DEPENDENCES[cast("str", said["dependence"])]
    leader = sentences.name(cast("str | None", said["leader"]), 40)
    return sentence.replace("{leader}", leader).replace("{rho}", str(said["rho"]))


def citation(answer: RiskAnswer) -> str:
    """Return one sentence to quote: what, of which data, as of when."""
    return (
        f"{title(answer)} ({risk_text.judged(answer)}). As of {sentences.day(answer.as_of_on)}; "
        f"flowrisk {answer.flowrisk_version}, data {answer.dataset_digest[:12]}. An estimate, not "
        "advice."
    )


def _thinned(curve: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return at most so many points of a curve, its ends among them."""
    if len(curve) <= _CURVE_COUNT:
        return curve
    last = len(curve) - 1
    return [curve[round(i * last / (_CURVE_COUNT - 1))] for i in range(_CURVE_COUNT)]

"""The answer of ``flowrisk risk`` as the sections of its page. Judges, chooses; counts nothing."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING, Any

from flowrisk.report.charts import bars as bar_charts
from flowrisk.report.charts import spans, steps
from flowrisk.text import formatting, heading, risk, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowrisk.domain import RiskAnswer


_CURVE_COUNT = 60
_LEAST_RATIO = 0.001
_STATES_COUNT = 32
_BARS_COUNT = 8
_LIBRARIES = ("duckdb", "numpy", "polars", "jinja2")
_TABLES = ("distributions", "states")
SECTIONS = {
    "distributions": "Distribution",
    "states": "Outcomes",
    "tornado": "Sensitivity",
    "assumptions": "Assumptions",
    "coverage": "Data",
    "method": "Method",
    "reproduce": "Reproduce",
}


def context(answer: RiskAnswer) -> dict[str, Any]:
    """Return everything the template of the risk page speaks of, by name."""
    rows = risk.shown(answer)
    states = risk.likeliest(answer)
    everyone = len(answer.scenarios[0].provider_ids)
    curve = _curve(answer)
    drivers = risk.drivers(answer)
    return {
        "answer": answer,
        "sections": SECTIONS,
        "subject": heading.subject(answer),
        "title": title(answer),
        "citation": citation(answer),
        "judged": risk.judged(answer),
        "is_sampled": risk.sampling_error(answer) is not None,
        "distributions": rows,
        "basket": rows[-1],
        "curve": curve,
        "curve_title": _curve_title(rows[-1]),
        "exceedances": steps.steps(curve),
        "states": states[:_STATES_COUNT],
        "more_states_count": max(len(states) - _STATES_COUNT, 0),
        "states_figure": _states_figure(states, everyone),
        "tornado": drivers,
        "tornado_figure": _tornado_figure(drivers, rows[-1]),
        "notes": [formatting.with_readable_dates(note) for note in risk.notes(answer)],
        "csv_tables": _TABLES,
        "verb": "risk",
        "versions": [(library, metadata.version(library)) for library in _LIBRARIES],
    }


def title(answer: RiskAnswer) -> str:
    """Return the finding of the page in one sentence."""
    basket = risk.shown(answer)[-1]
    if basket["mean_usd"] is None:
        return "No security of the basket has a price and an outflow: the flow is unknown"
    mean, most = (risk.of_basket(basket[name], basket) for name in ("mean_usd", "var95_usd"))
    what = "buying" if risk.is_bought(basket) else "selling"
    return (
        f"Expected passive {what}{_only_security(answer)} {mean}; 95 % value at risk {most} "
        "(covered names)"
    )


def _only_security(answer: RiskAnswer) -> str:
    """Return `` of Strategy`` where the basket is one security, else nothing."""
    asked = answer.marts["distributions"].filter(is_in_basket=True)["security_name"].drop_nulls()
    return f" of {formatting.company(asked[0])}" if len(asked) == 1 else ""


def _curve(answer: RiskAnswer) -> list[tuple[float, float]]:
    """Return the basket's amounts and the odds of reaching them, as many as can be drawn."""
    side = -1.0 if risk.is_bought(risk.shown(answer)[-1]) else 1.0
    return _thinned([
        # a curve begins at nothing: of a mixed law the other side is in the table only
        (max(side * row["outflow_usd"], 0.0), row["exceedance_ratio"])
        for row in answer.marts["exceedances"].rows(named=True)
        if row["security_id"] == risk.BASKET and row["exceedance_ratio"] >= _LEAST_RATIO
    ])  # fmt: skip


def _curve_title(basket: risk.Row) -> str:
    nobody = formatting.percent(basket["p_none_ratio"])
    most = risk.of_basket(basket["var95_usd"], basket)
    what = "trading" if risk.is_bought(basket) else "selling"
    return f"{nobody} probability of no {what}; 95 % value at risk {most}"


def _states_figure(states: Sequence[risk.Row], everyone: int) -> bar_charts.Figure:
    """Return the probabilities of the likeliest outcomes, the others as one bar."""
    bars = [
        bar_charts.Row(_who(row, everyone), (row["probability_ratio"],))
        for row in states[:_BARS_COUNT]
    ]
    if rest := states[_BARS_COUNT:]:
        left = 1 - sum(row["probability_ratio"] for row in states[:_BARS_COUNT])
        bars.append(bar_charts.Row(f"{len(rest):,} other outcomes", (max(left, 0.0),)))
    odds = formatting.percent(states[0]["probability_ratio"])
    who = formatting.name(_who(states[0], everyone), 80)
    return bar_charts.Figure(f"Most likely outcome ({odds}): {who}", bar_charts.bars(bars))


def _who(state: risk.Row, everyone_count: int) -> str:
    """Return who excludes in an outcome; ``everyone_count`` providers could."""
    if not state["providers_count"]:
        return "none excludes"
    if state["providers_count"] == everyone_count > 1:
        return f"all {formatting.counted(everyone_count)} exclude"
    return str(state["provider_ids"]).replace("+", " + ")


def _tornado_figure(drivers: Sequence[risk.Row], basket: risk.Row) -> spans.SpanFigure | None:
    """Return how far each decision or parameter alone moves the mean; None without a mean."""
    if not drivers:
        return None
    widest = drivers[0]
    name = formatting.name(widest["parameter_id"], 40)
    ends = " to ".join(risk.of_basket(widest[end], basket) for end in ("low_usd", "high_usd")
                       if widest[end] is not None)  # fmt: skip
    what = f"decision of {name}" if widest["kind"] == "decision" else name
    side = -1.0 if risk.is_bought(basket) else 1.0
    ends_usd = [(row["parameter_id"], *(None if row[end] is None else side * row[end]
                                        for end in ("low_usd", "high_usd")))
                for row in drivers]  # fmt: skip
    if any(end is not None and end < 0 for _, *both in ends_usd for end in both):
        return None
    rows = [spans.Interval(name, low, None, high) for name, low, high in ends_usd]
    return spans.SpanFigure(
        f"Largest sensitivity of the mean: {what}, {ends}",
        spans.spans(rows, reference=side * basket["mean_usd"]),
    )


def citation(answer: RiskAnswer) -> str:
    """Return one sentence to quote: what, of which data, as of when."""
    return (
        f"{title(answer)} ({risk.judged(answer)}). {sentences.produced_by(answer)}. "
        "An estimate, not advice."
    )


def _thinned(curve: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return at most so many points of a curve, its ends among them."""
    if len(curve) <= _CURVE_COUNT:
        return curve
    last = len(curve) - 1
    return [curve[round(i * last / (_CURVE_COUNT - 1))] for i in range(_CURVE_COUNT)]

"""The answer of ``flowrisk risk`` as the sections of its page. Judges, chooses; counts nothing."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING, Any

from flowrisk import charts, figures, risk_text, sentences, settings, text

if TYPE_CHECKING:
    from flowrisk.risk import RiskAnswer

_CURVE_COUNT = 60
_LEAST_RATIO = 0.001
_STATES_COUNT = 32
_LIBRARIES = ("duckdb", "numpy", "polars", "jinja2")


def context(answer: RiskAnswer) -> dict[str, Any]:
    """Return everything the template of the risk page speaks of, by name."""
    rows = risk_text.shown(answer)
    states = risk_text.likeliest(answer)
    curve = [
        (row["outflow_usd"], row["exceedance_ratio"])
        for row in answer.marts["exceedances"].rows(named=True)
        if row["security_id"] == risk_text.BASKET and row["exceedance_ratio"] >= _LEAST_RATIO
    ]
    return {
        "answer": answer,
        "subject": text.subject(answer),
        "title": _title(rows[-1]),
        "judged": risk_text.judged(answer),
        "distributions": rows,
        "basket": rows[-1],
        "exceedances": charts.steps(_thinned(curve)),
        "states": states[:_STATES_COUNT],
        "more_states_count": max(len(states) - _STATES_COUNT, 0),
        "tornado": risk_text.drivers(answer),
        "notes": risk_text.notes(answer),
        "command": sentences.command(answer, "risk", settings.RISK),
        "versions": [(library, metadata.version(library)) for library in _LIBRARIES],
    }


def _title(basket: risk_text.Row) -> str:
    if basket["mean_usd"] is None:
        return "No security of the basket has a price: the flow is not known"
    return (
        f"Index money would sell {figures.money(basket['mean_usd'])} on average, and at most "
        f"{figures.money(basket['var95_usd'])} in 95 of 100 cases"
    )


def _thinned(curve: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return at most so many points of a curve, its ends among them."""
    if len(curve) <= _CURVE_COUNT:
        return curve
    last = len(curve) - 1
    return [curve[round(i * last / (_CURVE_COUNT - 1))] for i in range(_CURVE_COUNT)]

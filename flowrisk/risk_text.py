"""The answer of ``flowrisk risk`` as the text a person reads. Computes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from flowrisk import figures, text
from flowrisk.summaries import grid, headline

if TYPE_CHECKING:
    from flowrisk.risk import RiskAnswer

Row = Mapping[str, Any]
BASKET = "basket"
_SHOWN_COUNT = 8
_HEADS = ("", "if all", "mean", "sd", "median", "90 %", "VaR 95 %", "ES 95 %", "99 %")
_COLUMNS = ("if_all_usd", "mean_usd", "sd_usd", "q50_usd", "q90_usd", "var95_usd", "es95_usd",
            "q99_usd")  # fmt: skip


def risk_table(answer: RiskAnswer) -> str:
    """Return the distributions, the likeliest states, what drives the spread, and the notes."""
    rows = answer.marts["distributions"].rows(named=True)
    basket = rows[-1]
    asked = [row for row in rows[:-1] if row["is_in_basket"] and row["reason"] is None]
    seen = [row for row in asked if row["if_all_usd"] > 0]
    shown = [*sorted(seen, key=lambda row: -row["if_all_usd"]), basket]
    lines = [headline(answer, text.subject(answer)), _judged(answer), ""]
    lines += grid(_HEADS, (_distribution(row) for row in shown), indent="")
    nobody, everyone = (figures.percent(basket[f"p_{who}_ratio"]) for who in ("none", "all"))
    lines += ["", f"P(nobody) {nobody} · P(all) {everyone}", ""]
    lines += _states(answer.marts["states"].rows(named=True))
    lines += ["", *_drivers(answer), ""]
    return "\n".join([*lines, *_notes(answer, rows)]) + "\n"


def _judged(answer: RiskAnswer) -> str:
    said = {name: assumption.value for name, assumption in answer.assumptions.items()}
    odds = cast("Mapping[str, float]", said["probabilities"])
    parts = ["who excludes: " + ", ".join(f"{k} {figures.percent(v)}" for k, v in odds.items())]
    parts.append({
        "independent": "independent of each other",
        "leader": f"following {said['leader']}",
        "copula": f"one common factor, correlation {said['rho']}",
    }[cast("str", said["dependence"])])  # fmt: skip
    parts += [f"{word} {said[name]}" for name, word in
              (("horizon", "by"), ("judged_by", "judged by"), ("judged_on", "on"))
              if said[name] is not None]  # fmt: skip
    return " · ".join(parts)


def _distribution(row: Row) -> list[str]:
    name = "Basket" if row["security_id"] == BASKET else row["ticker"]
    at_least = "≥ " if row["method"] == "observed" else ""
    if_all, *rest = (figures.money(row[column]) for column in _COLUMNS)
    return [name, at_least + if_all, *rest]


def _states(rows: Sequence[Row]) -> list[str]:
    likeliest = sorted(rows, key=lambda row: -row["probability_ratio"])
    likeliest = [row for row in likeliest if row["probability_ratio"] > 0]
    lines = grid(
        ("who excludes (basket)", "probability", "flow"),
        (
            (row["provider_ids"].replace("+", " + "), figures.percent(row["probability_ratio"]),
             figures.money(row["outflow_usd"]))
            for row in likeliest[:_SHOWN_COUNT]
        ),
        indent="",
    )  # fmt: skip
    rest = len(likeliest) - _SHOWN_COUNT
    return [*lines, f"and {rest:,} states more"] if rest > 0 else lines


def _drivers(answer: RiskAnswer) -> list[str]:
    shares = {
        row["provider_id"]: row["variance_share_ratio"]
        for row in _of_basket(answer.marts["variance_shares"].rows(named=True))
    }
    return grid(
        ("mean flow of the basket if", "no / low", "yes / high", "share of variance"),
        (
            (row["parameter_id"], figures.money(row["low_usd"]), figures.money(row["high_usd"]),
             figures.percent(shares.get(row["parameter_id"])) if row["kind"] == "decision" else "")
            for row in _of_basket(answer.marts["tornado"].rows(named=True))
        ),
        indent="",
    )  # fmt: skip


def _of_basket(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row["security_id"] == BASKET]


def _notes(answer: RiskAnswer, rows: Sequence[Row]) -> list[str]:
    notes = [
        f"note: {sentence}; not applied here: a known outcome is a probability of 0 or 1"
        for sentence in text.decided(answer)
    ]
    unseen = [row["ticker"] for row in rows[:-1] if row["is_in_basket"] and row["if_all_usd"] == 0]
    if unseen:
        notes.append(
            f"note: not seen in any fund read, so not in these figures: {', '.join(unseen)}"
        )
    unpriced = [row["ticker"] or row["security_id"] for row in rows[:-1]
                if row["is_in_basket"] and row["reason"] is not None]  # fmt: skip
    if unpriced:
        notes.append(f"note: without a price, left out: {', '.join(unpriced)}")
    if rows[-1]["dependence"] == "independent":
        notes.append(
            "note: independent decisions understate the tail where providers follow each other"
        )
    notes += text.calibrated(answer)
    notes.append("note: ≥ = observed in fund disclosures only, not estimated beyond them")
    notes.append("note: VaR and ES are of the flow that must be sold, not of a loss")
    return notes

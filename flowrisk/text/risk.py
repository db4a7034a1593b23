"""The answer of ``flowrisk risk`` as the text a person reads. Computes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flowrisk.export.tables import Text, grid, text
from flowrisk.text import formatting, heading
from flowrisk.text.heading import headline
from flowrisk.text.scenario import is_at_least, treatment_condition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowrisk.domain import RiskAnswer


Row = Mapping[str, Any]
BASKET = "basket"
SHOWN_COUNT = 8
HEADS = ("", "all exclude", "mean", "sd", "median", "90th pct", "VaR 95 %", "ES 95 %", "99th pct")
_COLUMNS = ("if_all_usd", "mean_usd", "sd_usd", "q50_usd", "q90_usd", "var95_usd", "es95_usd",
            "q99_usd")  # fmt: skip


def table(answer: RiskAnswer) -> Text:
    """Return the distributions, the likeliest states, and what drives the spread."""
    rows = shown(answer)
    lines = [headline(answer, heading.subject(answer)), *treated(answer), judged(answer), ""]
    lines += grid(heads(answer), (cells(row) for row in rows), indent="")
    lines += ["", extremes(rows[-1])]
    lines += ["", *_states(answer), "", *_drivers(answer)]
    return text(lines)


def is_acting(answer: RiskAnswer) -> bool:
    """Return whether some provider would buy: the events are then not all exclusions."""
    treatments = answer.scenarios[0].treatments.values()
    return bool(set(treatments) & {"include", "migrate"})


def heads(answer: RiskAnswer) -> tuple[str, ...]:
    """Return what stands above the figures of a distribution."""
    return ("", "all act", *HEADS[2:]) if is_acting(answer) else HEADS


def treated(answer: RiskAnswer) -> list[str]:
    """Return what the providers would do, where some would not delete."""
    is_other = any(each.treatments for each in answer.scenarios)
    return [treatment_condition(answer.scenarios)] if is_other else []


def extremes(basket: Row) -> str:
    """Return how likely none and all exclude."""
    nobody, everyone = (formatting.percent(basket[f"p_{who}_ratio"]) for who in ("none", "all"))
    return f"P(none) {nobody} · P(all) {everyone}"


def shown(answer: RiskAnswer) -> list[Row]:
    """Return the distributions of the basket's securities with an outflow, the largest first, and
    of the basket itself."""
    *rows, basket = answer.marts["distributions"].rows(named=True)
    asked = [row for row in rows if row["is_in_basket"] and row["reason"] is None]
    traded = [row for row in asked if row["if_all_usd"] != 0]
    return [*sorted(traded, key=lambda row: -abs(row["if_all_usd"])), basket]


def likeliest(answer: RiskAnswer) -> list[Row]:
    """Return the possible states, the likeliest first."""
    rows = answer.marts["states"].rows(named=True)
    possible = [row for row in rows if row["probability_ratio"] > 0]
    return sorted(possible, key=lambda row: -row["probability_ratio"])


def drivers(answer: RiskAnswer) -> list[Row]:
    """Return what moves the basket's mean, widest first, with each decision's variance share."""
    shares = {
        row["provider_id"]: row["variance_share_ratio"]
        for row in answer.marts["variance_shares"].rows(named=True)
        if row["security_id"] == BASKET
    }
    return [
        row | {"variance_share_ratio": shares.get(row["parameter_id"])}
        for row in answer.marts["tornado"].rows(named=True)
        if row["security_id"] == BASKET
    ]


def judged(answer: RiskAnswer) -> str:
    """Return who was judged to exclude how likely, by whom, and how decisions go together."""
    said = {name: assumption.value for name, assumption in answer.assumptions.items()}
    odds = answer.assumed("probabilities", dict)
    what = "acting" if is_acting(answer) else "exclusion"
    parts = [
        f"probability of {what}: "
        + ", ".join(f"{k} {formatting.percent(v)}" for k, v in odds.items())
    ]
    parts.append({
        "independent": "independent",
        "leader": f"leader {said['leader']}",
        "copula": f"one common factor, correlation {said['rho']}",
    }[answer.assumed("dependence", str)])  # fmt: skip
    parts += [f"{word} {said[name]}" for name, word in
              (("horizon", "by"), ("judged_by", "judged by"), ("judged_on", "on"))
              if said[name] is not None]  # fmt: skip
    if (error := sampling_error(answer)) is not None:
        parts.append(f"decisions sampled: {error['draws_count']:,} draws, seed {error['seed']}")
    return " · ".join(parts)


def sampling_error(answer: RiskAnswer) -> Row | None:
    """Return the standard errors of the basket's figures; None where nothing of the decisions was
    drawn, or nothing is known of the basket."""
    rows = [row for row in answer.rows("sampling_errors") if row["security_id"] == BASKET]
    return rows[0] if rows else None


def cells(row: Row) -> list[str]:
    """Return the distribution of one security, or of the basket, as ``HEADS``."""
    name = "Basket" if row["security_id"] == BASKET else row["ticker"]
    return [name, *(shown for _, shown in figures(row))]


def figures(row: Row) -> list[tuple[str, str]]:
    """Return each column of a distribution with its figure, ``≥`` where the flow is a lower
    bound; not for the deviation, as a spread of lower bounds bounds nothing."""
    return [
        (column, formatting.money(row[column]) if column == "sd_usd"
         else of_basket(row[column], row))
        for column in _COLUMNS
    ]  # fmt: skip


def is_bought(row: Row) -> bool:
    """Return whether all providers together buy: the upper quantiles are then large inflows."""
    return bool((row["if_all_usd"] or 0.0) < 0)


def of_basket(amount_usd: float | None, basket: Row) -> str:
    """Return a flow, ``≥`` where its distribution is that of a lower bound."""
    at_least = "≥ " if is_at_least(basket) and amount_usd else ""
    return f"{at_least}{formatting.flow(amount_usd)}"


def _states(answer: RiskAnswer) -> list[str]:
    rows, basket = likeliest(answer), shown(answer)[-1]
    lines = grid(
        ("acting providers" if is_acting(answer) else "excluding providers", "probability", "flow"),
        (
            (row["provider_ids"].replace("+", " + "), formatting.percent(row["probability_ratio"]),
             of_basket(row["outflow_usd"], basket))
            for row in rows[:SHOWN_COUNT]
        ),
        indent="",
    )  # fmt: skip
    rest = len(rows) - SHOWN_COUNT
    return [*lines, f"and {rest:,} more states"] if rest > 0 else lines


def _drivers(answer: RiskAnswer) -> list[str]:
    basket = shown(answer)[-1]
    return grid(
        ("mean flow of the basket given", "no / low", "yes / high", "share of variance"),
        (
            (row["parameter_id"], of_basket(row["low_usd"], basket),
             of_basket(row["high_usd"], basket),
             formatting.percent(row["variance_share_ratio"]) if row["kind"] == "decision" else "")
            for row in drivers(answer)
        ),
        indent="",
    )  # fmt: skip


def notes(answer: RiskAnswer) -> list[str]:
    """Return what a reader must know beside the figures, one sentence each."""
    *rows, basket = answer.marts["distributions"].rows(named=True)
    asked = [row for row in rows if row["is_in_basket"]]
    said = [
        f"{sentence}; not applied: give a known outcome as a probability of 0 or 1"
        for sentence in heading.decided(answer)
    ]
    said += [*_not_included(asked), *_allocations(asked), *_sampled(answer)]
    if basket["dependence"] == "independent":
        said.append("independent decisions understate the tail where providers follow each other")
    return [
        *said,
        *heading.calibrated(answer),
        "≥ = lower bound: observed in covered funds, not estimated beyond them",
        "VaR and ES are of passive selling, not of a loss",
    ]


def _sampled(answer: RiskAnswer) -> list[str]:
    """Return how far the figures of the basket may be off where the decisions were drawn."""
    if (error := sampling_error(answer)) is None:
        return []
    names = dict(zip(_COLUMNS, HEADS[1:], strict=True))
    drawn = [
        f"{names[column]} {formatting.money(error[column])}"
        for column in _COLUMNS
        if error.get(column)
    ]
    exact = [names[column] for column in ("mean_usd", "sd_usd") if not error[column]]
    said = f"standard errors of the basket by sampling: {', '.join(drawn) or 'none'}"
    if exact:
        said += f"; exact: {', '.join(exact)}, probabilities of none and all"
    formula = f"√(p·(1 − p)/{error['draws_count']:,})"
    return [
        said,
        f"states are those drawn most often; standard error of a probability p: {formula}",
    ]


def _not_included(asked: Sequence[Row]) -> list[str]:
    """Return which securities of the basket the law leaves out, and why."""
    said = []
    unknown = [
        row["ticker"]
        for row in asked
        if row["if_all_usd"] == 0 or (row["if_all_usd"] is None and not row["unpriced_count"])
    ]
    if unknown:
        said.append(
            f"no holdings in covered funds and no estimate, so not included: {', '.join(unknown)}"
        )
    unpriced = [row["ticker"] or row["security_id"] for row in asked if row["unpriced_count"]]
    if unpriced:
        said.append(f"without a price, not included: {', '.join(unpriced)}")
    return said


def _allocations(asked: Sequence[Row]) -> list[str]:
    """Return between what a value at risk lies where only an illustration divides a total."""
    return [
        f"VaR 95 % of {row['ticker']} lies between "
        f"{of_basket(row['allocation_low_var95_usd'], row)} and "
        f"{of_basket(row['allocation_high_var95_usd'], row)} over all allocations between the "
        "providers whose shares are illustrative"
        for row in asked
        if row["allocation_low_var95_usd"] is not None
    ]

"""A result as the text a person reads on a terminal, or as Markdown. Computes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from flowrisk.errors import printable
from flowrisk.export.tables import grid
from flowrisk.text import formatting, heading
from flowrisk.text.confidence import LOWER_BOUNDS, NOT_SOLD
from flowrisk.text.heading import calibrated, decided, subject

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.domain import Answer, Scenario, ScenarioAnswer


Row = Mapping[str, Any]
MARTS = ("outflows", "scenario_totals", "decisions", "unmapped_holders")

UNKNOWN = "n/a"
_NAME_LENGTH = 26
_LEGEND = (
    "observed = holdings of covered funds; ≥ = lower bound; n/a = unknown; "
    "days assume simultaneous selling"
)


def table(answer: ScenarioAnswer) -> str:
    """Return the outflow table of the main job: basket first, other candidates below."""
    lines = [*headlines(answer), "", *_heads(answer)]
    rows = by_security(answer)
    basket = [cells for cells in rows if cells[0]["is_in_basket"]]
    others = [cells for cells in rows if not cells[0]["is_in_basket"]]
    lines += [_line(_label(cells[0]), cells) for cells in basket]
    lines.append(_line("Basket", answer.marts["scenario_totals"].rows(named=True)))
    if others:
        lines += ["", f"Outside the list ({len(others)}):", *_others(others)]
    lines += treatments(answer.marts)
    return "\n".join([*lines, "", *heading.marked(notes(answer))]) + "\n"


def headlines(answer: ScenarioAnswer) -> list[str]:
    """Return what is asked of which data, and on what condition."""
    condition = ". ".join([treatment_condition(answer.scenarios), *decided(answer)])
    source = f"{answer.dataset_name} {answer.dataset_digest[:8]}"
    return [
        f"As of {answer.as_of_on} · {source} · {subject(answer)} · estimates, not advice",
        condition,
    ]


def heads(answer: ScenarioAnswer) -> tuple[str, ...]:
    """Return what stands above the figures of one scenario; only the first has no increment."""
    participation = cast("float", answer.assumptions["participation"].value)
    return "outflow", "observed", f"days@{participation * 100:g}%", "increment"


def _heads(answer: ScenarioAnswer) -> list[str]:
    *columns, increment = heads(answer)
    first, second = " " * (_NAME_LENGTH + 8), " " * (_NAME_LENGTH + 8)
    for position, scenario in enumerate(answer.scenarios):
        width = 33 if position == 0 else 45
        name = scenario.scenario_id
        first += (name if len(name) < width else name[: width - 2] + "…").center(width)
        second += "".join(f"{column:>11}" for column in columns)
        second += f"{increment:>12}" if position else ""
    return [first.rstrip(), second]


def by_security(answer: ScenarioAnswer) -> list[list[Row]]:
    """Group the outflow rows by security, the largest in the last scenario first."""
    grouped: dict[str, list[Row]] = {}
    for row in answer.marts["outflows"].rows(named=True):
        grouped.setdefault(row["security_id"], []).append(row)
    return sorted(grouped.values(), key=lambda cells: -(cells[-1]["outflow_usd"] or 0.0))


def _label(row: Row) -> str:
    name = formatting.without_legal_form(row["security_name"])
    short = name if len(name) < _NAME_LENGTH else name[: _NAME_LENGTH - 2] + "…"
    return f"{short:<{_NAME_LENGTH}}{row['ticker']:<8}"


def _line(label: str, cells: Sequence[Row]) -> str:
    text = f"{label:<{_NAME_LENGTH + 8}}"
    for position, row in enumerate(cells):
        *columns, increment = shown(row)
        text += "".join(f"{column:>11}" for column in columns)
        text += f"{increment:>12}" if position else ""
    return text.rstrip()


def shown(row: Row) -> tuple[str, ...]:
    """Return the figures of one security, or of the basket, in one scenario, as ``heads``."""
    is_unknown = row["bound"] == "unknown"
    return (
        UNKNOWN if row["outflow_usd"] is None else outflow(row),
        UNKNOWN if is_unknown and not row["observed_outflow_usd"]
        else formatting.money(row["observed_outflow_usd"]),
        formatting.days(row["days_to_sell"]) if "days_to_sell" in row else "",
        formatting.money(row["increment_usd"], is_signed=True),
    )  # fmt: skip


def outflow(row: Row) -> str:
    """Return an outflow in dollars (in shares where no price is known), ``≥`` where it is at least
    that, ``n/a`` where nothing is known."""
    if not is_known(row):
        return UNKNOWN
    return f"≥ {amount(row)}" if is_at_least(row) else amount(row)


def amount(row: Row) -> str:
    """Return an outflow in dollars, in shares where no price is known, without its bound."""
    if row["outflow_usd"] is None and row.get("outflow_shares"):
        return f"{formatting.shares(row['outflow_shares'])} shares"
    return formatting.money(row["outflow_usd"])


def is_at_least(row: Row) -> bool:
    """Return whether an outflow is a lower bound because part of it is not known."""
    return row["bound"] in LOWER_BOUNDS


def is_known(row: Row) -> bool:
    """Return whether anything of an outflow was observed or estimated."""
    return bool(row["bound"] != "unknown")


def _others(others: Sequence[Sequence[Row]]) -> list[str]:
    lines: list[str] = []
    unknown: list[str] = []
    kept: list[str] = []
    for cells in others:
        if any(row["outflow_shares"] for row in cells):
            lines.append(_line(_label(cells[0]), cells))
        else:
            is_kept = all(row["method"] == NOT_SOLD for row in cells)
            (kept if is_kept else unknown).append(cells[0]["ticker"])
    for what, tickers in (
        ("No holdings in covered funds and no estimate", unknown),
        ("No selling", kept),
    ):
        if tickers:
            lines.append(f"{what} ({len(tickers)}): {', '.join(sorted(tickers))}")
    return lines


def notes(answer: ScenarioAnswer) -> list[str]:
    """Return what a reader must know beside the figures, one sentence each."""
    return [*calibrated(answer), *_disagreements(answer), *_unmapped(answer), _LEGEND]


def _unmapped(answer: ScenarioAnswer) -> list[str]:
    """Return what funds without a known index hold of the basket, the most first."""
    frame = answer.marts.get("unmapped_holders")
    rows = [] if frame is None else [row for row in frame.rows(named=True) if row["is_in_basket"]]
    if not rows:
        return []
    first, rest = rows[0], len(rows) - 1
    held = (
        f"{formatting.shares(first['held_shares'])} shares, {formatting.money(first['held_usd'])}"
    )
    funds = "1 fund" if first["funds_count"] == 1 else f"{first['funds_count']:,} funds"
    return [
        f"held by funds without a known index, not in any outflow: {first['ticker']} {held}, "
        f"in {funds} (largest: {printable(first['largest_funds'])})"
        + (f"; and of {rest} more securities" if rest else "")
    ]


def _disagreements(answer: Answer) -> list[str]:
    """Return where the list and the rule differ, and who the rule cannot judge."""
    if "rule_disagreements" not in answer.marts:
        return []
    rows = answer.marts["rule_disagreements"].rows(named=True)
    parts = [
        (f"on list {answer.assumptions['list'].value}, does not meet the rule",
         [row for row in rows if row["is_on_list"] and row["meets_rule"] is False]),
        ("meets the rule, not on the list",
         [row for row in rows if row["is_on_list"] is False and row["meets_rule"]]),
        ("not assessed, so not included by the rule",
         [row for row in rows if row["meets_rule"] is None]),
    ]  # fmt: skip
    return [
        f"{what}: " + ", ".join(
            row["ticker"] + (f" ({formatting.percent(row['digital_asset_ratio'])})"
                             if row["digital_asset_ratio"] is not None else "")
            for row in found
        )
        for what, found in parts
        if found
    ]  # fmt: skip


_VERBS = {"exclude": "deletes", "freeze": "freezes", "reweight": "reweights"}


def treatment_condition(scenarios: Iterable[Scenario]) -> str:
    """Return what the providers do: "Scenario: deletion", or each scenario's treatments."""
    treated = [f"{each.scenario_id}: {_treated(each)}" for each in scenarios if each.treatments]
    return f"Treatment: {' · '.join(treated)}" if treated else "Scenario: deletion"


def _treated(scenario: Scenario) -> str:
    said = ", ".join(f"{name} {_VERBS[what]}" for name, what in scenario.treatments.items())
    rest = len(scenario.provider_ids) > len(scenario.treatments)
    return said + (", the others delete" if rest else "")


def treatments(marts: Mapping[str, pl.DataFrame]) -> list[str]:
    """Return the lines on freezes and reweights, empty where there are none."""
    lines: list[str] = []
    if "freeze_effects" in marts:
        lines += _freeze(marts["freeze_effects"].rows(named=True))
    if "reweight_tranches" in marts:
        lines += ["", "Reweight schedule (the outflow above is the sum of the falling steps)"]
        lines += grid(
            ("step", "provider", "scenario", "change", "sold"),
            (
                (row["step_text"], row["provider_id"], row["scenario_id"],
                 formatting.percent(row["index_change_ratio"]),
                 formatting.money(row["outflow_usd"]))
                for row in _steps(marts["reweight_tranches"])
            ),
        )  # fmt: skip
    return lines


def _steps(frame: pl.DataFrame) -> Iterable[Row]:
    return (
        {**row, "step_text": f"{row['ticker']} {row['effective_on']}"}
        for row in frame.rows(named=True)
    )


def _freeze(rows: Iterable[Row]) -> list[str]:
    """Return the frozen positions of the basket, each once, and those that are not known."""
    basket = [row for row in rows if row["is_in_basket"]]
    each = {(row["provider_id"], row["security_id"]): row for row in basket}.values()
    known = [row for row in each if row["unknown_reason"] is None]
    lines = ["", "Freeze, never part of an outflow (foregone = not bought at reviews since)"]
    lines += grid(
        ("security", "provider", "since", "counted", "actual", "ratio now", "foregone",
         "catch-up", "later deletion"),
        (
            (row["ticker"], row["provider_id"], str(row["frozen_from_on"]),
             formatting.shares(row["counted_shares"]), formatting.shares(row["actual_shares"]),
             formatting.percent(row["effective_tracking_ratio"], decimals=3),
             formatting.money(row["foregone_demand_usd"]), formatting.money(row["catch_up_usd"]),
             formatting.money(row["deletion_outflow_usd"]))
            for row in known
        ),
    )  # fmt: skip
    reasons: dict[str, dict[str, None]] = {}
    for row in each:
        if row["unknown_reason"] is not None:
            reasons.setdefault(row["unknown_reason"], {})[row["ticker"]] = None
    return lines + [f"  unknown: {', '.join(names)} ({why})" for why, names in reasons.items()]

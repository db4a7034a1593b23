"""A result as the text a person reads on a terminal, or as Markdown. Computes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from flowrisk.export.tables import grid
from flowrisk.text import formatting
from flowrisk.text.confidence import NOT_ESTIMATED, NOT_SOLD
from flowrisk.text.heading import calibrated, decided, subject

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.domain import Answer, Scenario, ScenarioAnswer


Row = Mapping[str, Any]
MARTS = ("outflows", "scenario_totals", "decisions")

NOT_SEEN = "not seen"
_NAME_LENGTH = 26
_LEGEND = (
    "observed = at least, in the fund disclosures read; ≥ and 'not seen' = not estimated; "
    "days if all sell at once"
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
    return "\n".join(lines) + "\n"


def headlines(answer: ScenarioAnswer) -> list[str]:
    """Return what is asked of which data, and on what condition."""
    condition = "; ".join([treatment_condition(answer.scenarios), *decided(answer)])
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
    is_seen = outflow(row) != NOT_SEEN
    days = formatting.days(row.get("days_to_sell") if is_seen else None)
    return (
        formatting.UNKNOWN if is_seen and row["outflow_usd"] is None else outflow(row),
        formatting.money(row["observed_outflow_usd"]),
        days if "days_to_sell" in row else "",
        formatting.money(row["increment_usd"] if is_seen else None, is_signed=True),
    )


def outflow(row: Row) -> str:
    """Return an outflow in dollars (in shares where no price is known), ``≥`` where it is observed
    only, ``not seen`` where nothing was seen and nothing estimated."""
    is_estimated = row.get("method") not in NOT_ESTIMATED
    count_shares = row.get("outflow_shares")
    if not is_estimated and not (count_shares or row["outflow_usd"]):
        return NOT_SEEN
    amount = formatting.money(row["outflow_usd"])
    if row["outflow_usd"] is None and count_shares:
        amount = f"{formatting.shares(count_shares)} shares"
    return amount if is_estimated else f"≥ {amount}"


def _others(others: Sequence[Sequence[Row]]) -> list[str]:
    lines: list[str] = []
    unseen: list[str] = []
    kept: list[str] = []
    for cells in others:
        if any(row["outflow_shares"] for row in cells):
            lines.append(_line(_label(cells[0]), cells))
        else:
            is_kept = all(row["method"] == NOT_SOLD for row in cells)
            (kept if is_kept else unseen).append(cells[0]["ticker"])
    for what, tickers in (("Not seen in any fund read", unseen), ("Nothing is sold of", kept)):
        if tickers:
            lines.append(f"{what} ({len(tickers)}): {', '.join(sorted(tickers))}")
    return lines


def notes(answer: ScenarioAnswer) -> list[str]:
    """Return what a reader must know beside the figures, one line each."""
    return [*calibrated(answer), *_disagreements(answer), _LEGEND]


def _disagreements(answer: Answer) -> list[str]:
    """Return where the list and the rule differ, and who the rule cannot judge."""
    if "rule_disagreements" not in answer.marts:
        return []
    rows = answer.marts["rule_disagreements"].rows(named=True)
    parts = [
        (f"on list {answer.assumptions['list'].value}, not by the rule",
         [row for row in rows if row["is_on_list"] and row["meets_rule"] is False]),
        ("by the rule, not on the list",
         [row for row in rows if row["is_on_list"] is False and row["meets_rule"]]),
        ("not assessed, so not in by the rule",
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
    """Return what the providers are taken to do: "if deleted", or each scenario's treatments."""
    treated = [f"{each.scenario_id}: {_treated(each)}" for each in scenarios if each.treatments]
    return f"if treated so: {' · '.join(treated)}" if treated else "if deleted"


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
        lines += ["", "Reweight, by step (the outflow above is the sum of the falling ones)"]
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
    lines = ["", "Frozen, never part of an outflow (foregone = not bought at reviews since)"]
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

"""A result as the text a person reads on a terminal, or as Markdown. Computes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from flowrisk import figures, summaries
from flowrisk.grades import NOT_ESTIMATED, NOT_SOLD

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.answers import Answer
    from flowrisk.scenario import ScenarioAnswer

Row = Mapping[str, Any]
MARTS = ("outflows", "scenario_totals", "decisions", "unmapped_holders")
# what would move a terminal's cursor, change its colours or turn its reading direction
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
NOT_SEEN = "not seen"
_NAME_LENGTH = 26
_LEGEND = (
    "note: observed = at least, in the fund disclosures read; ≥ and 'not seen' = not estimated; "
    "days if all sell at once"
)


def scenario_table(answer: ScenarioAnswer) -> str:
    """Return the outflow table of the main job: basket first, other candidates below."""
    lines = [*headlines(answer), "", *_heads(answer)]
    rows = by_security(answer)
    basket = [cells for cells in rows if cells[0]["is_in_basket"]]
    others = [cells for cells in rows if not cells[0]["is_in_basket"]]
    lines += [_line(_label(cells[0]), cells) for cells in basket]
    lines.append(_line("Basket", answer.marts["scenario_totals"].rows(named=True)))
    if others:
        lines += ["", f"Outside the list ({len(others)}):", *_others(others)]
    lines += summaries.treatments(answer.marts)
    return "\n".join([*lines, "", *notes(answer)]) + "\n"


def rows_table(frame: pl.DataFrame) -> str:
    """Return any frame as an aligned text table, numbers to the right."""
    is_number = [dtype.is_numeric() for dtype in frame.dtypes]
    cells = [list(frame.columns), *([_cell(value) for value in row] for row in frame.rows())]
    widths = [max(len(row[i]) for row in cells) for i in range(len(frame.columns))]
    aligned = [
        "  ".join(
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(row, widths, is_number, strict=True)
        ).rstrip()
        for row in cells
    ]
    rule = "  ".join("-" * width for width in widths)
    return "\n".join([aligned[0], rule, *aligned[1:]]) + "\n"


def rows_markdown(frame: pl.DataFrame) -> str:
    """Return any frame as a Markdown table; pipes in cells are escaped."""
    head = "| " + " | ".join(frame.columns) + " |"
    rule = "|" + "|".join(" ---: " if d.is_numeric() else " --- " for d in frame.dtypes) + "|"
    body = (
        "| " + " | ".join(_cell(value).replace("|", "\\|") for value in row) + " |"
        for row in frame.rows()
    )
    return "\n".join([head, rule, *body]) + "\n"


def subject(answer: Answer) -> str:
    """Return what the question is about: the list, the rule or the securities, and how many."""
    basket = sum(security.is_in_basket for security in answer.securities)
    rule, chosen = answer.assumptions["rule"].value, answer.assumptions["list"].value
    if rule is not None:
        return f"rule {rule} ({basket})"
    asked = "security" if basket == 1 else "securities"
    return f"list {chosen} ({basket})" if chosen else f"{basket} {asked} asked about"


def decided(answer: Answer) -> list[str]:
    """Return what the providers asked about have decided, one sentence each, newest first."""
    asked = {provider for scenario in answer.scenarios for provider in scenario.provider_ids}
    events = [
        row
        for row in answer.marts["decisions"].rows(named=True)
        if row["event"] == "decision" and row["provider_id"] in asked
    ]
    return [
        f"{row['provider_name']} decided on {row['happens_on']} to {row['treatment']}"
        + (f": {row['note'].split('. ')[0].rstrip('.')}" if row["note"] else "")
        for row in reversed(events)
    ]


def headlines(answer: ScenarioAnswer) -> list[str]:
    """Return what is asked of which data, and on what condition."""
    condition = "; ".join([summaries.condition(answer.scenarios), *decided(answer)])
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
    name = figures.company(row["security_name"])
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
    days = figures.days(row.get("days_to_sell") if is_seen else None)
    return (
        figures.UNKNOWN if is_seen and row["outflow_usd"] is None else outflow(row),
        figures.money(row["observed_outflow_usd"]),
        days if "days_to_sell" in row else "",
        figures.money(row["increment_usd"] if is_seen else None, is_signed=True),
    )


def outflow(row: Row) -> str:
    """Return an outflow in dollars (in shares where no price is known), ``≥`` where it is observed
    only, ``not seen`` where nothing was seen and nothing estimated."""
    is_estimated = row.get("method") not in NOT_ESTIMATED
    count_shares = row.get("outflow_shares")
    if not is_estimated and not (count_shares or row["outflow_usd"]):
        return NOT_SEEN
    amount = figures.money(row["outflow_usd"])
    if row["outflow_usd"] is None and count_shares:
        amount = f"{figures.shares(count_shares)} shares"
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
    return [*calibrated(answer), *_disagreements(answer), *_unmapped(answer), _LEGEND]


def _unmapped(answer: ScenarioAnswer) -> list[str]:
    """Return what of the basket funds hold that track no known index, the most first."""
    frame = answer.marts.get("unmapped_holders")
    rows = [] if frame is None else [row for row in frame.rows(named=True) if row["is_in_basket"]]
    if not rows:
        return []
    first = rows[0]
    funds = "1 fund" if first["funds_count"] == 1 else f"{first['funds_count']:,} funds"
    rest = len(rows) - 1
    return [
        f"note: in no outflow, held by funds that track no known index: {first['ticker']} "
        f"{figures.shares(first['held_shares'])} shares, {figures.money(first['held_usd'])}, in "
        f"{funds} (largest: {_CONTROL.sub(' ', first['largest_funds'])})"
        + (f"; and of {rest} more securities" if rest else "")
    ]


def calibrated(answer: Answer) -> list[str]:
    """Return the note on securities whose totals are set to published figures, if there are any."""
    found = next((f for f in answer.findings if f.code == "ratios_are_independent"), None)
    if found is None:
        return []
    tickers = sorted({example.split(":")[0] for example in found.examples})
    note = (
        f"note: totals of {', '.join(tickers)} are set to published figures or "
        "split for illustration; agreement is not validation"
    )
    return [note]


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
        f"note: {what}: " + ", ".join(
            row["ticker"] + (f" ({figures.percent(row['digital_asset_ratio'])})"
                             if row["digital_asset_ratio"] is not None else "")
            for row in found
        )
        for what, found in parts
        if found
    ]  # fmt: skip


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.2f}"
    return _CONTROL.sub(" ", str(value))

"""One figure, step by step, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowrisk.errors import printable
from flowrisk.export.tables import Text, grid, text
from flowrisk.text import formatting
from flowrisk.text.heading import calibrated, headline
from flowrisk.text.paragraphs import own_estimate
from flowrisk.text.scenario import outflow, set_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowrisk.domain import Answer
    from flowrisk.text.paragraphs.own_estimate import Row


_NOTHING = "Unknown: nothing observed and nothing estimated"


def table(told: Answer) -> Text:
    """Return one figure as formula, levels, rows, models and files."""
    return _told(told, _steps(told), _files(told))


def tabular(told: Answer) -> Text:
    """Return the same with its steps and files as tables, for a reader with room for them."""
    steps = grid(
        ("step", "value", "formula", "model"),
        ((f"{row['step_count']}. {row['step']}", _value(row), row["formula"], row["model"])
         for row in told.marts["steps"].rows(named=True)),
    )  # fmt: skip
    kept = told.marts["files"].rows(named=True)
    files = grid(("file", "SHA-256"), ((row["file"], f"{row['digest'][:16]}…") for row in kept))
    return _told(told, steps, files)


def _told(told: Answer, steps: Sequence[str], files: Sequence[str]) -> Text:
    figure = told.marts["figure"].row(0, named=True)
    subject = f"{figure['ticker']} under {figure['provider_id']}, scenario {figure['scenario_id']}"
    contrary = own_estimate.sentence(figure, figure["ticker"], figure["provider_id"])
    lines = [*([contrary] if contrary else []), headline(told, subject), "", _finding(figure)]
    lines += [*steps, "", *_levels(told, figure)]
    lines += ["", "Rows: fund positions", *_positions(told)]
    lines += [
        f"  ratio {row['applies_to_id']} {row['as_of_on']} ({row['basis']}): {row['source']}"
        for row in told.marts["estimates"].rows(named=True)
        if row["source"]
    ]
    models = told.marts["models"]
    chain = " <- ".join(models["model"].to_list()[:4])
    lines += ["", f"SQL: {chain} <- ... ({models.height} models; their text with --format json)"]
    return text([*lines, "", "Files (SHA-256)", *files])


def _steps(told: Answer) -> list[str]:
    return [
        line
        for row in told.marts["steps"].rows(named=True)
        for line in (f"  {row['step_count']}. {row['step']} = {_value(row)}",
                     f"     {row['formula']}   [{row['model']}]")
    ]  # fmt: skip


def _files(told: Answer) -> list[str]:
    rows = told.marts["files"].rows(named=True)
    return [f"  {row['digest'][:16]}…  {row['file']}" for row in rows]


def _value(row: Row) -> str:
    return "unknown" if row["value"] is None else f"{row['value']:,.10g} {row['unit']}"


def finding(told: Answer) -> str:
    """Return the figure and how it was found, in one sentence."""
    figure = told.marts["figure"].row(0, named=True)
    return f"{figure['ticker']} under {figure['provider_id']}: {_finding(figure)}"


def notes(told: Answer) -> list[str]:
    """Return what a reader must know beside the figure, one line each."""
    return calibrated(told)


def _finding(figure: Row) -> str:
    """Return the figure and how it was found, with the own estimate beside it."""
    own = f"own estimate {own_estimate.shown(figure)}"
    if figure["bound"] == "unknown":
        return f"{_NOTHING} ({own})"
    found = f"{outflow(figure)} {set_by(figure)}".rstrip()
    return f"{found if figure['method'] != 'model' else outflow(figure)}, step by step · {own}"


def _levels(told: Answer, figure: Row) -> list[str]:
    """Return the own estimate, a line a level: what it holds, its sum with its ends, its formula
    with its numbers; then what stands beside it, in no sum."""
    components = told.marts["estimate_components"].rows(named=True)
    levels = own_estimate.levels(components)
    lines = [f"Own estimate by level: {own_estimate.shown(figure)}"]
    lines += [
        f"  {level.level_id} {level.name} = {own_estimate.level_amount(level)}: {level.formula}"
        for level in levels
    ]
    lines += [f"  without a size: {printable(each)}" for level in levels for each in level.missing]
    if not levels:
        lines = ["Own estimate by level: unknown, no position, weight or pool leads to it"]
    lines += [f"  {line}" for line in own_estimate.conditional(components)]
    if check := own_estimate.crosscheck(components):
        amount = own_estimate.ends(check, "usd" if check["central_usd"] is not None else "shares")
        factor = f"{check['exposure_ratio']:g}"
        lines.append(f"  X beside it, all providers, in no sum: {check['component_name']} (13F) "
                     f"× {factor} = {amount}")  # fmt: skip
    return lines


def _positions(told: Answer) -> list[str]:
    rows = told.marts["fund_outflows"].rows(named=True)
    if not rows:
        return ["  none in covered funds"]
    return grid(
        ("fund", "as of", "basis", "shares"),
        (
            (row["fund_name"], str(row["as_of_on"]), row["basis"] or formatting.UNKNOWN,
             f"{row['held_shares']:,.0f}")
            for row in rows
        ),
    )  # fmt: skip

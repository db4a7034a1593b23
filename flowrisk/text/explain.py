"""One figure, step by step, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowrisk.export.tables import grid
from flowrisk.text import formatting
from flowrisk.text.heading import calibrated, headline

if TYPE_CHECKING:
    from flowrisk.domain import Answer


def table(told: Answer) -> str:
    """Return one figure as formula, rows, SQL and files."""
    figure = told.marts["figure"].row(0, named=True)
    subject = f"{figure['ticker']} under {figure['provider_id']}, scenario {figure['scenario_id']}"
    lines = [
        headline(told, subject),
        "",
        f"{formatting.money(figure['outflow_usd'])}, step by step",
    ]
    for row in told.marts["steps"].rows(named=True):
        value = "unknown" if row["value"] is None else f"{row['value']:,.10g} {row['unit']}"
        lines += [f"  {row['step_count']}. {row['step']} = {value}",
                  f"     {row['formula']}   [{row['model']}]"]  # fmt: skip
    lines += ["", "Rows: fund positions", *_positions(told)]
    lines += [
        f"  ratio {row['applies_to_id']} {row['as_of_on']} ({row['basis']}): {row['source']}"
        for row in told.marts["estimates"].rows(named=True)
        if row["source"]
    ]
    models = told.marts["models"]
    chain = " <- ".join(models["model"].to_list()[:4])
    lines += ["", f"SQL: {chain} <- ... ({models.height} models; all of them with --format json)"]
    lines += ["", *(f"  {line}" for line in models["sql"][0].rstrip().splitlines())]
    lines += ["", "Files (SHA-256)"]
    lines += [f"  {row['digest'][:16]}…  {row['file']}"
              for row in told.marts["files"].rows(named=True)]  # fmt: skip
    return "\n".join(lines) + "\n"


def notes(told: Answer) -> list[str]:
    """Return what a reader must know beside the figure, one line each."""
    return calibrated(told)


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

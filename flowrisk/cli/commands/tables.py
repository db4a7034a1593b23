"""``flowrisk tables``: the views and macros, their grain, columns, units and an example."""

from __future__ import annotations

from typing import Annotated

import typer

from flowrisk.cli import diagnostics, options

EPILOG = """\b
Examples:
  flowrisk tables marts.outflows
  flowrisk tables holders
  flowrisk tables raw.holdings --format json
"""


def tables(
    name: Annotated[
        str | None,
        typer.Argument(
            show_default=False,
            autocompletion=options.complete_views,
            help="A view or macro, such as marts.outflows or holders.",
        ),
    ] = None,
    *,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="table, csv, json, jsonl or markdown.")
    ] = "table",
    data: options.Data = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
    color: options.Color = "auto",
) -> None:
    """List the views and macros available to queries, or describe one."""
    options.set_verbosity(quiet=quiet, verbose=verbose, debug=debug, color=color)
    from flowrisk.export import formats
    from flowrisk.query import catalog
    from flowrisk.question import parsing

    wanted = parsing.choose(form, ("table", "csv", "json", "jsonl", "markdown"), name="--format")
    if name is None:
        diagnostics.emit(formats.frame_bytes(catalog.listing(), wanted), wanted)
        return
    dataset = options.open_dataset(data)
    view = catalog.describe(dataset.folder, options.settings_of(dataset, {}), name)
    head = (
        ""
        if wanted != "table"
        else (f"{view.name}: {view.description}\ngrain: {view.grain}\nunits: {view.units}\n\n")
    )
    tail = f'\nexample: flowrisk query "{view.example}"\n' if wanted == "table" else ""
    rows = formats.frame_bytes(view.columns, wanted)
    diagnostics.emit(head.encode() + rows + tail.encode(), wanted)

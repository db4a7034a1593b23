"""``flowrisk export-duckdb``: the views and macros of a question as a database file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flowrisk.cli import diagnostics, options, progress

EPILOG = """\b
Examples:
  flowrisk export-duckdb flowrisk.duckdb
  flowrisk export-duckdb msci.duckdb --providers msci --force
  flowrisk export-duckdb past.duckdb --as-of 2025-10-10
"""


def export_duckdb(  # noqa: PLR0913 - one parameter a flag
    file: Annotated[Path, typer.Argument(help="The database to write.")],
    *,
    providers: options.Providers = None,
    securities: options.Securities = None,
    list_id: options.ListId = None,
    method: options.Method = None,
    as_of: options.AsOf = None,
    known_on: options.KnownOn = None,
    max_age: options.MaxAge = None,
    adv_window: options.AdvWindow = None,
    price: options.Price = None,
    data: options.Data = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
    color: options.Color = "auto",
) -> None:
    """Write a DuckDB database with the views and macros of a question for other tools."""
    options.set_verbosity(quiet=quiet, verbose=verbose, debug=debug, color=color)
    from flowrisk.query import duckdb_file

    dataset = options.open_dataset(data)
    chosen = options.settings_of(dataset, {
        "providers": providers, "securities": securities, "list": list_id, "method": method,
        "as_of": as_of, "known_on": known_on, "max_age": max_age, "adv_window": adv_window,
        "price": price,
    })  # fmt: skip
    with progress.shown("writing"):
        written = duckdb_file.write(dataset.folder, chosen, file, is_forced=force)
    diagnostics.reporter.say(f"written: {written}")

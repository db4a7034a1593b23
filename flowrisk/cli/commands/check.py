"""``flowrisk check``: data-quality checks over a whole dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flowrisk.cli import diagnostics, options

EPILOG = """\b
Examples:
  flowrisk check
  flowrisk check --format json
  flowrisk check --as-of 2025-10-31 --format csv
"""


def check(  # noqa: PLR0913 - one parameter a flag
    folder: Annotated[
        Path | None,
        typer.Argument(show_default=False, help="Dataset folder. [default: as --data]"),
    ] = None,
    *,
    as_of: options.AsOf = None,
    max_age: options.MaxAge = None,
    data: options.Data = None,
    form: Annotated[
        str,
        typer.Option("--format", metavar="FORMAT", help="table, csv, json, jsonl or markdown."),
    ] = "table",
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
    color: options.Color = "auto",
) -> None:
    """Run every check over a whole dataset: pass, note, warn or fail (exit code 3)."""
    options.set_verbosity(quiet=quiet, verbose=verbose, debug=debug, color=color)
    from flowrisk.export import formats
    from flowrisk.question import parsing

    wanted = parsing.choose(form, ("table", "csv", "json", "jsonl", "markdown"), name="--format")
    dataset = options.open_dataset(folder or data)
    chosen = options.settings_of(dataset, {"as_of": as_of, "max_age": max_age})
    checkup = dataset.checked(chosen)
    checkup.enforce(is_strict=strict)
    diagnostics.emit(formats.frame_bytes(checkup.frame, wanted), wanted)

"""``flowrisk export-duckdb``: the views and macros of a question as a database file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flowrisk.cli import asking, diagnostics, options, progress
from flowrisk.cli.asking import Call
from flowrisk.question.scenario import ScenarioQuestion

EPILOG = """\b
Examples:
  flowrisk export-duckdb flowrisk.duckdb
  flowrisk export-duckdb msci.duckdb --providers msci --force
  flowrisk export-duckdb past.duckdb --as-of 2025-10-10
"""


@asking.spread(ScenarioQuestion, written=(options.FORCE,))
def export_duckdb(
    call: Call[ScenarioQuestion],
    file: Annotated[Path, typer.Argument(help="The database to write.")],
) -> None:
    """Write the views of a question as a DuckDB database.

    With the macros too, for other tools to read.
    """
    call.stay_here("A database file")
    from flowrisk.query import duckdb_file

    dataset = call.dataset()
    asked = call.question_for_sql(dataset)
    with progress.shown("writing"):
        written = duckdb_file.write(dataset.folder, asked, file, is_forced=call.is_forced)
    diagnostics.reporter.say(f"written: {written}")

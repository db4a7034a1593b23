"""``flowrisk export-dbt``: the SQL and one question as a dbt project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flowrisk.cli import asking, diagnostics, progress
from flowrisk.cli.asking import Call
from flowrisk.question.question import Question

EPILOG = """\b
Examples:
  flowrisk export-dbt flowrisk-dbt
  flowrisk export-dbt msci-dbt --providers msci
  flowrisk export-dbt past-dbt --as-of 2025-10-10
"""


@asking.spread(Question)
def export_dbt(
    call: Call[Question],
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="The folder to make; must be new or empty."),
    ],
) -> None:
    """Write the SQL of a question as a dbt project.

    Models with ref and source, checks as tests, the dataset's tables as sources.
    """
    call.stay_here("A dbt project")
    from flowrisk.query import dbt_project

    dataset = call.dataset()
    asked = call.question_for_sql(dataset)
    with progress.shown("writing"):
        written = dbt_project.write(dataset.folder, asked, folder)
    diagnostics.reporter.say(f"written: {written}")

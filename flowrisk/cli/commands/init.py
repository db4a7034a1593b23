"""``flowrisk init``: a dataset of one's own from the sample."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flowrisk.cli import asking, diagnostics, options
from flowrisk.cli.asking import Call
from flowrisk.question.question import Question

EPILOG = """\b
Examples:
  flowrisk init my-data
  flowrisk init my-data-2 && flowrisk scenario --data my-data-2
  flowrisk init my-data-3 && flowrisk check my-data-3
"""


@asking.spread(beside=(options.NEW_DATASET,))
def init(
    call: Call[Question],
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="FOLDER", show_default=False, help="The folder to make; must be new or empty."
        ),
    ] = None,
) -> None:
    """Create a dataset folder from the bundled sample."""
    from flowrisk import api
    from flowrisk.errors import QuestionError

    if (folder is None) == (call.data is None):
        raise QuestionError(
            "Name the folder to make once.",
            facts={"FOLDER": folder or "none", "--data": call.data or "none"},
            remedy="Give it as an argument, such as 'flowrisk init my-data', or with --data.",
        )
    made = api.init(folder or call.data or Path())
    diagnostics.emit(f"{made.path}\n".encode())
    diagnostics.reporter.say(
        f"add files with: flowrisk ingest FORMAT FILE --data {folder or call.data}"
    )

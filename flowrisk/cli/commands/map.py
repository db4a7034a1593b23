"""``flowrisk map``: which index a fund tracks."""

from __future__ import annotations

from typing import Annotated

import typer

from flowrisk.cli import asking, completion, diagnostics, located, options
from flowrisk.cli.asking import Call
from flowrisk.question.question import Question

EPILOG = """\b
Examples:
  flowrisk map PBUS msci-usa --source 'prospectus, page 3' --data my-data
  flowrisk map 'Amundi Prime Global' msci-world --source 'fact sheet' --data my-data
  flowrisk map QTOP none --source 'active since 2025' --data my-data
"""


@asking.spread(beside=(options.OWN_DATASET,))
def map_(
    call: Call[Question],
    fund: Annotated[
        str, typer.Argument(show_default=False, help="The fund: its id, name or part of its name.")
    ],
    index: Annotated[
        str,
        typer.Argument(
            show_default=False,
            autocompletion=completion.of("indices"),
            help="The index it tracks, likewise; none = no index.",
        ),
    ],
    *,
    source: Annotated[
        str, typer.Option("--source", show_default=False, metavar="TEXT", help="Where it is said.")
    ],
) -> None:
    """Say which index a fund tracks.

    A row of reference/funds.csv says it, over what names and holdings suggest; edit or remove
    the row to undo it.
    """
    path = located.own_dataset(call.data).map(fund, index, source=source)
    diagnostics.emit(f"{path}\n".encode())

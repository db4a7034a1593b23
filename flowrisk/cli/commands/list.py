"""``flowrisk list``: what a dataset knows, by kind."""

from __future__ import annotations

from typing import Annotated

import typer

from flowrisk.cli import asking, completion, located, options
from flowrisk.cli.asking import Call
from flowrisk.question.question import Question

EPILOG = """\b
Examples:
  flowrisk list securities
  flowrisk list funds --data my-data
  flowrisk list indices --format csv
"""


@asking.spread(beside=(options.DATASET,), written=options.ROWS)
def list_(
    call: Call[Question],
    kind: Annotated[
        str,
        typer.Argument(
            show_default=False,
            autocompletion=completion.of("listings"),
            help="securities, funds, indices, providers, lists or sections.",
        ),
    ],
) -> None:
    """List what a dataset knows: securities, funds, indices.

    Sections of the page too.
    """
    delivery = call.row_delivery()
    delivery.deliver(located.open_dataset(call.data).list(kind))

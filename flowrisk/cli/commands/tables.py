"""``flowrisk tables``: the views and macros, their grain, columns, units and an example."""

from __future__ import annotations

from typing import Annotated

import typer

from flowrisk.cli import asking, completion, options
from flowrisk.cli.asking import Call
from flowrisk.question.question import Question

EPILOG = """\b
Examples:
  flowrisk tables marts.outflows
  flowrisk tables holders
  flowrisk tables raw.holdings --format json
"""


@asking.spread(beside=(options.DATASET,), written=options.ROWS)
def tables(
    call: Call[Question],
    name: Annotated[
        str | None,
        typer.Argument(
            show_default=False,
            autocompletion=completion.of("views"),
            help="A view or macro, such as marts.outflows or holders.",
        ),
    ] = None,
) -> None:
    """List the views available to queries, or describe one.

    Macros too.
    """
    from flowrisk.query import catalog

    delivery = call.row_delivery()
    if name is None:
        delivery.deliver(catalog.listing())
        return
    dataset = call.dataset()
    view = catalog.describe(dataset.folder, call.question(dataset), name)
    delivery.deliver(
        view.columns,
        head=f"{view.name}: {view.description}\ngrain: {view.grain}\nunits: {view.units}\n\n",
        tail=f'\nexample: flowrisk query "{view.example}"\n',
    )

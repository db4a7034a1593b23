"""``flowrisk tables``: the views and macros, their grain, columns, units and an example."""

from __future__ import annotations

from typing import Annotated

import typer

from flowrisk.cli import asking, completion, diagnostics, options
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

    if call.form == "json-schema":
        diagnostics.emit(_schema(name), "json")
        return
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


def _schema(name: str | None) -> bytes:
    """Return the JSON Schema of a dataset, or of the rows of one of its tables.

    Raises: QuestionError for any other name.
    """
    from flowrisk.dataset.contract import tables as known
    from flowrisk.errors import QuestionError, nearest
    from flowrisk.export import formats, json_schema

    if name is None:
        return json_schema.shipped("dataset")
    table = known().get(name.removeprefix("raw."))
    if table is None:
        raise QuestionError(
            f"'{name}' is no table of a dataset.",
            facts={"nearest": nearest(name, known()) or "none"},
            remedy="'flowrisk schema COMMAND' has the schemas of what commands print.",
        )
    body = json_schema.of_table(table)
    return formats.json_bytes(json_schema.document(table.name, table.name, body), indent=1)

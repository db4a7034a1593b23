"""``flowrisk schema``: the JSON Schema of an output, or of a dataset."""

from __future__ import annotations

from typing import Annotated

import typer

from flowrisk.cli import asking, completion, diagnostics

EPILOG = """\b
Examples:
  flowrisk schema
  flowrisk schema scenario
  flowrisk schema dataset
"""


@asking.spread()
def schema(
    name: Annotated[
        str | None,
        typer.Argument(
            show_default=False,
            autocompletion=completion.of("schemas"),
            help="A command that prints JSON, or dataset. [default: list them]",
        ),
    ] = None,
) -> None:
    """Print the JSON Schema of a command's JSON, or of the tables of a dataset."""
    from flowrisk.export import json_schema

    if name is None:
        diagnostics.emit("".join(f"{each}\n" for each in json_schema.shipped_names()).encode())
        return
    diagnostics.emit(json_schema.shipped(name), "json")

"""``flowrisk add``: a row of one's own beside a table."""

from __future__ import annotations

from typing import Annotated

import typer

from flowrisk.cli import asking, diagnostics, located, options
from flowrisk.cli.asking import Call
from flowrisk.question.question import Question

EPILOG = """\b
Examples:
  flowrisk add provider provider_id=house provider_name=House --source 'rule book' --data my-data
  flowrisk add index index_id=top-9 provider_id=crsp index_name=Top --source memo --data my-data
  flowrisk add security security_id=US5949724083 float_shares=259e6 --source 10-K --data my-data
"""


@asking.spread(beside=(options.OWN_DATASET,))
def add(
    call: Call[Question],
    table: Annotated[
        str,
        typer.Argument(
            show_default=False,
            help="provider, index, security, fund, tracking_ratio, index_membership or another "
            "table but holdings.",
        ),
    ],
    cells: Annotated[
        list[str],
        typer.Argument(
            metavar="COLUMN=VALUE...",
            show_default=False,
            help="Its cells; those left out stay as they are, null makes one unknown.",
        ),
    ],
    *,
    source: Annotated[
        str, typer.Option("--source", show_default=False, metavar="TEXT", help="Where it is said.")
    ],
    basis: Annotated[
        str,
        typer.Option(
            "--basis",
            metavar="WORD",
            help="reported, derived, inferred, calibrated or illustrative.",
        ),
    ] = "reported",
) -> None:
    """Add or change a row: a line of reference/TABLE.csv.

    Such files may also be written by hand; 'flowrisk tables raw.TABLE' describes their columns.
    """
    from flowrisk.errors import QuestionError

    row = {}
    for cell in cells:
        name, mark, value = cell.partition("=")
        if not mark or not name.isidentifier() or name in row or name in {"basis", "source"}:
            raise QuestionError(
                "A cell is not written as COLUMN=VALUE, or stands twice.",
                facts={"cell": cell},
                remedy="Write such as provider_id=house; basis and source have flags.",
            )
        row[name] = value.strip()
    dataset = located.own_dataset(call.data)
    path = dataset.add(table, source=source, basis=basis, **row)
    diagnostics.emit(f"{path}\n".encode())

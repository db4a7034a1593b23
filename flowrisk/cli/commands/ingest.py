"""``flowrisk ingest``: real files into a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flowrisk.cli import asking, completion, diagnostics, located, options
from flowrisk.cli.asking import Call
from flowrisk.cli.progress import _Bar
from flowrisk.question.question import Question

EPILOG = """\b
Examples:
  flowrisk ingest nport 2025q3_nport.zip --data my-data
  flowrisk ingest ishares IWV_holdings.csv ACWI_holdings.csv --as-of 2025-11-20 --data my-data
  flowrisk ingest prices 'prices/*.csv' --data my-data --dry-run
"""


@asking.spread(beside=(options.OWN_DATASET,), written=(options.SUMMARY_FORM,))
def ingest(
    call: Call[Question],
    form: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            autocompletion=completion.of("ingest_formats"),
            help="nport, ishares, invesco, state-street, ark, 13f or prices.",
        ),
    ],
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Files, folders or glob patterns.")
    ],
    *,
    fund: Annotated[
        str | None,
        typer.Option(
            "--fund", show_default=False, metavar="ID", help="The fund, where a file names none."
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", show_default=False, metavar="DATE", help="The day, where a file states none."
        ),
    ] = None,
    security: Annotated[
        str | None,
        typer.Option(
            "--security",
            show_default=False,
            metavar="TICKER",
            autocompletion=completion.of("tickers"),
            help="The security of a price file that names none.",
        ),
    ] = None,
    map_file: Annotated[
        Path | None,
        typer.Option(
            "--map",
            show_default=False,
            metavar="FILE",
            help="CSV scheme,value,security_id[,valid_from_on,valid_to_on] that settles "
            "identifiers.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen; write nothing.")
    ] = False,
) -> None:
    """Load files into a dataset: all of them, or none."""
    from flowrisk.export import formats
    from flowrisk.question import parsing

    wanted = parsing.choose(call.form or "table", ("table", "json"), name="--format")
    target = located.own_dataset(call.data)
    bar = _Bar()
    try:
        summary = target.ingest(
            files, format=form, fund=fund, as_of=as_of, security=security, map_file=map_file,
            dry_run=dry_run, progress=bar,
        )  # fmt: skip
    finally:
        bar.close()
    lines = "\n".join(summary.lines()) + "\n"
    diagnostics.emit(
        lines.encode() if wanted == "table" else formats.json_bytes(summary.as_dict(), indent=2)
    )

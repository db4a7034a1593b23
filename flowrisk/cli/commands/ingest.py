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
  flowrisk ingest 2025q3_nport.zip IWV_holdings.csv --data my-data
  flowrisk ingest ishares IWV_holdings.csv ACWI_holdings.csv --as-of 2025-11-20 --data my-data
  flowrisk ingest table positions.xlsx --columns shares=Quantity,isin=ISIN --as-of 2025-11-20 \\
    --fund OURS --data my-data
  flowrisk ingest prices 'prices/*.csv' --data my-data --dry-run
"""


@asking.spread(beside=(options.OWN_DATASET,), written=(options.SUMMARY_FORM,))
def ingest(  # noqa: PLR0913 - one parameter a flag
    call: Call[Question],
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[FORMAT] FILE...",
            autocompletion=completion.of("ingest_formats"),
            help="Files, folders or patterns; before them the format, which is else found.",
        ),
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
    columns: Annotated[
        str | None,
        typer.Option(
            "--columns",
            show_default=False,
            metavar="MEANING=COLUMN,...",
            help="What the columns of a table mean: shares=Quantity,isin=ISIN,value=MV,"
            "fund=Portfolio,date=Date.",
        ),
    ] = None,
    profile: Annotated[
        Path | None,
        typer.Option(
            "--profile", show_default=False, metavar="FILE", help="The same, in a TOML file."
        ),
    ] = None,
    dates: Annotated[
        str | None,
        typer.Option(
            "--dates", show_default=False, metavar="ORDER", help="Days in figures: dmy, mdy or ymd."
        ),
    ] = None,
    decimal: Annotated[
        str | None,
        typer.Option("--decimal", show_default=False, metavar="MARK", help="Decimal mark: . or ,"),
    ] = None,
    currency: Annotated[
        str | None,
        typer.Option(
            "--currency",
            show_default=False,
            metavar="CODE",
            help="Currency of values and prices, where a file states none.",
        ),
    ] = None,
    sheet: Annotated[
        str | None,
        typer.Option("--sheet", show_default=False, metavar="NAME", help="Sheet of a workbook."),
    ] = None,
    splits: Annotated[
        str | None,
        typer.Option(
            "--splits",
            show_default=False,
            metavar="raw|adjusted",
            help="Whether closes before a split are adjusted for it.",
        ),
    ] = None,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Take prices that differ from those known by a factor."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen; write nothing.")
    ] = False,
) -> None:
    """Load files into a dataset: all of them, or none."""
    from flowrisk.export import formats
    from flowrisk.question import parsing

    wanted = parsing.choose(call.form or "table", ("table", "json"), name="--format")
    target = located.own_dataset(call.data)
    form, files = _parted(words)
    bar = _Bar()
    try:
        summary = target.ingest(
            files, format=form, fund=fund, as_of=as_of, security=security, map_file=map_file,
            columns=columns, profile=profile, dates=dates, decimal=decimal, currency=currency,
            sheet=sheet, splits=splits, replace=replace, dry_run=dry_run, progress=bar,
        )  # fmt: skip
    finally:
        bar.close()
    lines = "\n".join(summary.lines()) + "\n"
    diagnostics.emit(
        lines.encode() if wanted == "table" else formats.json_bytes(summary.as_dict(), indent=2)
    )


def _parted(words: list[str]) -> tuple[str | None, list[str]]:
    """Return the format, where the first word names one, and the files.

    Raises: QuestionError where the word names a format and no file follows, unless it is a file.
    """
    from flowrisk.dataset.folder import absolute
    from flowrisk.errors import QuestionError, nearest
    from flowrisk.ingest import sources

    first, rest = words[0], words[1:]
    is_word = first in sources.words()
    if is_word and not rest and not absolute(first).exists():
        raise QuestionError("No file was given.", remedy="Name at least one file.")
    if is_word and rest:
        return first, rest
    if not is_word and not absolute(first).exists() and "." not in first and "*" not in first:
        raise QuestionError(
            f"'{first}' is neither a format nor a file.",
            facts={"nearest format": nearest(first, sources.words()) or "none"},
            remedy="Name the files; the format is found in them.",
        )
    return None, words

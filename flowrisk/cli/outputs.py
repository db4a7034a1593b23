"""The options that say in which form a result is printed and written, and the delivery."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flowrisk.cli import diagnostics

if TYPE_CHECKING:
    from flowrisk.results import Result

Form = Annotated[
    str,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help="What stdout gets: table, csv, json, jsonl or markdown.",
    ),
]
Output = Annotated[
    list[Path] | None,
    typer.Option(
        "--output",
        "-o",
        show_default=False,
        metavar="FILE",
        help="Write the result (.csv .json .jsonl .parquet .md .txt); repeating writes more.",
    ),
]


def checked(form: str, outputs: Sequence[Path] | None, *, is_forced: bool) -> str:
    """Return the form of stdout, after refusing what could not be delivered in the end.

    Raises: QuestionError for an unknown form or suffix, or an output that exists.
    """
    from flowrisk import domain, export, results

    for path in outputs or ():
        results.form_of(path)
        export.refuse_existing(path, is_forced=is_forced)
    return domain.choose(form, results.FORMS, name="--format")


def deliver(
    result: Result[Any], form: str, outputs: Sequence[Path] | None, *, is_forced: bool
) -> None:
    """Write the files asked for, print the result, and say what the checks found.

    Raises: QuestionError for an output that cannot be written.
    """
    written = [result.write(path, force=is_forced) for path in outputs or ()]
    diagnostics.emit(result.render(form))
    diagnostics.reporter.warn(result.answer.findings)
    for path in written:
        diagnostics.reporter.say(f"written: {path}")

"""The options that say in which form a result is printed and written, and the delivery."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flowrisk.cli import diagnostics, options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flowrisk.api.results import Result
    from flowrisk.report.page_options import PageOptions


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
PagedOutput = Annotated[
    list[Path] | None,
    typer.Option(
        "--output",
        "-o",
        show_default=False,
        metavar="FILE",
        help="Write the report (.html, or .pdf where Chromium is), a short note (.md), or the "
        "result (.xlsx .csv .json .jsonl .parquet .txt); repeating writes more.",
    ),
]
Title = Annotated[
    str | None,
    typer.Option(
        "--title",
        show_default=False,
        metavar="TEXT",
        help="Heading of the report or note; the finding then stands below it.",
    ),
]
Theme = Annotated[
    Path | None,
    typer.Option(
        "--theme",
        show_default=False,
        metavar="FILE",
        help="CSS rules that give the report a house style; up to 64 KB, self-contained.",
    ),
]
Sections = Annotated[
    str | None,
    typer.Option(
        "--sections",
        show_default=False,
        metavar="IDS",
        help="Sections of the report to show, such as headline,liquidity; the others are named "
        "at its end. [default: all]",
    ),
]


def checked(
    form: str,
    outputs: Sequence[Path] | None,
    *,
    is_forced: bool,
    suffixes: Mapping[str, str] | None = None,
) -> str:
    """Return the form of stdout, after refusing what could not be delivered in the end.

    Args:
        suffixes: those of the result, where it can be written in more forms than most.

    Raises: QuestionError for an unknown form or suffix, an output that exists or is named twice,
        or a PDF without a Chromium to print it.
    """
    from flowrisk.api import results
    from flowrisk.export import files
    from flowrisk.question import parsing

    options.refuse_repeated(outputs or ())
    for path in outputs or ():
        if results.form_of(path, suffixes or results.SUFFIXES) == "pdf":
            from flowrisk.report import pdf

            pdf.browser()
        files.refuse_existing(path, is_forced=is_forced)
    return parsing.choose(form, results.FORMS, name="--format")


def edition_of(
    outputs: Sequence[Path] | None, title: str | None, theme: Path | None, sections: str | None
) -> PageOptions | None:
    """Return how the pages among the outputs are to be set, None where nothing is asked for.

    Raises: QuestionError for what cannot be used, or what no output would show.
    """
    if title is None and theme is None and sections is None:
        return None
    from flowrisk.api import results
    from flowrisk.report import page_options

    wanted = page_options.asked_for(title=title, theme=theme, sections=sections)
    wanted.refuse_idle([results.form_of(p, results.PAGED_SUFFIXES) for p in outputs or ()])
    return wanted


def write_and_print(
    result: Result[Any],
    form: str,
    outputs: Sequence[Path] | None,
    *,
    is_forced: bool,
    edition: PageOptions | None = None,
) -> None:
    """Write the files asked for, print the result, and say what the checks found.

    All of the files are written, or none.

    Raises: QuestionError for an output that cannot be made or written; TimeoutError where a PDF
        takes too long.
    """
    from flowrisk.api import results
    from flowrisk.export import files

    set_as = {} if edition is None else {"edition": edition}
    contents = [
        (path, result.render(results.form_of(path, result.suffixes), **set_as))
        for path in outputs or ()
    ]
    written = files.write_all(contents, is_forced=is_forced)
    diagnostics.emit(result.render(form), form)
    diagnostics.reporter.warn(result.answer.findings)
    for path in written:
        diagnostics.reporter.say(f"written: {path}")

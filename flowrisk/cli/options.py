"""The options that are not the question's, and how every option becomes a parameter of Typer's.

The question's own stand in ``question.question``, in the same form.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flowrisk.cli import completion
from flowrisk.cli.diagnostics import reporter
from flowrisk.question.options import DATA, OUTPUT, Option
from flowrisk.question.question import Question, options_by_field

if TYPE_CHECKING:
    from flowrisk.engines.choice import Choice


def _switch(name: str, help: str, *spellings: str, **facts: Any) -> Option:  # noqa: A002, ANN401
    return Option(name=name, metavar="", help=help, group=OUTPUT, default=False, kind=bool,
                  spellings=spellings, **facts)  # fmt: skip


DATASET = Option(
    name="data", metavar="DIR", help="Dataset folder, or its address on a store.", group=DATA,
    default_is="the bundled sample", kind=Path, is_common=True,
)  # fmt: skip
OWN_DATASET = DATASET._replace(
    help="Dataset folder of your own to write to; make one with 'flowrisk init'.",
    default_is="",
)  # fmt: skip
NEW_DATASET = DATASET._replace(help="The folder to make, as FOLDER.", default_is="")
ENGINES = (
    Option(
        name="engine", metavar="ENGINE", group=DATA, completes="engines", default_is="duckdb",
        help="What runs the SQL: duckdb (this machine) or spark (a cluster).",
    ),
    Option(
        name="engine_url", metavar="URL", group=DATA,
        help="Spark Connect server, as sc://HOST:PORT.",
    ),
    Option(
        name="engine_data", metavar="URL", group=DATA, default_is="the same path",
        help="The dataset folder as the cluster sees it, such as s3://bucket/dataset.",
    ),
)  # fmt: skip
MEMORY = Option(
    name="memory", metavar="SIZE", group=DATA, default_is="half the machine's",
    help="Memory that the answer may take, such as 4GB; what does not fit goes to disk.",
)  # fmt: skip
STRICT = _switch("strict", "Fail on data-quality warnings (exit code 5).", is_common=True)
FORCE = _switch("force", "Replace an existing output file.", is_common=True)
FORM = Option(
    name="format", metavar="FORMAT", help="stdout: table, vertical, csv, json, jsonl or markdown.",
    group=OUTPUT, default="table", spellings=("-f",), completes="forms", is_common=True,
)  # fmt: skip
FILES = Option(
    name="output", metavar="FILE", kind=Path, group=OUTPUT, spellings=("-o",),
    help="Write the result (.csv .json .jsonl .parquet .md .txt). Repeatable.",
    is_repeatable=True, is_common=True,
)  # fmt: skip
PAGED_FILES = Option(
    name="output", metavar="FILE", kind=Path, group=OUTPUT, spellings=("-o",),
    help="Write the report (.html, or .pdf where Chromium is), a short note (.md), or the result "
    "(.xlsx .csv .json .jsonl .parquet .txt). Repeatable.",
    is_repeatable=True, is_common=True,
)  # fmt: skip
CALENDAR_FORM = FORM._replace(
    help="stdout: table, vertical, csv, json, jsonl, markdown or ics.", completes="calendar_forms"
)
CALENDAR_FILES = FILES._replace(
    help="Write the result (.csv .ics .json .jsonl .parquet .md .txt .xlsx). Repeatable."
)
ROW_FORM = Option(
    name="format", metavar="FORMAT", group=OUTPUT, spellings=("-f",), completes="row_forms",
    help="table, vertical, csv, json, jsonl, markdown, parquet or xlsx.", default_is="table",
    is_common=True,
)  # fmt: skip
SHELL_FORM = FORM._replace(help="Answers as table, vertical, csv, json, jsonl or markdown.")
SUMMARY_FORM = FORM._replace(help="The summary as table or json.", completes="summary_forms")
ROW_FILES = Option(
    name="output", metavar="FILE", kind=Path, group=OUTPUT, spellings=("-o",),
    help="Write the rows (.csv .json .jsonl .md .parquet .txt .xlsx), not print them. Repeatable.",
    is_repeatable=True, is_common=True,
)  # fmt: skip
PAGE = (
    Option(
        name="title", metavar="TEXT", group=OUTPUT,
        help="Heading of the report or note; the finding then stands below it.",
    ),
    Option(
        name="theme", metavar="FILE", kind=Path, group=OUTPUT,
        help="CSS rules that give the report a house style; up to 64 KB, self-contained.",
    ),
    Option(
        name="sections", metavar="IDS", group=OUTPUT, default_is="all", completes="sections",
        help="Sections of the report to show, such as headline,liquidity; the others are named at "
        "its end.",
    ),
    Option(
        name="paper", metavar="PAPER", group=OUTPUT, default_is="the printer's", completes="papers",
        help="Sheet that the report is set for: a4 or letter.",
    ),
)  # fmt: skip
CHARTS = Option(
    name="charts", metavar="DIR", kind=Path, group=OUTPUT,
    help="Write each chart of the report to this folder: SVG, and PNG where Chromium is.",
)  # fmt: skip
ONE_PAGE = _switch("one_page", "Set the report (.html or .pdf) as one sheet for a board.")
SPEAKING = (
    _switch("quiet", "No notes and warnings.", "-q", is_common=True),
    _switch("verbose", "Remedies, lesser notes and bounds of impact too.", "-v"),
    _switch("debug", "Show where an error was raised."),
    _switch("no_pager", "Never show a long table through the pager (variable PAGER)."),
    Option(
        name="color", metavar="WHEN", help="auto, always or never.", group=OUTPUT, default="auto",
        completes="colors",
    ),
)  # fmt: skip
PLAIN = (FORM, FILES, FORCE)
SCHEDULED = (CALENDAR_FORM, CALENDAR_FILES, FORCE)
PAGED = (FORM, PAGED_FILES, FORCE, CHARTS, *PAGE)
BOARD = (*PAGED, ONE_PAGE)
ROWS = (ROW_FORM, ROW_FILES, FORCE)


def of_question(*names: str) -> tuple[Option, ...]:
    """Return these options of a question, for a command that asks less than a whole one."""
    known = {each.name: each for each in options_by_field(Question).values()}
    return tuple(known[name] for name in names)


def parameters(options: Iterable[Option]) -> list[inspect.Parameter]:
    """Return options as parameters of a command; what is not given is None, a switch off."""
    return [
        inspect.Parameter(
            each.name, inspect.Parameter.KEYWORD_ONLY, default=_default(each),
            annotation=Annotated[_type(each), _typed(each)],
        )
        for each in options
    ]  # fmt: skip


def _default(option: Option) -> object:
    return option.default if option.group == OUTPUT else None


def _type(option: Option) -> Any:  # noqa: ANN401 - a type made at run time
    if option.kind is bool or _default(option) is not None:
        return option.kind
    return (list[option.kind] if option.is_repeatable else option.kind) | None  # type: ignore[name-defined]


def _typed(option: Option) -> Any:  # noqa: ANN401 - Typer's own type is a function's
    return typer.Option(
        option.flag, *option.spellings,
        metavar=option.metavar or None,
        help=option.help if option.kind is bool else option.told,
        show_default=False, rich_help_panel=option.group,
        autocompletion=completion.of(option.completes),
    )  # fmt: skip


def set_verbosity(*, quiet: bool, verbose: bool, debug: bool, no_pager: bool, color: str) -> None:
    """Set how much a command says, and how a terminal shows it.

    Raises: QuestionError for an unknown colour word.
    """
    from flowrisk.question.parsing import choose

    reporter.is_quiet, reporter.is_verbose, reporter.is_debug = quiet, verbose, debug
    reporter.is_unpaged = no_pager
    reporter.color = choose(color, ("auto", "always", "never"), name="--color")


def allow_memory(size: str | None, engine: str | None) -> None:
    """Set how much memory the engine may take: what the flag says, else the variable.

    Raises: QuestionError for what is no size, or a flag for a cluster.
    """
    from flowrisk.engines import memory
    from flowrisk.errors import QuestionError

    if size and engine == "spark":
        raise QuestionError(
            "The memory of a cluster is not ours to set.",
            facts={"--memory": size, "--engine": engine},
            remedy="Leave --memory out, or set it on the server.",
        )
    memory.allow(size)


def engine_of(given: Mapping[str, str | None]) -> Choice:
    """Return the engine of the flags, else of FLOWRISK_ENGINE, _ENGINE_URL and _ENGINE_DATA. An
    engine named by its flag takes no address of the environment that it has no use for.

    Raises: QuestionError for an unknown engine, or an address it lacks or never has.
    """
    from flowrisk.engines.choice import Choice

    told = {} if given["engine"] == "duckdb" else engine_variables()
    name, url, seen_as = (given[each.name] or told.get(each.variable) for each in ENGINES)
    return Choice(name or "duckdb", url, seen_as)


def engine_variables() -> Mapping[str, str]:
    """Return what the environment says of the engine, by variable."""
    return {each.variable: told for each in ENGINES if (told := os.environ.get(each.variable, ""))}

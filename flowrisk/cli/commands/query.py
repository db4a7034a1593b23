"""``flowrisk query``: ad-hoc SQL over the views the report uses."""

from __future__ import annotations

import errno
import sys
from dataclasses import KW_ONLY, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flowrisk.cli import diagnostics, options, progress

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowrisk.api import Dataset
    from flowrisk.dataset.folder import Folder
    from flowrisk.domain import Assumption
    from flowrisk.query.parameters import Value


EPILOG = """\b
Examples:
  flowrisk query "select ticker, outflow_usd from marts.outflows where scenario_id = 'all'"
  flowrisk query 'select * from holders($ticker)' --param ticker=MSTR --isolated
  echo "select count(*) as holdings_count from staging.holdings" | flowrisk query -
"""
TERMINAL_LIMIT = 500
_BINARY = ("parquet", "xlsx")
_FORMS_BY_SUFFIX = {"md": "markdown", "txt": "table"}
Parameters = Annotated[
    list[str] | None,
    typer.Option(
        "--param",
        show_default=False,
        metavar="NAME=VALUE",
        help="A value the SQL reads as $NAME. NAME:TYPE=VALUE says the type: text, integer, "
        "number, boolean, date or list; else the text decides. Repeating adds.",
    ),
]
Timeout = Annotated[
    float,
    typer.Option("--timeout", metavar="SECONDS", help="Stop after this time (exit code 4)."),
]


def query(  # noqa: PLR0913 - one parameter a flag
    sql: Annotated[
        str | None, typer.Argument(show_default=False, help="One select; '-' reads it from stdin.")
    ] = None,
    *,
    file: Annotated[
        Path | None,
        typer.Option("--file", "-f", show_default=False, help="Read the SQL from a file."),
    ] = None,
    param: Parameters = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            show_default=False,
            help="Rows at most, -1 for all. [default: 500 on a terminal, else all]",
        ),
    ] = None,
    timeout: Timeout = 60.0,
    isolated: Annotated[
        bool,
        typer.Option("--isolated", help="For SQL you do not trust: a confined child process."),
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show how it would be answered instead.")
    ] = False,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            show_default=False,
            metavar="FORMAT",
            help="table, csv, json, jsonl, markdown, parquet or xlsx. [default: table]",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            show_default=False,
            metavar="FILE",
            help="Write the rows (.csv .json .jsonl .md .parquet .txt .xlsx), not print them.",
        ),
    ] = None,
    providers: options.Providers = None,
    securities: options.Securities = None,
    list_id: options.ListId = None,
    method: options.Method = None,
    as_of: options.AsOf = None,
    known_on: options.KnownOn = None,
    max_age: options.MaxAge = None,
    adv_window: options.AdvWindow = None,
    price: options.Price = None,
    treatment: options.Treatment = None,
    reweight: options.Reweight = None,
    data: options.Data = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
    color: options.Color = "auto",
) -> None:
    """Run one SELECT over the views of a question, read-only."""
    options.set_verbosity(quiet=quiet, verbose=verbose, debug=debug, color=color)
    from flowrisk.query import parameters

    wanted = _form(form, output, is_forced=force)
    text, values = _text(sql, file), parameters.parse(param or ())
    dataset = options.open_dataset(data)
    chosen = options.settings_of(dataset, {
        "providers": providers, "securities": securities, "list": list_id, "method": method,
        "as_of": as_of, "known_on": known_on, "max_age": max_age, "adv_window": adv_window,
        "price": price, "treatment": treatment, "reweight": reweight,
    })  # fmt: skip
    asked = _Query(dataset, chosen, text, values, timeout, is_isolated=isolated)
    if explain:
        diagnostics.emit(asked.plan().encode())
        return
    content, row_count, is_cut = asked.rows(wanted, _limit(limit, output))
    deliver(content, wanted, output, is_forced=force)
    if is_cut:
        diagnostics.reporter.say(f"cut after {row_count} rows; --limit -1 gives all")


@dataclass(frozen=True, slots=True)
class _Query:
    """One select over one question, to be answered in the mode asked for."""

    dataset: Dataset
    chosen: Mapping[str, Assumption]
    text: str
    values: Mapping[str, Value]
    timeout_s: float
    _: KW_ONLY
    is_isolated: bool

    def rows(self, form: str, limit_count: int | None) -> tuple[bytes, int, bool]:
        """Return the rows in a form, how many they are, and whether more were left off."""
        from flowrisk.export import formats
        from flowrisk.query import isolation, sandbox

        with progress.shown("querying"):
            if self.is_isolated:
                return isolation.rendered(
                    *self._question, render=partial(formats.frame_bytes, form=form),
                    limit_count=limit_count, **self._allowed, say=diagnostics.reporter.say,
                )  # fmt: skip
            frame, is_cut = sandbox.query(
                *self._question, limit_count=limit_count, **self._allowed,
                when_stuck=lambda: give_up(self.timeout_s),
            )  # fmt: skip
        return formats.frame_bytes(frame, form), frame.height, is_cut

    def plan(self) -> str:
        """Return the plan as text."""
        from flowrisk.query import isolation, sandbox

        with progress.shown("planning"):
            if self.is_isolated:
                return isolation.plan(
                    *self._question, **self._allowed, say=diagnostics.reporter.say
                )
            return sandbox.plan(*self._question, **self._allowed)

    @property
    def _question(self) -> tuple[Folder, Mapping[str, Assumption], str]:
        return self.dataset.folder, self.chosen, self.text

    @property
    def _allowed(self) -> dict[str, Any]:
        return {"values": self.values, "timeout_s": self.timeout_s}


def give_up(timeout_s: float) -> None:
    """End the process: nothing else ends DuckDB inside one long call."""
    from flowrisk.query import sql_errors

    diagnostics.exit_now(diagnostics.reporter.fail(sql_errors.overrun(timeout_s)))


def deliver(content: bytes, form: str, output: Path | None, *, is_forced: bool) -> None:
    """Print rows that are in their form, or write them and say where.

    Raises: QuestionError for an output that cannot be written.
    """
    from flowrisk.export import files

    if output is None:
        diagnostics.emit(content, form)
    else:
        diagnostics.reporter.say(f"written: {files.write(output, content, is_forced=is_forced)}")


def _form(form: str | None, output: Path | None, *, is_forced: bool) -> str:
    from flowrisk.errors import QuestionError
    from flowrisk.export import files, formats
    from flowrisk.question import parsing

    wanted = parsing.choose(form or "table", formats.FORMATS, name="--format")
    if output is None:
        if wanted in _BINARY and is_terminal():
            raise QuestionError(
                f"A terminal cannot show {wanted}.", remedy="Write it with -o FILE, or pipe it on."
            )
        return wanted
    files.refuse_existing(output, is_forced=is_forced)
    suffix = output.suffix[1:].lower()
    named = _FORMS_BY_SUFFIX.get(suffix, suffix)
    if named not in formats.FORMATS or (form is not None and named != wanted):
        raise QuestionError(
            f"The suffix of '{output.name}' names "
            + (f"{named}, not {wanted}." if named in formats.FORMATS else "no format."),
            facts={"known": ".csv, .json, .jsonl, .md, .parquet, .txt, .xlsx"},
            remedy="Name the output with one of the known suffixes, without --format.",
        )
    return named


def _text(sql: str | None, file: Path | None) -> str:
    from flowrisk.errors import QuestionError

    if (sql is None) == (file is None):
        raise QuestionError("Give the SQL once: as an argument, with --file, or '-' for stdin.")
    try:
        text = _stated(sql, file)
        text.encode()
    except (OSError, UnicodeError) as error:
        raise QuestionError(
            "The SQL cannot be read.", facts={"from": file or "stdin",
                                               "reason": getattr(error, "strerror", None) or error},
            remedy="Give a text file in UTF-8.",
        ) from error  # fmt: skip
    return text


def _stated(sql: str | None, file: Path | None) -> str:
    if file is not None:
        if file.exists() and not file.is_file():
            raise OSError(errno.EINVAL, "it is no plain file")
        return file.read_text(encoding="utf-8")
    if sql != "-":
        return str(sql)
    if sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed")
    return sys.stdin.read()


def _limit(limit: int | None, output: Path | None) -> int | None:
    from flowrisk.errors import QuestionError

    if limit is None:
        return TERMINAL_LIMIT if output is None and is_terminal() else None
    if limit < -1:
        raise QuestionError(
            "The limit is negative.",
            facts={"--limit": limit},
            remedy="Give a number of rows, or -1 for all.",
        )
    return None if limit == -1 else limit


def is_terminal() -> bool:
    """Whether a person reads stdout."""
    return sys.stdout is not None and sys.stdout.isatty()

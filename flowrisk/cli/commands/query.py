"""``flowrisk query``: ad-hoc SQL over the views the report uses."""

from __future__ import annotations

import errno
import re
import sys
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flowrisk.cli import asking, diagnostics, options, pager, progress
from flowrisk.cli.asking import Call
from flowrisk.question.scenario import ScenarioQuestion

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl

    from flowrisk.api.session import Session
    from flowrisk.dataset.folder import Folder
    from flowrisk.query.parameters import Value

    Render = Callable[[pl.DataFrame], bytes]


EPILOG = """\b
Examples:
  flowrisk query "select ticker, outflow_usd from marts.outflows where scenario_id = 'all'"
  flowrisk query 'select * from holders($ticker)' --param ticker=MSTR --isolated
  echo "select count(*) as holdings_count from staging.holdings" | flowrisk query -
"""
TERMINAL_LIMIT = 500
_OF_A_BOOK = re.compile(r"\bmarts\s*\.\s*book(_totals)?\b", re.IGNORECASE)
BESIDE_SQL = ("price", "treatment", "participation", "method")
Parameters = Annotated[
    list[str] | None,
    typer.Option(
        "--param",
        show_default=False,
        metavar="NAME=VALUE",
        help="A value the SQL reads as $NAME. NAME:TYPE=VALUE says the type: text, integer, "
        "number, boolean, date or list; else the text decides. Repeatable.",
    ),
]
Timeout = Annotated[
    float,
    typer.Option("--timeout", metavar="SECONDS", help="Stop after this time (exit code 4)."),
]


@asking.spread(ScenarioQuestion, written=options.ROWS, seldom=BESIDE_SQL)
def query(
    call: Call[ScenarioQuestion],
    sql: Annotated[
        str | None, typer.Argument(show_default=False, help="One select; '-' reads it from stdin.")
    ] = None,
    *,
    file: Annotated[
        Path | None, typer.Option("--file", show_default=False, help="Read the SQL from a file.")
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
) -> None:
    """Run one SELECT over the views of a question.

    Read-only; see 'flowrisk tables' for the views.
    """
    call.stay_here("SQL of your own")
    from flowrisk.query import parameters

    delivery = call.row_delivery()
    text, values = _text(sql, file), parameters.parse(param or ())
    dataset = call.dataset()
    question = call.question_for_sql(dataset)
    say_empty(text, question)
    asked = _Query(dataset, question, text, values, timeout, is_isolated=isolated)
    if explain:
        diagnostics.emit(asked.plan().encode())
        return
    limit_count = _limit(limit, is_printed=delivery.is_printed)
    contents, row_count, is_cut = asked.rows(delivery.renderers, limit_count)
    delivery.deliver_rendered(contents)
    if is_cut:
        diagnostics.reporter.say(f"cut after {row_count} rows; --limit -1 gives all")


@dataclass(frozen=True, slots=True)
class _Query:
    """One select over one question, to be answered in the mode asked for."""

    dataset: Session
    asked: ScenarioQuestion
    text: str
    values: Mapping[str, Value]
    timeout_s: float
    _: KW_ONLY
    is_isolated: bool

    def rows(
        self, forms: Mapping[str, Render], limit_count: int | None
    ) -> tuple[dict[str, bytes], int, bool]:
        """Return the rows in each form, how many they are, and whether more were left off."""
        from flowrisk.query import sandbox

        with progress.shown("querying"):
            if self.is_isolated:
                return self._rows_of_a_child(forms, limit_count)
            frame, is_cut = sandbox.query(
                *self._question, limit_count=limit_count, **self._allowed,
                when_stuck=lambda: give_up(self.timeout_s),
            )  # fmt: skip
        contents = {form: made(frame) for form, made in forms.items()}
        return contents, frame.height, is_cut

    def _rows_of_a_child(
        self, forms: Mapping[str, Render], limit_count: int | None
    ) -> tuple[dict[str, bytes], int, bool]:
        """Ask a confined process for each form: what it makes of the rows is made in its limits."""
        from flowrisk.query import isolation

        found = {
            form: isolation.rendered(
                *self._question, render=made,
                limit_count=limit_count, **self._allowed, say=diagnostics.reporter.say,
            )
            for form, made in forms.items()
        }  # fmt: skip
        _, row_count, is_cut = next(iter(found.values()))
        return {form: content for form, (content, _, _) in found.items()}, row_count, is_cut

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
    def _question(self) -> tuple[Folder, ScenarioQuestion, str]:
        return self.dataset.folder, self.asked, self.text

    @property
    def _allowed(self) -> dict[str, Any]:
        return {"values": self.values, "timeout_s": self.timeout_s}


def say_empty(text: str, asked: ScenarioQuestion) -> None:
    """Say that the views of a book are empty, where the SQL reads them and none was given."""
    if asked.book is None and (found := _OF_A_BOOK.search(text)):
        diagnostics.reporter.say(f"note: {found[0]} has no rows without --book FILE")


def give_up(timeout_s: float) -> None:
    """End the process: nothing else ends DuckDB inside one long call."""
    from flowrisk.query import sql_errors

    diagnostics.exit_now(diagnostics.reporter.fail(sql_errors.overrun(timeout_s)))


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
        from flowrisk.dataset.folder import absolute

        whole = absolute(file)
        if whole.exists() and not whole.is_file():
            raise OSError(errno.EINVAL, "it is no plain file")
        return whole.read_text(encoding="utf-8")
    if sql != "-":
        return str(sql)
    if sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed")
    return sys.stdin.read()


def _limit(limit: int | None, *, is_printed: bool) -> int | None:
    from flowrisk.errors import QuestionError

    if limit is None:
        return TERMINAL_LIMIT if is_printed and pager.is_terminal() else None
    if limit < -1:
        raise QuestionError(
            "The limit is negative.",
            facts={"--limit": limit},
            remedy="Give a number of rows, or -1 for all.",
        )
    return None if limit == -1 else limit

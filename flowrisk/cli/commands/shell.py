"""``flowrisk shell``: many selects over one question; a prompt, or a script in a pipe."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowrisk.cli import asking, diagnostics, options, pager, progress
from flowrisk.cli.asking import Call
from flowrisk.cli.commands import query
from flowrisk.question.scenario import ScenarioQuestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flowrisk.api import session as api_session
    from flowrisk.query.parameters import Value
    from flowrisk.query.sandbox import Session


EPILOG = """\b
Examples:
  echo "select count(*) from staging.holdings; from holders('MSTR');" | flowrisk shell
  echo "select ticker, outflow_usd from marts.outflows" | flowrisk shell --providers msci
  echo ".tables marts.outflows" | flowrisk shell
"""
_HELP = """\
A select may run over lines and ends with ';'.
.tables         the views and macros      .tables NAME    the columns of one
.param N=VALUE  a value for $N            .format NAME    table, csv, json, jsonl, markdown
.help           this text                 .quit           leave (or Ctrl-D)
"""
_FORMS = ("table", "vertical", "csv", "json", "jsonl", "markdown")
_COMMANDS = (".tables", ".param", ".format", ".help", ".quit")
_SQL_WORDS = (
    "select", "from", "where", "group by", "order by", "limit", "inner join", "left join",
    "count(*)", "sum", "distinct", "with", "having", "case when", "is not null",
)  # fmt: skip


@asking.spread(ScenarioQuestion, written=(options.SHELL_FORM,), seldom=query.BESIDE_SQL)
def shell(
    call: Call[ScenarioQuestion],
    *,
    timeout: query.Timeout = 60.0,
    param: query.Parameters = None,
) -> None:
    """Open an SQL shell over one question.

    At a prompt, or for a script that comes through a pipe.
    """
    call.stay_here("SQL of your own")
    from flowrisk.query import parameters, sandbox
    from flowrisk.question import parsing

    form = parsing.choose(call.form or "table", _FORMS, name="--format")
    dataset = call.dataset()
    asked = call.question_for_sql(dataset)
    values = parameters.parse(param or ())
    with progress.shown("loading the question"):
        session = sandbox.Session(dataset.folder, asked)
    with closing(session):
        answerer = _Answerer(session, dataset, asked, values, timeout, form)
        if sys.stdin is not None and sys.stdin.isatty():
            _converse(answerer)
        else:
            _run(answerer)


@dataclass(slots=True)
class _Answerer:
    """What a line of the shell does; holds the parameters and the format between lines."""

    session: Session
    dataset: api_session.Session
    asked: ScenarioQuestion
    values: dict[str, Value]
    timeout_s: float
    form: str

    def answers(self, entry: str, *, limit_count: int | None = None) -> Iterator[bytes]:
        """Yield the answer of a dot command, or of each select in the entry."""
        if entry.lstrip().startswith("."):
            name, _, rest = entry.strip().rstrip(";").partition(" ")
            yield self._obeyed(name, rest.strip())
            return
        for sql in self.session.statements(entry):
            yield self._answered(sql, limit_count)

    def _answered(self, sql: str, limit_count: int | None) -> bytes:
        query.say_empty(sql, self.asked)
        named = self.session.parameters_of(sql)
        with progress.shown("querying"):
            frame, is_cut = self.session.query(
                sql,
                {name: value for name, value in self.values.items() if name in named},
                limit_count=limit_count,
                timeout_s=self.timeout_s,
                when_stuck=lambda: query.give_up(self.timeout_s),
            )
        if is_cut:
            diagnostics.reporter.say(f"cut after {frame.height} rows")
        return pager.renderer(self.form)(frame)

    def _obeyed(self, name: str, rest: str) -> bytes:
        from flowrisk.query import catalog, parameters
        from flowrisk.question import parsing

        if name == ".tables":
            frame = (
                catalog.describe(self.dataset.folder, self.asked, rest).columns
                if rest
                else catalog.listing()
            )
            return pager.renderer(self.form)(frame)
        if name == ".param":
            self.values |= parameters.parse([rest])
        elif name == ".format":
            self.form = parsing.choose(rest, _FORMS, name=".format")
        else:
            parsing.choose(name, _COMMANDS, name="the command")
        return _HELP.encode() if name == ".help" else b""


def _run(answerer: _Answerer) -> None:
    """Answer a script; what it answers is printed when all of it went well."""
    script = sys.stdin.read() if sys.stdin is not None else ""
    answers: list[bytes] = []
    for entry in _entries(script.splitlines(keepends=True)):
        if entry.strip() == ".quit":
            break
        answers += answerer.answers(entry)
    diagnostics.emit(b"".join(answers), answerer.form)


def _entries(lines: Iterable[str]) -> Iterator[str]:
    """Yield dot commands line by line, and SQL up to a line that ends with a semicolon."""
    pending = ""
    for line in lines:
        pending += line
        if is_complete(pending):
            yield pending
            pending = ""
    if pending.strip():
        yield pending


def is_complete(text: str) -> bool:
    """Whether what was typed can be answered, or needs further lines."""
    return text.lstrip().startswith(".") or text.rstrip().endswith(";")


def _converse(answerer: _Answerer) -> None:
    """Answer a person until they leave; a mistake is said and the next entry awaited."""
    from flowrisk.cli.prompt import entries
    from flowrisk.errors import FlowriskError

    diagnostics.reporter.say("A select ends with ';'. '.help' lists what else there is.")
    for entry in entries(_known_words(), is_complete):
        if entry.strip() in {".quit", ".exit"}:
            return
        try:
            for answer in answerer.answers(entry, limit_count=query.TERMINAL_LIMIT):
                pager.show_rendered(answer, answerer.form)
        except FlowriskError as error:
            diagnostics.reporter.fail(error)
        except KeyboardInterrupt:
            diagnostics.print_error("interrupted")


def _known_words() -> list[str]:
    """Return what a person may want completed: views, macros, commands, words of SQL."""
    from flowrisk.query import catalog

    names = catalog.listing()["view"].to_list()
    return [*(name.split("(")[0] for name in names), *_COMMANDS, *_SQL_WORDS]

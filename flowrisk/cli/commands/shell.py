"""``flowrisk shell``: many selects over one question; a prompt, or a script in a pipe."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowrisk.cli import diagnostics, options, progress
from flowrisk.cli.commands import query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flowrisk.api import Dataset
    from flowrisk.domain import Assumption
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
_FORMS = ("table", "csv", "json", "jsonl", "markdown")
_COMMANDS = (".tables", ".param", ".format", ".help", ".quit")
_SQL_WORDS = (
    "select", "from", "where", "group by", "order by", "limit", "inner join", "left join",
    "count(*)", "sum", "distinct", "with", "having", "case when", "is not null",
)  # fmt: skip


def shell(  # noqa: PLR0913 - one parameter a flag
    *,
    timeout: query.Timeout = 60.0,
    param: query.Parameters = None,
    providers: options.Providers = None,
    securities: options.Securities = None,
    list_id: options.ListId = None,
    method: options.Method = None,
    as_of: options.AsOf = None,
    known_on: options.KnownOn = None,
    max_age: options.MaxAge = None,
    adv_window: options.AdvWindow = None,
    price: options.Price = None,
    data: options.Data = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
    color: options.Color = "auto",
) -> None:
    """Open an interactive SQL shell over the views of one question; reads a pipe too."""
    options.set_verbosity(quiet=quiet, verbose=verbose, debug=debug, color=color)
    from flowrisk.query import parameters, sandbox

    dataset = options.open_dataset(data)
    chosen = options.settings_of(dataset, {
        "providers": providers, "securities": securities, "list": list_id, "method": method,
        "as_of": as_of, "known_on": known_on, "max_age": max_age, "adv_window": adv_window,
        "price": price,
    })  # fmt: skip
    values = parameters.parse(param or ())
    with progress.shown("loading the question"):
        session = sandbox.Session(dataset.folder, chosen)
    with closing(session):
        answerer = _Answerer(session, dataset, chosen, values, timeout)
        if sys.stdin is not None and sys.stdin.isatty():
            _converse(answerer)
        else:
            _run(answerer)


@dataclass(slots=True)
class _Answerer:
    """What a line of the shell does; holds the parameters and the format between lines."""

    session: Session
    dataset: Dataset
    chosen: Mapping[str, Assumption]
    values: dict[str, Value]
    timeout_s: float
    form: str = "table"

    def answers(self, entry: str, *, limit_count: int | None = None) -> Iterator[bytes]:
        """Yield the answer of a dot command, or of each select in the entry."""
        if entry.lstrip().startswith("."):
            name, _, rest = entry.strip().rstrip(";").partition(" ")
            yield self._obeyed(name, rest.strip())
            return
        for sql in self.session.statements(entry):
            yield self._answered(sql, limit_count)

    def _answered(self, sql: str, limit_count: int | None) -> bytes:
        from flowrisk.export import formats

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
        return formats.frame_bytes(frame, self.form)

    def _obeyed(self, name: str, rest: str) -> bytes:
        from flowrisk.export import formats
        from flowrisk.query import catalog, parameters
        from flowrisk.question import parsing

        if name == ".tables":
            frame = (
                catalog.describe(self.dataset.folder, self.chosen, rest).columns
                if rest
                else catalog.listing()
            )
            return formats.frame_bytes(frame, self.form)
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
                diagnostics.emit(answer, answerer.form)
        except FlowriskError as error:
            diagnostics.reporter.fail(error)
        except KeyboardInterrupt:
            diagnostics.print_error("interrupted")


def _known_words() -> list[str]:
    """Return what a person may want completed: views, macros, commands, words of SQL."""
    from flowrisk.query import catalog

    names = catalog.listing()["view"].to_list()
    return [*(name.split("(")[0] for name in names), *_COMMANDS, *_SQL_WORDS]

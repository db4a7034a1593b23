"""What every command shares: its options become a question, its answer is delivered.

Owns how groups of options are spread into a command's signature, and the order in which a call is
checked: outputs, engine, dataset, question. Nothing is computed before all of it holds.
"""

from __future__ import annotations

import inspect
import os
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from flowrisk.cli import help as help_texts
from flowrisk.cli import located, options
from flowrisk.cli.diagnostics import reporter
from flowrisk.question.options import METHOD, QUESTION, Option
from flowrisk.question.question import Question, options_by_field

if TYPE_CHECKING:
    from pathlib import Path

    from flowrisk.api.session import Session
    from flowrisk.cli.outputs import Delivery, RowDelivery
    from flowrisk.engines.choice import Choice

_ASKED = (QUESTION, METHOD)
# what Python applies after the views, and so no SQL can show
_NO_VIEW_READS = ("participation", "fund_share", "active_aum")
Asked = TypeVar("Asked", bound=Question)
Given = Mapping[str, Any]
Run = Callable[..., None]
"""A command's own function: it takes the call, then its own arguments and options by name."""


class Call(NamedTuple, Generic[Asked]):
    """What was given to a command beside its own arguments.

    Args:
        given: values of the question by option.
        engine: its name and addresses, as given.
    """

    kind: type[Asked]
    given: Given
    data: Path | None
    engine: Mapping[str, str | None]
    is_strict: bool
    form: str | None
    files: tuple[Path, ...]
    charts: Path | None
    is_forced: bool
    page: Given

    def dataset(self) -> Session:
        """Open the dataset asked about.

        Raises: DataError if it cannot be opened.
        """
        return located.open_session(self.data)

    def question(self, dataset: Session, **changed: object) -> Asked:
        """Return the question: flag, then FLOWRISK_*, then flowrisk.toml of the working folder,
        then the dataset's, then the default.

        Args:
            changed: values by option that stand in place of those given.

        Raises: QuestionError for an unusable value.
        """
        from flowrisk.question import settings

        return settings.resolve(
            self.kind,
            {**self.given, **changed},
            environment=os.environ,
            files=[
                ("flowrisk.toml of the working folder", located.local_settings()),
                ("flowrisk.toml of the dataset", dataset.folder.settings),
            ],
        )

    def delivery(self, *, is_paged: bool = False, is_calendar: bool = False) -> Delivery:
        """Return where and how the result goes, after refusing what could not be delivered.

        Args:
            is_paged: whether the result can be written as a page.
            is_calendar: whether it can be written for a calendar program.

        Raises: QuestionError as ``outputs.checked``.
        """
        from flowrisk.api import results
        from flowrisk.cli import outputs

        kind = results.Paged if is_paged else results.Scheduled if is_calendar else results.Result
        return outputs.delivery(self.form or "table", self.files, self.page, charts=self.charts,
                                is_forced=self.is_forced, kind=kind)  # fmt: skip

    def row_delivery(self) -> RowDelivery:
        """Return where and how rows go, after refusing what could not be delivered.

        Raises: QuestionError as ``outputs.row_delivery``.
        """
        from flowrisk.cli import outputs

        return outputs.row_delivery(self.form, self.files, is_forced=self.is_forced)

    def choice(self) -> Choice:
        """Return the engine of the flags, else of the environment.

        Raises: QuestionError for an unknown engine, or an address it lacks or never has.
        """
        return options.engine_of(self.engine)

    def stay_here(self, what: str) -> None:
        """Refuse flags that name a cluster where only DuckDB runs; say so where the environment
        names one, which is there for other commands.

        Raises: QuestionError.
        """
        from flowrisk.errors import QuestionError, join_names

        given = {f"--{name.replace('_', '-')}": each for name, each in self.engine.items() if each}
        # an address may hold a token: the names of the variables are enough
        told = {} if given else options.engine_variables()
        if told and told != {"FLOWRISK_ENGINE": "duckdb"}:
            reporter.say(f"note: {what} runs on DuckDB on this machine only; not used: "
                         f"{join_names(told)}")  # fmt: skip
        if given and given != {"--engine": "duckdb"}:
            raise QuestionError(
                f"{what} runs on DuckDB on this machine only.",
                facts=given,
                remedy="Leave the engine out; scenario, calendar, risk, screen, calibrate, "
                "compare and explain run on a cluster.",
            )

    def question_for_sql(self, dataset: Session) -> Asked:
        """Return the question whose views SQL shall read; where warnings shall fail, after its
        checks. What no view reads is said.

        Raises: as ``question``; QualityError for a warning under --strict.
        """
        asked = self.question(dataset)
        if self.is_strict:
            dataset.answer(asked, is_strict=True, marts=())
        idle = [each for each in _NO_VIEW_READS if asked.set_by[each].startswith("--")]
        if idle:
            told = ", ".join(asked.set_by[each] for each in idle)
            reporter.say(f"note: no view reads {told}; 'flowrisk scenario' does")
        return asked


def spread(
    kind: type[Question] | None = None,
    *,
    written: tuple[Option, ...] = (),
    beside: tuple[Option, ...] = (),
    instead: tuple[Option, ...] = (),
    seldom: tuple[str, ...] = (),
) -> Callable[[Run], Run]:
    """Give a command the options of its kind of question, of data and of outputs.

    Args:
        kind: the question it asks; None for a command that asks none and takes no call.
        written: the options of its output.
        beside: options in place of a whole question's, of a command that asks about a dataset.
        instead: options in place of those of the same name.
        seldom: common options that this command's short help leaves to ``--help-all``.
    """
    own_form = {each.name: each for each in instead}
    whole = options_by_field(kind).values() if kind else ()
    asked = tuple(own_form.get(each.name, each) for each in whole)
    ran = (options.DATASET, *options.ENGINES, options.MEMORY, options.STRICT) if kind else ()
    table = (*asked, *beside, *ran, *written)

    def decorated(run: Run) -> Run:
        own = inspect.signature(run, eval_str=True)
        takes_call = next(iter(own.parameters), None) == "call"
        mine = list(own.parameters.values())[takes_call:]

        def command(**given: Any) -> None:  # noqa: ANN401 - what Typer parsed
            given.pop("help_all")
            options.set_verbosity(**{each.name: given.pop(each.name) for each in options.SPEAKING})
            if takes_call:
                _connect_ahead()
                taken = {each.name: given.pop(each.name) for each in table}
                run(_call(kind or Question, asked or beside, taken), **given)
            else:
                run(**given)

        parameters = [*mine, *options.parameters((*table, *options.SPEAKING)), _HELP_ALL]
        rare = (each.name for each in (*table, *options.SPEAKING)
                if not each.is_common or each.name in seldom)  # fmt: skip
        command.__name__, command.__doc__ = run.__name__, run.__doc__
        command.__annotations__ = {each.name: each.annotation for each in parameters}
        vars(command).update(__signature__=inspect.Signature(parameters), rare=frozenset(rare))
        return command

    return decorated


def _connect_ahead() -> None:
    """Begin to connect while the rest of the command is imported."""
    # imported here and not in the thread: two that import at a time hinder each other
    from flowrisk.engines import address

    threading.Thread(target=address.connect_ahead, daemon=True).start()


_HELP_ALL = inspect.Parameter(
    "help_all", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=help_texts.All
)


def _call(kind: type[Asked], asked: tuple[Option, ...], taken: Given) -> Call[Asked]:
    names = [each.name for each in options.PAGE]
    options.allow_memory(taken.get("memory"), taken.get("engine"))
    return Call(
        kind=kind,
        given={each.name: taken[each.name] for each in asked if each.group in _ASKED},
        data=taken.get("data"),
        engine={each.name: taken.get(each.name) for each in options.ENGINES},
        is_strict=bool(taken.get("strict")),
        form=taken.get("format"),
        files=tuple(taken.get("output") or ()),
        charts=taken.get("charts"),
        is_forced=bool(taken.get("force")),
        page={name: taken.get(name) for name in names}
        | {"one_page": taken.get("one_page") or None},
    )

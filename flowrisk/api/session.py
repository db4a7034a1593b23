"""A dataset to ask with settings that are resolved already: one method a command, and SQL.

Owns the connection of each question and the check that no ingest changed the files meanwhile;
``api.dataset`` adds the methods that take a caller's words.
"""

from __future__ import annotations

import functools
import warnings
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, TypeVar, Unpack

from flowrisk.answers import scenario
from flowrisk.answers.runs import NEEDED
from flowrisk.answers.scenario import MARTS
from flowrisk.api import at_rest
from flowrisk.api.keywords import described
from flowrisk.api.results import Paged, Result, ScenarioResult, Scheduled
from flowrisk.dataset import resources
from flowrisk.engines.choice import Choice
from flowrisk.errors import printable
from flowrisk.query import books
from flowrisk.question import settings
from flowrisk.question.question import Question
from flowrisk.question.scenario import ScenarioQuestion

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import polars as pl

    from flowrisk.answers.check import Checkup
    from flowrisk.api.keywords import ScenarioKeywords
    from flowrisk.dataset.folder import Folder
    from flowrisk.domain import (
        Backtest,
        CalibrationAnswer,
        Explanation,
        PairErrors,
        RiskAnswer,
        ScreenAnswer,
    )
    from flowrisk.engines.engine import Engine
    from flowrisk.query.parameters import Value
    from flowrisk.query.sandbox import Session as SqlSession
    from flowrisk.question.risk import RiskQuestion
    from flowrisk.question.screen import ScreenQuestion


_HERE = Choice()
Answered = TypeVar("Answered")
Asked = TypeVar("Asked", bound=Question)


@dataclass(frozen=True, slots=True, repr=False)
class Session:
    """A dataset folder; ``settings`` makes the settings of a question, each method answers one."""

    folder: Folder

    def __repr__(self) -> str:
        return printable(f"<{type(self).__name__}: {self.folder.name} at {self.folder.path}>")

    @property
    def path(self) -> PurePath:
        """The folder."""
        return self.folder.path

    @property
    def is_sample(self) -> bool:
        """Whether this is the bundled sample, which is never written to."""
        return self.folder.path == resources.sample_folder()

    @property
    def digest(self) -> str:
        """SHA-256 over the dataset's files."""
        return self.folder.digest()

    def settings(self, given: Mapping[str, object]) -> Question:
        """Return a question with the origin of each value; None counts as not given.

        Raises: QuestionError for an unknown or unusable value.
        """
        return self.settings_of(Question, given)

    def settings_of(self, kind: type[Asked], given: Mapping[str, object]) -> Asked:
        """Return the question of one kind, such as ``RiskQuestion``, as ``settings`` does.

        Raises: as ``settings``.
        """
        files = [("flowrisk.toml of the dataset", self.folder.settings)]
        return settings.resolve(kind, given, environment={}, files=files)

    def answer(
        self,
        asked: Question,
        *,
        is_strict: bool = False,
        marts: Sequence[str] = MARTS,
        is_framed: bool = True,
        choice: Choice = _HERE,
    ) -> ScenarioResult:
        """Answer a question whose settings are resolved already.

        Args:
            marts: the marts to read.
            is_framed: whether the answer is to have frames; text needs none, where the marts alone
                answer.

        Raises: as ``scenario``.
        """
        ask = functools.partial(scenario.answer, asked=asked, marts=marts, is_framed=is_framed,
                                is_strict=is_strict, book=books.lines(asked))  # fmt: skip
        return ScenarioResult(self._while_files_rest(ask, choice, is_framing=is_framed))

    def side(self, asked: Question, *, is_strict: bool = False, choice: Choice = _HERE) -> bytes:
        """Answer a question as one side of a comparison: the JSON of ``scenario``, with the frames
        that a comparison reads and no others, and without warnings, of which it tells none.

        Raises: as ``scenario``.
        """
        from flowrisk.export import formats

        ask = functools.partial(scenario.answer, asked=asked, marts=NEEDED, is_framed=False,
                                is_strict=is_strict, is_warning=False)  # fmt: skip
        # the comparison has frames, whose library may load meanwhile
        told = self._while_files_rest(ask, choice, is_framing=True)
        return formats.json_bytes(formats.document(told))

    def backtested(self, asked: Question) -> Result[Backtest]:
        """Score past forecasts with settings that are resolved already.

        Raises: DataError where the dataset has no cases.
        """
        from flowrisk.answers import backtest

        told = self._while_files_rest(lambda folder, engine: backtest.answer(folder, engine, asked))
        return Result(told)

    def leave_one_out(self, asked: Question) -> Result[PairErrors]:
        """Measure how well trackers foretell each other, with settings that are resolved already.

        Raises: DataError where no two whole listings may foretell each other.
        """
        from flowrisk.answers import pair_errors

        told = self._while_files_rest(
            lambda folder, engine: pair_errors.answer(folder, engine, asked)
        )
        return Result(told)

    def scheduled(
        self, asked: Question, *, is_strict: bool = False, choice: Choice = _HERE
    ) -> Scheduled:
        """Tell on which sessions the securities trade, with settings that are resolved already.

        Raises: as ``scenario``.
        """
        from flowrisk.answers import calendar

        told = self._while_files_rest(
            lambda folder, engine: calendar.answer(folder, engine, asked, is_strict=is_strict),
            choice,
        )
        return Scheduled(told)

    def calibrated(
        self,
        asked: Question,
        target: str | Sequence[str] | Mapping[str, float],
        *,
        is_strict: bool = False,
        choice: Choice = _HERE,
    ) -> Result[CalibrationAnswer]:
        """Solve published figures with settings that are resolved already.

        Raises: as ``calibrate``.
        """
        from flowrisk.answers import calibrate
        from flowrisk.question import parsing

        targets = parsing.parse_targets(target)
        solved = self._while_files_rest(
            lambda folder, engine: calibrate.answer(
                folder, engine, asked, targets, is_strict=is_strict
            ),
            choice,
        )
        return Result(solved)

    def explained(
        self,
        asked: Question,
        *,
        provider: str,
        scenario_id: str | None = None,
        is_strict: bool = False,
        choice: Choice = _HERE,
    ) -> Result[Explanation]:
        """Trace one figure with settings that are resolved already; they name one security.

        Raises: QuestionError for more than one security or a provider the scenario does not hold.
        """
        from flowrisk.answers import explain

        told = self._while_files_rest(
            lambda folder, engine: explain.answer(
                folder, engine, asked, provider=provider, scenario_id=scenario_id,
                is_strict=is_strict,
            ),
            choice,
        )  # fmt: skip
        return Result(told)

    def risked(
        self,
        asked: RiskQuestion,
        *,
        is_strict: bool = False,
        choice: Choice = _HERE,
    ) -> Paged[RiskAnswer]:
        """Return the distribution of passive selling with settings that are resolved already.

        Raises: as ``risk``.
        """
        from flowrisk.answers import risk

        told = self._while_files_rest(
            lambda folder, engine: risk.answer(folder, engine, asked, is_strict=is_strict),
            choice,
        )
        return Paged(told)

    def screened(
        self,
        asked: ScreenQuestion,
        *,
        is_strict: bool = False,
        choice: Choice = _HERE,
    ) -> Paged[ScreenAnswer]:
        """Tell how far issuers are from the threshold with settings that are resolved already.

        Its page asks for outflows too, once it is written.

        Raises: as ``screen``.
        """
        from flowrisk.answers import screen

        told = self._while_files_rest(
            lambda folder, engine: screen.answer(folder, engine, asked, is_strict=is_strict),
            choice,
        )

        def with_outflows(answer: ScreenAnswer) -> ScreenAnswer:
            return self._while_files_rest(
                lambda folder, engine: screen.with_outflows(
                    answer, folder, engine, asked, is_strict=is_strict
                ),
                choice,
            )

        return Paged(told, with_outflows)

    def checked(self, asked: Question) -> Checkup:
        """Run every check with settings that are resolved already.

        Raises: DataError for files that cannot be read at all.
        """
        import datetime as dt

        from flowrisk.answers import check

        today_on = dt.datetime.now(tz=dt.UTC).date()
        return self._while_files_rest(
            lambda folder, engine: check.check(folder, engine, asked, today_on=today_on)
        )

    @described(ScenarioQuestion)
    def query(
        self,
        sql: str,
        *,
        params: Mapping[str, Value] | None = None,
        limit: int | None = None,
        timeout: float = 60.0,
        isolated: bool = False,
        **question: Unpack[ScenarioKeywords],
    ) -> pl.DataFrame:
        """Return the rows of one select over the views of a question.

        Args:
            sql: one select in DuckDB's dialect, such as "from marts.outflows".
            params: values the SQL reads as ``$name``; bound, never spliced.
            limit: rows at most; None for all.
            timeout: seconds allowed.
            isolated: answer in a confined child process, for SQL you do not trust; warns of each
                promise this system cannot keep.

        Raises: QuestionError for SQL that fails; TimeoutError past the time.
        """
        from flowrisk.query import isolation, sandbox

        ask = functools.partial(isolation.query, say=warnings.warn) if isolated else sandbox.query
        frame, _ = ask(
            self.folder,
            self.settings_of(ScenarioQuestion, question),
            sql,
            limit_count=limit,
            timeout_s=timeout,
            values=params,
        )
        return frame

    @described(ScenarioQuestion)
    def query_plan(
        self,
        sql: str,
        *,
        params: Mapping[str, Value] | None = None,
        timeout: float = 60.0,
        **question: Unpack[ScenarioKeywords],
    ) -> str:
        """Return how one select would be answered: a line a step, inputs indented below it.

        Raises: as ``query``.
        """
        from flowrisk.query import sandbox

        asked = self.settings_of(ScenarioQuestion, question)
        return sandbox.plan(self.folder, asked, sql, values=params, timeout_s=timeout)

    @described(ScenarioQuestion)
    def shell(self, **question: Unpack[ScenarioKeywords]) -> SqlSession:
        """Return a session for many selects over one question: it loads the question once.

        Close it in the end (``contextlib.closing``), and keep it in one thread.

        Raises: as ``scenario``.
        """
        from flowrisk.query import sandbox

        return sandbox.Session(self.folder, self.settings_of(ScenarioQuestion, question))

    @described(ScenarioQuestion)
    def export_duckdb(
        self,
        path: str | Path,
        *,
        force: bool = False,
        **question: Unpack[ScenarioKeywords],
    ) -> Path:
        """Write a DuckDB database with the views and macros of a question for other tools.

        Raises: QuestionError for an existing file, or one that cannot be written.
        """
        from flowrisk.query import duckdb_file

        asked = self.settings_of(ScenarioQuestion, question)
        return duckdb_file.write(self.folder, asked, Path(path), is_forced=force)

    @described(ScenarioQuestion)
    def export_dbt(self, path: str | Path, **question: Unpack[ScenarioKeywords]) -> Path:
        """Write a dbt project with the models, checks and sources of a question.

        Raises: QuestionError for a folder that is not new or empty, or cannot be written.
        """
        from flowrisk.query import dbt_project

        asked = self.settings_of(ScenarioQuestion, question)
        return dbt_project.write(self.folder, asked, Path(path))

    def tables(self, name: str | None = None) -> pl.DataFrame:
        """Return the views and macros a query can read, or the columns of one.

        Raises: QuestionError for an unknown name.
        """
        from flowrisk.query import catalog

        if name is None:
            return catalog.listing()
        return catalog.describe(self.folder, self.settings({}), name).columns

    def _while_files_rest(
        self,
        ask: Callable[[Folder, Engine], Answered],
        choice: Choice = _HERE,
        *,
        is_framing: bool = True,
    ) -> Answered:
        return at_rest.answered(self.folder, ask, choice, is_framing=is_framing)

"""A dataset to ask with settings that are resolved already: one method a command.

Owns the connection of each question and the check that no ingest changed the files meanwhile;
``api`` adds the methods that take a caller's words.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from flowrisk import assets, dataset, scenario, settings, text
from flowrisk.engines import Choice
from flowrisk.errors import DataError
from flowrisk.results import Paged, Result
from flowrisk.scenario import MARTS, ScenarioAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from flowrisk.backtest import Backtest
    from flowrisk.calibrate import CalibrationAnswer
    from flowrisk.checkup import Checkup
    from flowrisk.domain import Assumption
    from flowrisk.edition import Edition
    from flowrisk.engines import Engine
    from flowrisk.explain import Explanation
    from flowrisk.memos import Memo
    from flowrisk.notebook import Card
    from flowrisk.risk import RiskAnswer
    from flowrisk.screen import ScreenAnswer

_TRIES_COUNT = 3
_HERE = Choice()
Answered = TypeVar("Answered")


class ScenarioResult(Paged[ScenarioAnswer]):
    """The answer to one question; each mart is an attribute, a polars frame.

    ``result.outflows`` has the columns of the JSON contract; ``result.answer`` holds
    assumptions, vintages and findings.
    """

    def __init__(self, answer: ScenarioAnswer) -> None:
        super().__init__(
            answer,
            main="outflows",
            told=text.scenario_table,
            page=_scenario_page,
            memo=_scenario_memo,
            card=_scenario_card,
        )


def _scenario_page(answer: ScenarioAnswer, edition: Edition) -> bytes:
    from flowrisk import report

    return report.scenario_page(answer, edition)


def _scenario_memo(answer: ScenarioAnswer) -> Memo:
    from flowrisk import memos

    return memos.scenario_memo(answer)


def _scenario_card(answer: ScenarioAnswer) -> Card:
    from flowrisk import notebook

    return notebook.scenario_card(answer)


def _risk_page(answer: RiskAnswer, edition: Edition) -> bytes:
    from flowrisk import report

    return report.risk_page(answer, edition)


def _risk_memo(answer: RiskAnswer) -> Memo:
    from flowrisk import memos

    return memos.risk_memo(answer)


def _screen_page(answer: ScreenAnswer, edition: Edition) -> bytes:
    from flowrisk import report

    return report.screen_page(answer, edition)


def _screen_memo(answer: ScreenAnswer) -> Memo:
    from flowrisk import memos

    return memos.screen_memo(answer)


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """A dataset folder; ``settings`` makes the settings of a question, each method answers one."""

    folder: dataset.Folder

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.folder.name} at {self.folder.path}>"

    @property
    def path(self) -> Path:
        """The folder."""
        return self.folder.path

    @property
    def is_sample(self) -> bool:
        """Whether this is the bundled sample, which is never written to."""
        return self.folder.path == assets.sample_folder()

    @property
    def digest(self) -> str:
        """SHA-256 over the dataset's files."""
        return self.folder.digest()

    def settings(
        self,
        given: Mapping[str, object],
        *,
        also: Mapping[str, settings.Setting] | None = None,
    ) -> dict[str, Assumption]:
        """Return every setting of a question with its origin; None counts as not given.

        Args:
            also: the settings of one command, ``settings.RISK`` or ``settings.SCREEN``.

        Raises: QuestionError for an unknown or unusable one.
        """
        return settings.resolve(
            given,
            environment={},
            files=[("flowrisk.toml of the dataset", self.folder.settings)],
            also=also,
        )

    def answer(
        self,
        chosen: Mapping[str, Assumption],
        *,
        is_strict: bool = False,
        marts: Sequence[str] = MARTS,
        choice: Choice = _HERE,
    ) -> ScenarioResult:
        """Answer a question whose settings are resolved already.

        Raises: as ``scenario``.
        """
        return self._steadily(
            lambda folder, engine: ScenarioResult(
                scenario.answer(folder, engine, chosen, marts=marts, is_strict=is_strict)
            ),
            choice,
        )

    def backtested(self, chosen: Mapping[str, Assumption]) -> Result[Backtest]:
        """Score past forecasts with settings that are resolved already.

        Raises: DataError where the dataset has no cases.
        """
        from flowrisk import backtest, summaries

        told = self._steadily(lambda folder, engine: backtest.answer(folder, engine, chosen))
        return Result(told, main="cases", told=summaries.backtest)

    def calibrated(
        self,
        chosen: Mapping[str, Assumption],
        target: str | Sequence[str] | Mapping[str, float],
        *,
        is_strict: bool = False,
        choice: Choice = _HERE,
    ) -> Result[CalibrationAnswer]:
        """Solve published figures with settings that are resolved already.

        Raises: as ``calibrate``.
        """
        from flowrisk import calibrate, domain, summaries

        targets = domain.parse_targets(target)
        solved = self._steadily(
            lambda folder, engine: calibrate.answer(
                folder, engine, chosen, targets, is_strict=is_strict
            ),
            choice,
        )
        return Result(solved, main="targets", told=summaries.calibration)

    def explained(
        self, chosen: Mapping[str, Assumption], *, provider: str, scenario_id: str | None = None
    ) -> Result[Explanation]:
        """Trace one figure with settings that are resolved already; they name one security.

        Raises: QuestionError for more than one security or a provider the scenario does not hold.
        """
        from flowrisk import explain, summaries

        told = self._steadily(
            lambda folder, engine: explain.answer(
                folder, engine, chosen, provider=provider, scenario_id=scenario_id
            )
        )
        return Result(told, main="steps", told=summaries.explanation)

    def risked(
        self,
        chosen: Mapping[str, Assumption],
        *,
        is_strict: bool = False,
        choice: Choice = _HERE,
    ) -> Paged[RiskAnswer]:
        """Give the law of the flow with settings that are resolved already.

        Raises: as ``risk``.
        """
        from flowrisk import notebook, risk, risk_text

        told = self._steadily(
            lambda folder, engine: risk.answer(folder, engine, chosen, is_strict=is_strict),
            choice,
        )
        return Paged(
            told,
            main="distributions",
            told=risk_text.risk_table,
            page=_risk_page,
            memo=_risk_memo,
            card=notebook.risk_card,
        )

    def screened(
        self,
        chosen: Mapping[str, Assumption],
        *,
        is_strict: bool = False,
        choice: Choice = _HERE,
    ) -> Paged[ScreenAnswer]:
        """Tell how far issuers are from the threshold with settings that are resolved already.

        Its page asks for outflows too, once it is written.

        Raises: as ``screen``.
        """
        from flowrisk import notebook, screen, screen_text

        told = self._steadily(
            lambda folder, engine: screen.answer(folder, engine, chosen, is_strict=is_strict),
            choice,
        )

        def page(answer: ScreenAnswer, edition: Edition) -> bytes:
            whole = self._steadily(
                lambda folder, engine: screen.with_outflows(
                    answer, folder, engine, chosen, is_strict=is_strict
                ),
                choice,
            )
            return _screen_page(whole, edition)

        return Paged(
            told,
            main="digital_asset_ratios",
            told=screen_text.screen_table,
            page=page,
            memo=_screen_memo,
            card=notebook.screen_card,
        )

    def checked(self, chosen: Mapping[str, Assumption]) -> Checkup:
        """Run every check with settings that are resolved already.

        Raises: DataError for files that cannot be read at all.
        """
        import datetime as dt

        from flowrisk import checkup

        today_on = dt.datetime.now(tz=dt.UTC).date()
        return self._steadily(
            lambda folder, engine: checkup.check(folder, engine, chosen, today_on=today_on)
        )

    def _steadily(
        self, ask: Callable[[dataset.Folder, Engine], Answered], choice: Choice = _HERE
    ) -> Answered:
        """Ask until the files were the same before and after: an ingest may publish meanwhile.

        Raises: what ``ask`` raises over a dataset at rest; DataError where it never rests.
        """
        folder = self.folder
        for _ in range(_TRIES_COUNT):
            before = folder.signature()
            try:
                with closing(choice.open(folder.path)) as engine:
                    answered = ask(folder, engine)
            except DataError:
                if folder.signature() == before:
                    raise
            else:
                if folder.signature() == before:
                    return answered
            folder = dataset.open_folder(self.folder.path)
        raise DataError(
            "The dataset keeps changing while it is read.",
            facts={"dataset": self.folder.path},
            remedy="Wait for the running ingest to end.",
        )

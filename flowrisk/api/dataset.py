"""What ``import flowrisk`` gives: a dataset to ask, and frozen results.

Every command of the command line has its twin here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Unpack

from flowrisk.api import results
from flowrisk.api.keywords import (
    QuestionKeywords,
    Ratios,
    RiskKeywords,
    ScreenKeywords,
    described,
)
from flowrisk.api.results import ScenarioResult
from flowrisk.api.session import Session
from flowrisk.dataset import folder
from flowrisk.engines.choice import Choice
from flowrisk.question.question import Question
from flowrisk.question.risk import RiskQuestion
from flowrisk.question.screen import ScreenQuestion

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    import polars as pl

    from flowrisk.api.results import Paged, Result
    from flowrisk.domain import (
        Backtest,
        CalibrationAnswer,
        Comparison,
        Explanation,
        PairErrors,
        RiskAnswer,
        ScreenAnswer,
    )
    from flowrisk.ingest.summary import Progress, Summary


__all__ = ["Dataset", "ScenarioResult", "compared", "init", "open_dataset"]


@dataclass(frozen=True, slots=True, repr=False)
class Dataset(Session):
    """A dataset folder to ask questions of. Holds no connection: safe to share."""

    @described(Question)
    def scenario(
        self,
        *,
        strict: bool = False,
        engine: str = "duckdb",
        engine_url: str | None = None,
        engine_data: str | None = None,
        **question: Unpack[QuestionKeywords],
    ) -> ScenarioResult:
        """Estimate passive selling if index providers delete securities.

        Args:
            strict: fail on data-quality warnings.
            engine: ``duckdb`` (this machine) or ``spark`` (a cluster), with its address and the
                dataset folder as the cluster sees it.
            question: by keyword, as the flags of ``flowrisk scenario``; None takes the dataset's
                flowrisk.toml, then the default.

        Raises: QuestionError, DataError, TimeoutError where a cluster does not answer, or
            QualityError under ``strict``.
        """
        choice = Choice(engine, engine_url, engine_data)
        return self.answer(self.settings(question), is_strict=strict, choice=choice)

    def calibrate(
        self,
        target: str | Sequence[str] | Mapping[str, float],
        *,
        security: str,
        strict: bool = False,
        engine: str = "duckdb",
        engine_url: str | None = None,
        engine_data: str | None = None,
        **question: Unpack[QuestionKeywords],
    ) -> Result[CalibrationAnswer]:
        """Solve published figures for tracking ratio, price date and provider set.

        Args:
            target: ``"msci=2.8bn,all=8.8bn"`` or US dollars by provider set.
            security: ticker or ISIN the figures are about.
            question: as the arguments of ``scenario``.

        Raises: QuestionError for a figure that cannot be; and as ``scenario``.
        """
        asked = self.settings({**question, "securities": [security]})
        choice = Choice(engine, engine_url, engine_data)
        return self.calibrated(asked, target, is_strict=strict, choice=choice)

    @described(RiskQuestion)
    def risk(
        self,
        probabilities: Ratios,
        *,
        strict: bool = False,
        engine: str = "duckdb",
        engine_url: str | None = None,
        engine_data: str | None = None,
        **question: Unpack[RiskKeywords],
    ) -> Paged[RiskAnswer]:
        """Return the distribution of passive selling over the decisions of providers.

        Args:
            probabilities: 0-1 by provider_id, one for each provider asked about (default: all).
            question: by keyword, as the flags of ``flowrisk risk``; the rest as ``scenario``.

        Raises: QuestionError for a provider without a probability, an unknown one, values out of
            range or that do not belong together; and as ``scenario``.
        """
        asked = self.settings_of(RiskQuestion, {**question, "probabilities": probabilities})
        choice = Choice(engine, engine_url, engine_data)
        return self.risked(asked, is_strict=strict, choice=choice)

    @described(ScreenQuestion)
    def screen(
        self,
        *,
        strict: bool = False,
        engine: str = "duckdb",
        engine_url: str | None = None,
        engine_data: str | None = None,
        **question: Unpack[ScreenKeywords],
    ) -> Paged[ScreenAnswer]:
        """Measure how far issuers are from the digital-asset threshold.

        Args:
            question: by keyword, as the flags of ``flowrisk screen``; the rest as ``scenario``.

        Raises: QuestionError for unknown names, coins or moves and values out of range; DataError
            without balance sheets; and as ``scenario``.
        """
        asked = self.settings_of(ScreenQuestion, question)
        choice = Choice(engine, engine_url, engine_data)
        return self.screened(asked, is_strict=strict, choice=choice)

    def compare(
        self,
        other: Dataset | str | Path,
        *,
        strict: bool = False,
        engine: str = "duckdb",
        engine_url: str | None = None,
        engine_data: str | None = None,
        **question: Unpack[QuestionKeywords],
    ) -> Result[Comparison]:
        """Split the difference to another dataset, or to a JSON result, into its effects.

        Args:
            other: B; this dataset is A.
            question: asked of both datasets, as the arguments of ``scenario``.

        Raises: DataError for what is no result; QuestionError without a common scenario; and as
            ``scenario``.
        """
        target = other.path if isinstance(other, Dataset) else folder.located(other)
        choice = Choice(engine, engine_url, engine_data)

        def ask(path: PurePath) -> bytes:
            dataset = open_dataset(path)
            asked = dataset.settings(question)
            return dataset.answer(asked, is_strict=strict, choice=choice).render("json")

        return compared(self.path, target, ask)

    def explain(
        self,
        security: str,
        *,
        provider: str,
        scenario: str | None = None,
        strict: bool = False,
        engine: str = "duckdb",
        engine_url: str | None = None,
        engine_data: str | None = None,
        **question: Unpack[QuestionKeywords],
    ) -> Result[Explanation]:
        """Trace what one provider's trackers must sell of one security: formula to files.

        Args:
            scenario: a set of providers that holds the provider; None = the provider alone.
            question: as the arguments of ``scenario``.

        Raises: QuestionError for an unknown name; and as ``scenario``.
        """
        asked = self.settings({**question, "securities": [security]})
        return self.explained(
            asked, provider=provider, scenario_id=scenario, is_strict=strict,
            choice=Choice(engine, engine_url, engine_data),
        )  # fmt: skip

    def backtest(self) -> Result[Backtest]:
        """Score the past cases of the dataset: forecast against published shares.

        Raises: DataError where the dataset has none.
        """
        return self.backtested(self.settings({}))

    def pair_errors(self) -> Result[PairErrors]:
        """Measure, on whole listings, how well one tracker's positions foretell another's.

        Raises: DataError where no two whole listings may foretell each other.
        """
        return self.leave_one_out(self.settings({}))

    def check(self, *, strict: bool = False, **question: Unpack[QuestionKeywords]) -> pl.DataFrame:
        """Return every check over the whole dataset: check, state, finding_count, says, examples.

        Args:
            strict: raise on warnings.
            question: as the arguments of scenario; the as-of date says what counts as old.

        Raises: QualityError under ``strict``; DataError for files that cannot be read at all.
        """
        checkup = self.checked(self.settings(question))
        if strict:
            checkup.enforce(is_strict=True)
        return checkup.frame

    def ingest(  # noqa: PLR0913 - one argument a flag of the command
        self,
        files: str | Path | Sequence[str | Path] | pl.DataFrame | pd.DataFrame,
        *,
        format: str | None = None,  # noqa: A002 - the word of the command line
        fund: str | None = None,
        as_of: str | dt.date | None = None,
        security: str | None = None,
        map_file: str | Path | None = None,
        columns: str | Mapping[str, str] | None = None,
        profile: str | Path | None = None,
        dates: str | None = None,
        decimal: str | None = None,
        currency: str | None = None,
        sheet: str | None = None,
        splits: str | None = None,
        replace: bool = False,
        dry_run: bool = False,
        progress: Callable[[Progress], None] = lambda _: None,
    ) -> Summary:
        """Read real files, or a polars or pandas frame of holdings, into this dataset.

        All of it or nothing; what is asked of this object afterwards sees what was read.

        Args: as the flags of ``flowrisk ingest``; without ``format`` it is found in each file. A
            frame needs ``columns`` or ``profile``. ``progress`` is told each stage.

        Raises: QuestionError for an unknown format or a hint that does not fit; DataError for a
            missing or unusable file (the dataset is as it was).
        """
        from flowrisk.ingest import asked

        root = folder.local_path(self.folder, "written to")
        told = asked.hints(
            fund=fund, as_of=as_of, security=security, columns=columns, profile=profile,
            dates=dates, decimal=decimal, currency=currency, sheet=sheet, splits=splits,
            is_replacing=replace,
        )  # fmt: skip
        summary = asked.ingested(
            files, format=format, data=root, hints=told, dry_run=dry_run,
            map_file=map_file, progress=progress,
        )  # fmt: skip
        if not dry_run:
            object.__setattr__(self, "folder", folder.open_folder(self.folder.path))
        return summary


def init(path: str | Path) -> Dataset:
    """Make a dataset of one's own from the bundled sample and open it.

    Raises: QuestionError if the folder exists and is not empty, or cannot be written.
    """
    from flowrisk.dataset import folder

    return open_dataset(folder.copy_sample(Path(path)))


def open_dataset(path: str | PurePath | None = None) -> Dataset:
    """Open a dataset folder; None opens the bundled sample.

    Raises: DataError if the folder or a required table is missing.
    """
    return Dataset(folder.open_folder(path))


def compared(
    first: PurePath, second: PurePath, ask: Callable[[PurePath], bytes]
) -> Result[Comparison]:
    """Compare two JSON results or dataset folders; ``ask`` answers the question over a folder.

    Raises: as ``Dataset.compare``.
    """
    from flowrisk.answers import compare, runs

    return results.Result(
        compare.compare(runs.read_run(first, ask), runs.read_run(second, ask))
    )

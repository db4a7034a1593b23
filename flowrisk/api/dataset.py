"""What ``import flowrisk`` gives: a dataset to ask, and frozen results.

Every command of the command line has its twin here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Unpack

from flowrisk.api.keywords import (
    QuestionKeywords,
    Ratios,
    RiskKeywords,
    ScenarioKeywords,
    ScreenKeywords,
    described,
    described_ingest,
)
from flowrisk.api.results import ScenarioResult, compared
from flowrisk.api.session import Session
from flowrisk.dataset import folder, reference
from flowrisk.engines.choice import Choice
from flowrisk.engines.composing import own_name
from flowrisk.errors import QuestionError
from flowrisk.question.question import Question
from flowrisk.question.risk import RiskQuestion
from flowrisk.question.scenario import ScenarioQuestion
from flowrisk.question.screen import ScreenQuestion

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    import polars as pl

    from flowrisk.api.checks import Checks
    from flowrisk.api.keywords import Day
    from flowrisk.api.results import Paged, Result, Scheduled
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


__all__ = ["Dataset", "ScenarioResult", "init", "open_dataset"]


@dataclass(frozen=True, slots=True, repr=False)
class Dataset(Session):
    """A dataset folder to ask questions of. Holds no connection: safe to share."""

    @described(ScenarioQuestion)
    def scenario(
        self,
        *,
        strict: bool = False,
        engine: str = "duckdb",
        engine_url: str | None = None,
        engine_data: str | None = None,
        **question: Unpack[ScenarioKeywords],
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
        asked = self.settings_of(ScenarioQuestion, question)
        return self.answer(asked, is_strict=strict, choice=choice)

    @described(Question)
    def calendar(
        self,
        *,
        strict: bool = False,
        engine: str = "duckdb",
        engine_url: str | None = None,
        engine_data: str | None = None,
        **question: Unpack[QuestionKeywords],
    ) -> Scheduled:
        """List the trade sessions of each provider's next review, and what falls on each.

        ``write("calendar.ics")`` gives them to a calendar program.

        Args:
            question: by keyword, as the flags of ``flowrisk calendar``; the rest as ``scenario``.

        Raises: as ``scenario``.
        """
        choice = Choice(engine, engine_url, engine_data)
        return self.scheduled(self.settings(question), is_strict=strict, choice=choice)

    @described(Question)
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

    @described(Question)
    def compare(
        self,
        other: Dataset | str | Path | None = None,
        *,
        dates: tuple[Day, Day] | None = None,
        strict: bool = False,
        engine: str = "duckdb",
        engine_url: str | None = None,
        engine_data: str | None = None,
        **question: Unpack[QuestionKeywords],
    ) -> Result[Comparison]:
        """Split the difference to another dataset, or to a JSON result, into its effects.

        Args:
            other: B, default this dataset; this dataset is A.
            dates: the as-of dates of A and of B, in place of ``as_of``.
            question: asked of both datasets, as the arguments of ``scenario``.

        Raises: DataError for what is no result; QuestionError without a common scenario; and as
            ``scenario``.
        """
        target = folder.located(other) if isinstance(other, str | Path) else (other or self).path
        choice = Choice(engine, engine_url, engine_data)

        def ask(path: PurePath, day: Day | None) -> bytes:
            dataset = open_dataset(path)
            asked = dataset.settings({**question, "as_of": day} if day else question)
            return dataset.side(asked, is_strict=strict, choice=choice)

        before, after = dates or (None, None)
        return compared((self.path, lambda path: ask(path, before)),
                        (target, lambda path: ask(path, after)))  # fmt: skip

    @described(Question)
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
            security: ticker, ISIN or name, such as "MSTR".
            provider: provider_id, such as "msci".
            scenario: a set of providers that holds it, such as "all"; None = the provider alone.

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

    @described(Question)
    def check(self, *, strict: bool = False, **question: Unpack[QuestionKeywords]) -> Checks:
        """Return every check over the whole dataset: check, state, finding_count, says, examples.

        A polars frame, with what was found in one sentence as ``finding``.

        Args:
            strict: raise on warnings.
            question: as the arguments of scenario; the as-of date says what counts as old.

        Raises: QualityError under ``strict``; DataError for files that cannot be read at all.
        """
        checkup = self.checked(self.settings(question))
        if strict:
            checkup.enforce(is_strict=True)
        from flowrisk.api.checks import Checks

        return Checks(checkup.frame)

    @described_ingest
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

    def list(self, kind: str) -> pl.DataFrame:
        """Return what the dataset knows of a kind, a row each.

        Args:
            kind: ``securities``, ``funds``, ``indices``, ``providers``, ``lists`` or ``sections``
                (of the page of a scenario).

        Raises: QuestionError for another kind; DataError for files that cannot be read.
        """
        from flowrisk.query import listings

        return listings.listed(self, kind)

    def map(self, fund: str, index: str, *, source: str) -> Path:
        """Say which index a fund tracks, in the dataset's ``reference/funds.csv``.

        Args:
            fund: its id, name or a part of the name that no other fund has.
            index: the same of an index; ``none`` = it tracks none.
            source: where it is said.

        Returns: the file.

        Raises: QuestionError for an unknown name, with the nearest; DataError for a reference file
            that cannot be used.
        """
        from flowrisk.query import listings

        fund_id = listings.only(self, "funds", fund)
        index_id = reference.NULL if index == "none" else listings.only(self, "indices", index)
        return self.add("fund", source=source, fund_id=fund_id, index_id=index_id)

    def add(self, table: str, *, source: str, basis: str = "reported", **row: object) -> Path:
        """Add or change a row of a table, in the dataset's ``reference/TABLE.csv``.

        Args:
            table: such as ``provider``, ``index``, ``security`` or ``index_memberships``.
            source: where it is said; it travels with the row to every page.
            basis: reported, derived, inferred, calibrated or illustrative.
            row: its cells by column; those left out stay as they are, ``"null"`` is unknown.

        Returns: the file.

        Raises: QuestionError for an unknown table; DataError naming the column at fault: the file
            is as it was.
        """
        root = folder.local_path(self.folder, "written to")
        if self.is_sample:
            raise QuestionError(
                "The bundled sample is never written to.",
                remedy="Make a dataset of your own with 'flowrisk init DIR'.",
            )
        cells = {name: str(value) for name, value in row.items() if value is not None}
        known = reference.table_of(table)
        told = {**cells, "basis": basis, "source": source}
        overlay, text = reference.with_row(root, known, told)
        tried = {**self.folder.reference, known.name: overlay}
        # whatever the dataset cannot be read with is not written
        Dataset(replace(self.folder, reference=tried)).query(
            f"from raw.{own_name(known.name)} limit 0"
        )
        path = root / reference.FOLDER / f"{known.name}.csv"
        reference.write(path, text)
        object.__setattr__(self, "folder", folder.open_folder(self.folder.path))
        return path


def init(path: str | Path) -> Dataset:
    """Make a dataset of one's own from the bundled sample and open it.

    Raises: QuestionError if the folder exists and is not empty, or cannot be written.
    """
    from flowrisk.dataset import copying

    return open_dataset(copying.copy_sample(Path(path)))


def open_dataset(path: str | PurePath | None = None) -> Dataset:
    """Open a dataset folder; None opens the bundled sample.

    Raises: DataError if the folder or a required table is missing.
    """
    return Dataset(folder.open_folder(path))

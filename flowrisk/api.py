"""What ``import flowrisk`` gives: a dataset to ask, and frozen results.

Every command of the command line has its twin here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowrisk import dataset, export, scenario, settings, text
from flowrisk.scenario import MARTS, ScenarioAnswer

if TYPE_CHECKING:
    import datetime as dt

    import polars as pl

    from flowrisk.domain import Assumption

SUFFIXES = (".html", ".csv", ".json", ".jsonl", ".parquet")


class ScenarioResult:
    """The answer to one question; each mart is an attribute, a polars frame.

    ``result.outflows`` has the columns of the JSON contract; ``result.answer`` holds
    assumptions, vintages and findings.
    """

    def __init__(self, answer: ScenarioAnswer) -> None:
        self.answer = answer

    def __getattr__(self, name: str) -> pl.DataFrame:
        """Return a mart by name.

        Raises: AttributeError if the answer holds no such mart.
        """
        marts = self.__dict__["answer"].marts if "answer" in self.__dict__ else {}
        if name not in marts:
            raise AttributeError(name)
        frame: pl.DataFrame = marts[name]
        return frame

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self.answer.marts]

    def __repr__(self) -> str:
        return text.scenario_table(self.answer)

    @property
    def warnings(self) -> list[str]:
        """What the checks found, one line each."""
        return [finding.message for finding in self.answer.findings]

    def render(self, form: str) -> bytes:
        """Return the result as ``table``, ``json`` (the whole envelope), ``csv``, ``jsonl``,
        ``markdown``, ``parquet`` (the outflow rows) or ``html`` (the report).

        Raises: QuestionError for any other form.
        """
        if form == "html":
            from flowrisk import report

            page: bytes = report.scenario_page(self.answer)
            return page
        if form == "table":
            return text.scenario_table(self.answer).encode()
        if form == "json":
            return export.envelope(self.answer)
        return export.frame_bytes(self.answer.marts["outflows"], form)

    def write(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the result in the form its suffix names and return the absolute path.

        Raises: QuestionError for an unknown suffix, an existing file, or one that cannot be
            written.
        """
        target = Path(path)
        export.refuse_existing(target, is_forced=force)
        return export.write(target, self.render(form_of(target)), is_forced=force)

    def write_report(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the HTML report and return the absolute path.

        Raises: QuestionError for an existing file, or one that cannot be written.
        """
        return export.write(Path(path), self.render("html"), is_forced=force)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset folder to ask questions of. Holds no connection: safe to share."""

    folder: dataset.Folder

    @property
    def path(self) -> Path:
        """The folder."""
        return self.folder.path

    @property
    def digest(self) -> str:
        """SHA-256 over the dataset's files."""
        return self.folder.digest()

    def scenario(  # noqa: PLR0913 - one argument a flag of the command
        self,
        *,
        providers: str | Sequence[str] | None = None,
        securities: str | Sequence[str] | None = None,
        list: str | None = None,  # noqa: A002 - the flag's name
        method: str | None = None,
        as_of: str | dt.date | None = None,
        known_on: str | dt.date | None = None,
        max_age: int | None = None,
        participation: float | None = None,
        adv_window: int | None = None,
        price: Mapping[str, float] | None = None,
        strict: bool = False,
    ) -> ScenarioResult:
        """Answer how much index money must sell if providers delete securities.

        Args: as the flags of ``flowrisk scenario``; None takes the dataset's flowrisk.toml, then
            the default.

        Raises: QuestionError, DataError, or QualityError under ``strict``.
        """
        given = {
            "providers": providers, "securities": securities, "list": list, "method": method,
            "as_of": as_of, "known_on": known_on, "max_age": max_age,
            "participation": participation, "adv_window": adv_window, "price": price,
        }  # fmt: skip
        return self.answer(self.settings(given), is_strict=strict)

    def answer(
        self,
        chosen: Mapping[str, Assumption],
        *,
        is_strict: bool = False,
        marts: Sequence[str] = MARTS,
    ) -> ScenarioResult:
        """Answer a question whose settings are resolved already.

        Raises: as ``scenario``.
        """
        from flowrisk.engines.duckdb import DuckDB

        with closing(DuckDB()) as engine:
            return ScenarioResult(
                scenario.answer(self.folder, engine, chosen, marts=marts, is_strict=is_strict)
            )

    def query(
        self,
        sql: str,
        *,
        limit: int | None = None,
        timeout: float = 60.0,
        **question: Any,  # noqa: ANN401 - the arguments of scenario
    ) -> pl.DataFrame:
        """Return the rows of one select over the views of a question.

        Args:
            limit: rows at most; None for all.
            timeout: seconds allowed.
            question: as the arguments of ``scenario``.

        Raises: QuestionError for SQL that fails; TimeoutError past the time.
        """
        from flowrisk import sandbox

        frame, _ = sandbox.query(
            self.folder, self.settings(question), sql, limit_count=limit, timeout_s=timeout
        )
        return frame

    def tables(self, name: str | None = None) -> pl.DataFrame:
        """Return the views a query can read, or the columns of one.

        Raises: QuestionError for an unknown view.
        """
        from flowrisk import catalog

        if name is None:
            return catalog.views()
        return catalog.describe(self.folder, self.settings({}), name).columns

    def settings(self, given: Mapping[str, object]) -> dict[str, Assumption]:
        """Return every setting of a question with its origin; None counts as not given.

        Raises: QuestionError for an unknown or unusable one.
        """
        return settings.resolve(
            given, environment={}, files=[("flowrisk.toml of the dataset", self.folder.settings)]
        )


def open_dataset(path: str | Path | None = None) -> Dataset:
    """Open a dataset folder; None opens the bundled sample.

    Raises: DataError if the folder or a required table is missing.
    """
    return Dataset(dataset.open_folder(path))


def form_of(path: Path) -> str:
    """Return the form a file's suffix names.

    Raises: QuestionError for any other suffix.
    """
    if path.suffix.lower() not in SUFFIXES:
        from flowrisk.errors import QuestionError

        raise QuestionError(
            f"The suffix of '{path.name}' names no format.",
            facts={"known": ", ".join(SUFFIXES)},
            remedy="Name the output with one of the known suffixes.",
        )
    return path.suffix.lower().removeprefix(".")

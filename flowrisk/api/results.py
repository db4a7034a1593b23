"""An answer in a caller's hands: frames as attributes, forms to print or write.

Owns what the results of calibrate, compare, explain and backtest share; computes nothing.
"""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar, cast

from flowrisk import domain
from flowrisk.errors import QuestionError, printable, printable_lines
from flowrisk.export import files, formats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import polars as pl

    from flowrisk.answers.runs import Side
    from flowrisk.domain import Finding
    from flowrisk.report.note import Memo
    from flowrisk.report.page_options import PageOptions


class HasFrames(Protocol):
    """What an answer has, whatever the command: frames by name, and what the checks found."""

    @property
    def marts(self) -> Mapping[str, pl.DataFrame]:
        """The frames."""
        ...

    @property
    def findings(self) -> Sequence[Finding]:
        """The findings."""
        ...


Kind = TypeVar("Kind", bound=HasFrames)
FORMS = ("table", "csv", "json", "jsonl", "markdown")
CALENDAR_FORMS = (*FORMS, "ics")
# the form that each suffix of an output names
SUFFIXES: Mapping[str, str] = {
    ".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".parquet": "parquet", ".md": "markdown",
    ".txt": "text",
}  # fmt: skip
PAGED_SUFFIXES: Mapping[str, str] = {
    ".html": "html", ".pdf": "pdf", ".xlsx": "xlsx", **SUFFIXES, ".md": "memo",
}  # fmt: skip
CALENDAR_SUFFIXES: Mapping[str, str] = {**SUFFIXES, ".ics": "ics", ".xlsx": "xlsx"}


# the command that each answer belongs to, and the frame that csv, jsonl, markdown and parquet give
_COMMANDS: Mapping[type, tuple[str, str]] = {
    domain.ScenarioAnswer: ("scenario", "outflows"),
    domain.CalendarAnswer: ("calendar", "timeline"),
    domain.RiskAnswer: ("risk", "distributions"),
    domain.ScreenAnswer: ("screen", "digital_asset_ratios"),
    domain.CalibrationAnswer: ("calibrate", "targets"),
    domain.Comparison: ("compare", "effects"),
    domain.Explanation: ("explain", "steps"),
    domain.Backtest: ("backtest", "cases"),
    domain.PairErrors: ("pair_errors", "pairs"),
}


_VERDICTS = "rule_verdicts"
_FILE = "flowrisk.toml"


def _is_ruled(answer: HasFrames) -> bool:
    """Whether the call or a preset named the rule that a screen judges by: then its verdicts are
    the main frame, and not the ratios."""
    if _VERDICTS not in answer.marts or not isinstance(answer, domain.ScreenAnswer):
        return False
    return not answer.assumptions["rule_id"].set_by.startswith(_FILE)


class Result(Generic[Kind]):
    """One command's answer, frozen; each frame is an attribute, a polars frame.

    Args:
        answer: what the command says; its type names the text, page and note that tell it.
    """

    suffixes: ClassVar[Mapping[str, str]] = SUFFIXES
    forms: ClassVar[Sequence[str]] = FORMS

    def __init__(self, answer: Kind) -> None:
        self._answer = answer
        self._command, main = _COMMANDS[type(answer)]
        self._main = _VERDICTS if _is_ruled(answer) else main

    @property
    def answer(self) -> Kind:
        """What the command says: assumptions, vintages, findings, frames."""
        return self._answer

    def __setattr__(self, name: str, value: object) -> None:
        if not name.startswith("_"):
            raise FrozenInstanceError(f"cannot assign to '{name}' of a result")
        super().__setattr__(name, value)

    def __getattr__(self, name: str) -> pl.DataFrame:
        """Return a frame by name.

        Raises: AttributeError if the answer holds no such frame.
        """
        # a copy in the making has nothing yet
        frames: Mapping[str, Any] = self._answer.marts if "_answer" in self.__dict__ else {}
        if name not in frames:
            raise AttributeError(name)
        frame: pl.DataFrame = frames[name]
        return frame

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self.answer.marts]

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {str(self).partition(chr(10))[0]}>"

    def __str__(self) -> str:
        notes = "".join(f"note: {note}\n" for note in self.notes)
        return self._table() + (f"\n{notes}" if notes else "")

    def _table(self) -> str:
        said: str = import_module(f"flowrisk.text.{self._command}").table(self.answer)
        return printable_lines(said)

    @property
    def notes(self) -> list[str]:
        """What a reader must know beside the figures, one line each."""
        said: list[str] = import_module(f"flowrisk.text.{self._command}").notes(self.answer)
        return [printable(note) for note in said]

    def _repr_html_(self) -> str:
        from flowrisk.report import notebook

        return notebook.told(str(self))

    @property
    def warnings(self) -> list[str]:
        """What the checks found, one line each."""
        return [printable(finding.message) for finding in self.answer.findings]

    def render(self, form: str) -> bytes:
        """Return the result as ``table``, ``text`` (the table and its notes, as printed in
        Python), ``json`` (the whole envelope), or the main frame.

        Raises: QuestionError for any form but those and csv, jsonl, markdown, parquet.
        """
        if form in {"table", "text"}:
            return (self._table() if form == "table" else str(self)).encode()
        if form == "json":
            if isinstance(self.answer, domain.Comparison):
                return formats.comparison_bytes(self.answer)
            return formats.envelope(cast("domain.Answer", self.answer))
        return formats.frame_bytes(self.answer.marts[self._main], form)

    def write(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the result in the form its suffix names and return the absolute path.

        Raises: QuestionError for an unknown suffix, an existing file, or one that cannot be
            written.
        """
        target = Path(path)
        files.refuse_existing(target, is_forced=force)
        return files.write(target, self.render(form_of(target, self.suffixes)), is_forced=force)


class Scheduled(Result[domain.CalendarAnswer]):
    """The days of a calendar, which calendar programs read as ``ics``."""

    suffixes: ClassVar[Mapping[str, str]] = CALENDAR_SUFFIXES
    forms: ClassVar[Sequence[str]] = CALENDAR_FORMS

    def render(self, form: str) -> bytes:
        """Return the result as ``ics`` (iCalendar), or as any other result.

        Raises: QuestionError as ``Result.render``.
        """
        if form != "ics":
            return super().render(form)
        from flowrisk.text import calendar

        return calendar.events(self.answer)


class Paged(Result[Kind]):
    """An answer that can also be read as a page.

    Args:
        before_page: adds to the answer what only its page needs.
    """

    suffixes: ClassVar[Mapping[str, str]] = PAGED_SUFFIXES

    def __init__(self, answer: Kind, before_page: Callable[[Kind], Kind] | None = None) -> None:
        super().__init__(answer)
        self._before_page = before_page

    def _repr_html_(self) -> str:
        from flowrisk.report import cards, notebook

        return notebook.page(getattr(cards, f"{self._command}_card")(self.answer))

    def _page(self, options: PageOptions) -> bytes:
        from flowrisk.report import page

        answer = self._before_page(self.answer) if self._before_page else self.answer
        made: bytes = getattr(page, f"{self._command}_page")(answer, options)
        return made

    def _memo(self) -> Memo:
        from flowrisk.report import note

        made: Memo = getattr(note, f"{self._command}_memo")(self.answer)
        return made

    def render(self, form: str, edition: PageOptions | None = None) -> bytes:
        """Return the result as ``html`` (the page), ``pdf`` (the page printed), ``xlsx`` (every
        frame), ``memo`` (in short, as Markdown), or as any other result.

        Args:
            edition: how a page is set; None = everything, under its finding.

        Raises: QuestionError as ``Result.render``, for a section that the page does not have, or
            without what makes a PDF or a workbook; TimeoutError where printing takes too long.
        """
        if form in {"html", "pdf"}:
            from flowrisk.report.page_options import PLAIN

            page = self._page(edition or PLAIN)
            return page if form == "html" else _printed(page)
        if form not in {"xlsx", "memo"}:
            return super().render(form)
        memo = self._memo()
        if form == "memo":
            return memo.markdown(edition.title if edition else None)
        from flowrisk.report import workbook

        return workbook.workbook(cast("domain.Answer", self.answer), memo)

    def write(
        self,
        path: str | Path,
        *,
        force: bool = False,
        title: str | None = None,
        theme: str | Path | None = None,
        sections: str | Sequence[str] | None = None,
    ) -> Path:
        """Write the result in the form its suffix names (.md: in short) and return the absolute
        path.

        Args:
            title: a heading of one's own for a page or a memo.
            theme: a CSS file that gives the page a house style.
            sections: the ids of the page's sections to show; None = all.

        Raises: QuestionError as ``Result.write`` and ``render``, and for a title, style sheet or
            section that cannot be used.
        """
        from flowrisk.report.page_options import asked_for

        target = Path(path)
        files.refuse_existing(target, is_forced=force)
        form = form_of(target, self.suffixes)
        wanted = asked_for(title=title, theme=theme, sections=sections)
        wanted.refuse_idle([form])
        return files.write(target, self.render(form, wanted), is_forced=force)

    def write_report(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the page and return the absolute path.

        Raises: QuestionError for an existing file, or one that cannot be written.
        """
        return files.write(Path(path), self.render("html"), is_forced=force)


def compared(first: Side, second: Side) -> Result[domain.Comparison]:
    """Compare two JSON results or dataset folders, each with what answers the question over it.

    Raises: as ``Dataset.compare``.
    """
    from flowrisk.answers import compare, runs

    return Result(compare.compare(runs.read_run(*first), runs.read_run(*second)))


def _printed(page: bytes) -> bytes:
    from flowrisk.report import pdf

    return pdf.to_pdf(page)


def form_of(path: Path, suffixes: Mapping[str, str] = SUFFIXES) -> str:
    """Return the form a file's suffix names.

    Raises: QuestionError for any other suffix.
    """
    suffix = path.suffix.lower()
    if suffix not in suffixes:
        raise QuestionError(
            f"The suffix of '{path.name}' names no format.",
            facts={"known": ", ".join(suffixes)},
            remedy="Name the output with one of the known suffixes.",
        )
    return suffixes[suffix]


class ScenarioResult(Paged[domain.ScenarioAnswer]):
    """The answer to one question; each mart is an attribute, a polars frame.

    ``result.outflows`` has the columns of the JSON contract; ``result.answer`` holds
    assumptions, vintages and findings.
    """

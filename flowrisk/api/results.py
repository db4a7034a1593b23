"""An answer in a caller's hands: frames as attributes, forms to print or write.

Owns what the results of calibrate, compare, explain and backtest share; computes nothing.
"""

from __future__ import annotations

import warnings
from dataclasses import FrozenInstanceError
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar, cast

from flowrisk import domain
from flowrisk.api.forms import (
    CALENDAR_FORMS,
    CALENDAR_SUFFIXES,
    FORMS,
    PAGED_SUFFIXES,
    SUFFIXES,
    form_of,
    named,
)
from flowrisk.errors import QuestionError, printable, printable_lines
from flowrisk.export import files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import polars as pl

    from flowrisk.answers.runs import Side
    from flowrisk.domain import Finding
    from flowrisk.export.tables import Text
    from flowrisk.report.chart_files import ChartFile
    from flowrisk.report.note import Memo
    from flowrisk.report.page_options import PageOptions
    from flowrisk.report.plots import Plot


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


class Result(Generic[Kind]):
    """One command's answer, frozen; each frame is an attribute, a polars frame.

    Args:
        answer: what the command says; its type names the text, page and note that tell it.
    """

    suffixes: ClassVar[Mapping[str, str]] = SUFFIXES
    forms: ClassVar[Sequence[str]] = FORMS

    def __init__(self, answer: Kind) -> None:
        self._answer = answer
        self._command, self._main = named(answer)

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

    @property
    def lines(self) -> tuple[str, ...]:
        """What the command says, line by line; a line of a table knows the cells it is made of."""
        said: Text = import_module(f"flowrisk.text.{self._command}").table(self.answer)
        return said.lines

    def _table(self) -> str:
        return printable_lines("\n".join(self.lines) + "\n")

    @property
    def notes(self) -> list[str]:
        """What a reader must know beside the figures, one line each."""
        said: list[str] = import_module(f"flowrisk.text.{self._command}").notes(self.answer)
        return [printable(note) for note in said]

    @property
    def finding(self) -> str:
        """What was found, in one sentence."""
        said: str = import_module(f"flowrisk.text.{self._command}").finding(self.answer)
        return printable(said)

    def _repr_html_(self) -> str:
        from flowrisk.report import notebook

        module = import_module(f"flowrisk.text.{self._command}")
        said: Text = getattr(module, "tabular", module.table)(self.answer)
        return notebook.told(self.finding, said.lines, self.notes)

    def plot(self) -> Plot:
        """Return the main chart as SVG, with its title, source and date: a notebook shows it, and
        ``plot().write("chart.svg")`` puts it into a file."""
        from flowrisk.report import plots

        source = [line for line in self.lines if line.startswith(("As of", "A ", "B "))]
        answer = cast("domain.Answer", self.answer)
        return plots.drawn(self._command, answer, self.finding, source[:2])

    @property
    def warnings(self) -> list[str]:
        """What the checks found, one line each."""
        return [printable(finding.message) for finding in self.answer.findings]

    def render(self, form: str) -> bytes:
        """Return the result as ``table``, ``vertical`` (its rows as blocks of lines), ``text`` (the
        table and its notes, as printed in Python), ``json`` (the whole envelope), or the main
        frame.

        Raises: QuestionError for any form but those and csv, jsonl, markdown, parquet.
        """
        if form in {"table", "text"}:
            return (self._table() if form == "table" else str(self)).encode()
        if form == "vertical":
            from flowrisk.export import terminal

            return printable_lines(terminal.upright(self.lines)).encode()
        from flowrisk.export import formats

        told = cast("domain.Answer | domain.Comparison", self.answer)
        if form == "json":
            return formats.envelope(told)
        return formats.frame_bytes(told.marts[self._main], form)

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

    @property
    def finding(self) -> str:
        """What was found, in one sentence: the title of the page."""
        return printable(self._memo().finding)

    def _repr_html_(self) -> str:
        from flowrisk.report import notebook

        memo = self._memo()
        return notebook.page(memo.card, memo.finding)

    def plot(self, name: str | None = None) -> Plot:
        """Return a chart of the page as SVG, with its title, source and date.

        Args:
            name: such as ``by-security`` or ``ranges``; None = the main one.

        Raises: QuestionError for a name that no chart of the page has, which tells those there
            are, and for a page without a chart.
        """
        from flowrisk.report import plots

        return plots.of_charts(self.charts(), name)

    def _page(self, options: PageOptions) -> bytes:
        from flowrisk.report import page

        if options.is_one_page:
            return self._one_page(options)
        answer = self._before_page(self.answer) if self._before_page else self.answer
        made: bytes = getattr(page, f"{self._command}_page")(answer, options)
        return made

    def _one_page(self, options: PageOptions) -> bytes:
        if not isinstance(self.answer, domain.ScenarioAnswer):
            raise QuestionError(
                f"There is no single sheet of '{self._command}'.",
                remedy="Ask 'flowrisk scenario' for one, or leave out --one-page.",
            )
        from flowrisk.report import one_page

        return one_page.page(self.answer, options)

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
            is_one_page = edition is not None and edition.is_one_page
            return page if form == "html" else _printed(page, is_one_page=is_one_page)
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
        paper: str | None = None,
        one_page: bool = False,
    ) -> Path:
        """Write the result in the form its suffix names (.md: in short) and return the absolute
        path.

        Args:
            title: a heading of one's own for a page or a memo.
            theme: a CSS file that gives the page a house style.
            sections: the ids of the page's sections to show; None = all.
            paper: the sheet that a page is set for, ``a4`` or ``letter``.
            one_page: one sheet for a board instead of the whole page (of a scenario).

        Raises: QuestionError as ``Result.write`` and ``render``, and for a title, style sheet or
            section that cannot be used.
        """
        from flowrisk.report.page_options import asked_for

        target = Path(path)
        files.refuse_existing(target, is_forced=force)
        form = form_of(target, self.suffixes)
        wanted = asked_for(title=title, theme=theme, sections=sections, paper=paper,
                           one_page=one_page)  # fmt: skip
        wanted.refuse_idle([form])
        return files.write(target, self.render(form, wanted), is_forced=force)

    def charts(self, edition: PageOptions | None = None) -> tuple[ChartFile, ...]:
        """Return the charts of the page, each with its name and its SVG.

        Args:
            edition: how the page is set; its style and its sections decide.

        Raises: QuestionError for a section that the page does not have.
        """
        from dataclasses import replace

        from flowrisk.report import chart_files
        from flowrisk.report.page_options import PLAIN

        return chart_files.of_page(self._page(replace(edition or PLAIN, is_one_page=False)))

    def write_charts(
        self,
        folder: str | Path,
        *,
        force: bool = False,
        theme: str | Path | None = None,
        sections: str | Sequence[str] | None = None,
    ) -> list[Path]:
        """Write each chart of the page to a folder, which is made where it is missing: as SVG
        and as PNG, and warn where no Chromium draws a PNG. Return their absolute paths.

        Args:
            theme, sections: as in ``write``.

        Raises: QuestionError for a chart that exists already, a folder that cannot be written, and
            as ``charts``: no chart is then written.
        """
        from flowrisk.report import chart_files
        from flowrisk.report.page_options import asked_for

        files.refuse_no_folder(Path(folder))
        drawn = self.charts(asked_for(theme=theme, sections=sections))
        made, reason = chart_files.written(drawn, Path(folder), is_forced=force)
        if reason:
            warnings.warn(reason, stacklevel=2)
        with files.folder(Path(folder)):
            return files.write_all(made, is_forced=force)

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


def _printed(page: bytes, *, is_one_page: bool) -> bytes:
    """Return a page printed.

    Raises: QuestionError where one sheet was asked for and the fonts of this machine need more.
    """
    from flowrisk.report import pdf

    made = pdf.to_pdf(page)
    count = pdf.sheets_count(made)
    if is_one_page and count > 1:
        raise QuestionError(
            "The board page does not fit on one sheet.",
            facts={"sheets": count},
            remedy="Ask about fewer companies or scenarios, shorten --title, or leave out --theme.",
        )
    return made


class ScenarioResult(Paged[domain.ScenarioAnswer]):
    """The answer to one question; each mart is an attribute, a polars frame.

    ``result.outflows`` has the columns of the JSON contract; ``result.answer`` holds
    assumptions, vintages and findings.
    """

"""In which form a result is printed and written, and the delivery: all of it, or nothing."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowrisk.cli import diagnostics, pager

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.api.results import Result
    from flowrisk.report.page_options import PageOptions

_PAGED = frozenset({".html", ".pdf"})
_BINARY = ("parquet", "xlsx")
_LARGE_BYTES = 50_000_000
_FORMS_BY_SUFFIX = {"md": "markdown", "txt": "table"}


@dataclass(frozen=True, slots=True)
class Delivery:
    """A form for stdout and files to write, of which each can be delivered."""

    form: str
    outputs: tuple[Path, ...]
    charts: Path | None
    is_forced: bool
    page: PageOptions | None

    @property
    def is_whole(self) -> bool:
        """Whether more than the table is wanted."""
        return bool(self.outputs) or self.charts is not None or self.form != "table"

    def prepare(self, verb: str) -> None:
        """Compile the templates of a page that is to be written, beside the counting."""
        if not any(path.suffix.casefold() in _PAGED for path in self.outputs):
            return
        threading.Thread(target=_compile, args=(verb,), daemon=True).start()

    def deliver(self, result: Result[Any]) -> None:
        """Write the files asked for, print the result, and say what is to be known beside it.

        All of the files are written, or none.

        Raises: QuestionError for an output that cannot be made or written; TimeoutError where a
            PDF takes too long.
        """
        from flowrisk.api.forms import form_of
        from flowrisk.export import files

        set_as = {} if self.page is None else {"edition": self.page}
        contents = [
            (path, result.render(form_of(path, result.suffixes), **set_as)) for path in self.outputs
        ]
        with self._charted(result) as charts:
            written = files.write_all([*contents, *charts], is_forced=self.is_forced)
        printed = result.render(self.form)
        if self.form == "table":
            pager.show_text(result.lines, printed)
        else:
            diagnostics.emit(printed, self.form)
            _say_where_large("stdout", self.form, printed)
        for path, content in contents:
            _say_where_large(path, path.suffix.casefold()[1:], content)
        diagnostics.reporter.warn(result.answer.findings)
        for note in result.notes if self.form in ("table", "vertical") else ():
            diagnostics.reporter.say(f"note: {note}")
        for path in written:
            diagnostics.reporter.say(f"written: {path}")

    @contextlib.contextmanager
    def _charted(self, result: Result[Any]) -> Iterator[list[tuple[Path, bytes]]]:
        """Give the charts asked for by path, in a folder that is made for them."""
        from flowrisk.api import results

        if self.charts is None or not isinstance(result, results.Paged):
            yield []
            return
        from flowrisk.export import files
        from flowrisk.report import chart_files

        drawn = result.charts(self.page)
        made, reason = chart_files.written(drawn, self.charts, is_forced=self.is_forced)
        if note := reason or ("" if drawn else "the report has no chart to write"):
            diagnostics.reporter.say(f"note: {note}")
        with files.folder(self.charts):
            yield made


def delivery(
    form: str,
    outputs: tuple[Path, ...],
    page: Mapping[str, Any],
    *,
    is_forced: bool,
    charts: Path | None = None,
    kind: type[Result[Any]] | None = None,
) -> Delivery:
    """Return the delivery, after refusing what could not be delivered in the end.

    Args:
        page: title, theme, sections and so on of a page, each None where not given.
        charts: the folder for charts.
        kind: the result that is delivered, which knows its forms and suffixes.

    Raises: QuestionError for an unknown form or suffix, an output that exists or is named twice,
        what no output would show, or a PDF without a Chromium to print it.
    """
    from flowrisk.api import results
    from flowrisk.api.forms import form_of
    from flowrisk.export import files
    from flowrisk.question import parsing

    made = kind or results.Result
    suffixes = made.suffixes
    _refuse_repeated(outputs)
    forms = [form_of(path, suffixes) for path in outputs]
    for path, each in zip(outputs, forms, strict=True):
        if each == "pdf":
            from flowrisk.report import pdf

            pdf.browser()
        files.refuse_existing(path, is_forced=is_forced)
    if charts is not None:
        files.refuse_no_folder(charts)
        forms.append("charts")
    chosen = parsing.choose(form, made.forms, name="--format")
    return Delivery(chosen, outputs, charts, is_forced, _page(page, forms))


def _compile(verb: str) -> None:
    """Compile the templates of a page and load what makes it; what fails here is said when the
    page is made."""
    with contextlib.suppress(Exception):
        from flowrisk.report import page, templates

        templates.prepare(verb)
        page.prepare(verb)


def _page(page: Mapping[str, Any], forms: Sequence[str]) -> PageOptions | None:
    """Return how the pages among the outputs are to be set, None where nothing is asked for."""
    if all(each is None for each in page.values()):
        return None
    from flowrisk.report import page_options

    wanted = page_options.asked_for(**page)
    wanted.refuse_idle(forms)
    return wanted


def _refuse_repeated(outputs: Sequence[Path]) -> None:
    from flowrisk.dataset.folder import absolute
    from flowrisk.errors import QuestionError

    targets = [absolute(path) for path in outputs]
    for target in targets:
        if targets.count(target) > 1:
            raise QuestionError(
                "An output is named twice.",
                facts={"path": target},
                remedy="Name each --output once.",
            )


@dataclass(frozen=True, slots=True)
class RowDelivery:
    """A form for rows on stdout, or the files that get them instead, each with its form."""

    form: str
    files: tuple[tuple[Path, str], ...]
    is_forced: bool

    @property
    def is_printed(self) -> bool:
        """Whether the rows go to stdout."""
        return not self.files

    @property
    def renderers(self) -> Mapping[str, Callable[[pl.DataFrame], bytes]]:
        """What makes the rows ready, by each form that they are needed in."""
        from flowrisk.export import formats

        if self.is_printed:
            return {self.form: pager.renderer(self.form)}
        return {form: partial(formats.frame_bytes, form=form) for _, form in self.files}

    def deliver(self, frame: pl.DataFrame, *, head: str = "", tail: str = "") -> None:
        """Print rows, or write them to every file or none and say where.

        Args:
            head: text of ours above a printed table; ``tail`` below it.

        Raises: QuestionError for an output that cannot be written.
        """
        if self.is_printed and self.form == "table":
            pager.show_rows(frame, head=head, tail=tail)
            return
        self.deliver_rendered({form: made(frame) for form, made in self.renderers.items()})

    def deliver_rendered(self, contents: Mapping[str, bytes]) -> None:
        """Print or write rows that are in each form already.

        Raises: QuestionError for an output that cannot be written.
        """
        from flowrisk.export import files

        if self.is_printed:
            pager.show_rendered(contents[self.form], self.form)
            _say_where_large("stdout", self.form, contents[self.form])
            return
        for path, form in self.files:
            _say_where_large(path, form, contents[form])
        named = [(path, contents[form]) for path, form in self.files]
        for path in files.write_all(named, is_forced=self.is_forced):
            diagnostics.reporter.say(f"written: {path}")


def row_delivery(form: str | None, outputs: tuple[Path, ...], *, is_forced: bool) -> RowDelivery:
    """Return the delivery of rows, after refusing what could not be delivered in the end.

    Raises: QuestionError for an unknown form or suffix, a form that a terminal cannot show or that
        an output's suffix contradicts, or an output that exists or is named twice.
    """
    from flowrisk.errors import QuestionError
    from flowrisk.export import files, formats
    from flowrisk.question import parsing

    wanted = parsing.choose(form or "table", formats.FORMATS, name="--format")
    if not outputs and wanted in _BINARY and pager.is_terminal():
        raise QuestionError(
            f"A terminal cannot show {wanted}.", remedy="Write it with -o FILE, or pipe it on."
        )
    _refuse_repeated(outputs)
    for path in outputs:
        files.refuse_existing(path, is_forced=is_forced)
    named = tuple((path, _form_of(path, form and wanted)) for path in outputs)
    return RowDelivery(wanted, named, is_forced)


def _say_where_large(target: Path | str, form: str, content: bytes) -> None:
    """Point away from JSON where it repeats its keys and blanks for tens of megabytes."""
    if form == "json" and len(content) > _LARGE_BYTES:
        diagnostics.reporter.say(
            f"note: {target} holds {len(content) / 1e6:,.0f} MB of JSON; -o FILE.parquet or "
            "-o FILE.jsonl hold the rows in far less"
        )


def _form_of(output: Path, wanted: str | None) -> str:
    from flowrisk.errors import QuestionError
    from flowrisk.export import formats

    suffix = output.suffix[1:].lower()
    named = _FORMS_BY_SUFFIX.get(suffix, suffix)
    if named not in formats.FORMATS or (wanted is not None and named != wanted):
        raise QuestionError(
            f"The suffix of '{output.name}' names "
            + (f"{named}, not {wanted}." if named in formats.FORMATS else "no format."),
            facts={"known": ".csv, .json, .jsonl, .md, .parquet, .txt, .xlsx"},
            remedy="Name the output with one of the known suffixes, without --format.",
        )
    return named

"""The charts of a page as files of their own: found on the page, and offered below each.

A page's charts are drawn once, by its templates; what is written to a folder is what the page
offers, byte for byte. Draws nothing.
"""

from __future__ import annotations

import base64
import html
import re
from typing import TYPE_CHECKING, NamedTuple

from flowrisk.errors import FlowriskError
from flowrisk.export import files
from flowrisk.report import pdf, png, templates
from flowrisk.report.charts import standalone
from flowrisk.report.sections import downloads
from flowrisk.text import formatting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from flowrisk.domain import Answer

_CHART = re.compile(r'<svg class="chart" role="img"')
_SVG = re.compile(r"<(/?)svg\b")
_NAME = re.compile(r'<title id="([\w-]+?)-title">(.*?)</title>', re.DOTALL)
_MEASURE = re.compile(r'<p class="measure">(.*?)</p>', re.DOTALL)
_SWATCH = re.compile(r'<li><svg[^>]*><rect class="([\w-]+)"[^>]*></svg>(.*?)</li>', re.DOTALL)
_KEY = re.compile(r'<ol class="chart-key" hidden>(.*?)</ol>', re.DOTALL)
_ITEM = re.compile(r"<li>(.*?)</li>", re.DOTALL)
_SOURCE = re.compile(r'<p class="source">(.*?)</p>', re.DOTALL)
_OFFERED = re.compile(r"<a href='data:image/svg\+xml;base64,([^']*)' download=\"([\w-]+)\.svg\"")
_TAG = re.compile(r"<[^>]+>")
_SVG_TYPE = "image/svg+xml"


class ChartFile(NamedTuple):
    """One chart: its name without suffix, such as ``scenario-by-security``, and its SVG."""

    name: str
    svg: bytes


def offered(page: str, answer: Answer, *, command: str, style: str) -> str:
    """Return a page with a download below each of its charts.

    Args:
        command: the command whose page it is: file names begin with it.
        style: the page's style sheet, whose colours and fonts the files have.
    """
    look = standalone.looks(style)
    parts: list[str] = []
    done = 0
    for start, end in _charts(page):
        drawn = _drawn(page, start, end, answer, command)
        made = standalone.svg(drawn, look)
        link = {"name": drawn.name, "title": drawn.title,
                "uri": downloads.packed(_SVG_TYPE, made)}  # fmt: skip
        parts += [page[done:end], templates.rendered("_charts/download.html.jinja", link)]
        done = end
    return "".join([*parts, page[done:]])


def of_page(page: bytes) -> tuple[ChartFile, ...]:
    """Return the charts that a page offers, in its order."""
    return tuple(
        ChartFile(name, base64.b64decode(packed))
        for packed, name in _OFFERED.findall(page.decode())
    )


def written(
    charts: Sequence[ChartFile], folder: Path, *, is_forced: bool
) -> tuple[list[tuple[Path, bytes]], str | None]:
    """Return the files of charts with their paths in a folder, each as SVG and as PNG; where no
    Chromium draws a PNG, SVG alone and the reason in a sentence.

    Raises: QuestionError for a file that exists already, before anything is drawn.
    """
    vector, raster = (
        [folder / f"{each.name}{suffix}" for each in charts] for suffix in (".svg", ".png")
    )
    for path in (*vector, *(raster if pdf.is_there() else ())):
        files.refuse_existing(path, is_forced=is_forced)
    drawn = [each.svg for each in charts]
    try:
        images = png.to_png(drawn)
    except FlowriskError as error:
        told = f"charts are SVG only: {error.problem} {error.remedy}"
        return list(zip(vector, drawn, strict=True)), told
    return list(zip([*vector, *raster], [*drawn, *images], strict=True)), None


def _charts(page: str) -> Iterator[tuple[int, int]]:
    """Return where each chart of a page begins and ends; a chart may hold others."""
    for found in _CHART.finditer(page):
        depth = 0
        for tag in _SVG.finditer(page, found.start()):
            depth += -1 if tag[1] else 1
            if not depth:
                yield found.start(), page.index(">", tag.end()) + 1
                break


def _drawn(page: str, start: int, end: int, answer: Answer, command: str) -> standalone.Drawn:
    """Return a chart with the words of the figure around it."""
    svg = page[start:end]
    named = _NAME.search(svg)
    name, title = (named[1], _text(named[2])) if named else ("chart", "")
    figure = page.rfind("<figure", 0, start)
    before = page[figure:start] if figure > page.rfind("</figure>", 0, start) else ""
    after = page[end : page.find("</figure>", end)] if before else ""
    measure, source = _MEASURE.search(before), _SOURCE.search(after)
    key = _KEY.search(before)
    return standalone.Drawn(
        name=f"{command}-{name}",
        title=title,
        svg=svg,
        measure=_text(measure[1]) if measure else "",
        legend=[(kind, _text(words)) for kind, words in _SWATCH.findall(before)],
        key=[_text(each) for each in _ITEM.findall(key[1])] if key else [],
        source=[*([_text(source[1])] if source else []), _origin(answer)],
    )


def _origin(answer: Answer) -> str:
    """Return which program drew a chart from which data, as of which day."""
    source = f"{formatting.name(answer.dataset_name)} {answer.dataset_digest[:12]}"
    return (
        f"Chart: flowrisk {answer.flowrisk_version}, {source}, as of "
        f"{formatting.day(answer.as_of_on)}. Estimates, not advice."
    )


def _text(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())

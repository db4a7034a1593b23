"""Where the words of a chart stand so that none meets another or leaves the chart, in any font.

Widths are those of the widest of the fonts that a page may be set in; places are judged on the
narrowest chart, that of a telephone. On a wider one, or in a narrower font, words only stand
further apart. Pure; draws nothing.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from flowrisk.report.charts.spans import IntervalBar, interval
from flowrisk.text import formatting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flowrisk.report.charts.axis import Tick
    from flowrisk.report.charts.bars import Bar, BarChart
    from flowrisk.report.charts.spans import SpanChart

NARROWEST_PX = 328
AXIS_SIZE_PX, SIZE_PX = 12, 13
LEFT_PX = 6
_WHOLE_PX = NARROWEST_PX - LEFT_PX
_LEAST_NAME_PX = 200
_GAP_PX = 8
_LINE_PX = 17
_NAME_LENGTH = 34
# characters by their width in em: the widest of Arial, Verdana's kin and Lexend, rounded up
_REGULAR = (
    (0.3, "'ijl"), (0.35, " ,.:;|’"), (0.4, "()-ft"), (0.45, "![]r"), (0.5, '"*I`'), (0.55, "csz"),
    (0.6, "/?L\\kvxy–"), (0.65, "$0123456789FJTabdeghnopqu{}"), (0.7, "ABEPSXYZ_"),
    (0.75, "CKRUV"), (0.8, "&DGHNOQ"), (0.85, "#+<=>^w~≥≤−"), (0.9, "M"), (1.0, "%Wm…"),
    (1.05, "@"),
)  # fmt: skip
_BOLD = (
    (0.35, " 'ijl"), (0.4, ",.:;|’"), (0.45, "-f"), (0.5, "!()[]`rt"), (0.55, '"*'),
    (0.6, "/I\\csz–"), (0.65, "?Lx"), (0.7, "$0123456789EFJT_aekovy"), (0.75, "CPSYZbdghnpqu{}"),
    (0.8, "ABKRVX"), (0.85, "#+<=>DGHNU^~≥≤−"), (0.9, "&OQ"), (0.95, "w"), (1.0, "@M…"),
    (1.05, "%m"), (1.15, "W"),
)  # fmt: skip
_WIDE_EM, _OTHER_EM = 1.12, 1.4


class _Widths(dict[str, float]):
    """Characters by their width in em; one that is not told of is measured once."""

    def __init__(self, told: dict[str, float]) -> None:
        super().__init__(told)
        self._told = told

    def __missing__(self, character: str) -> float:
        """Keep the width of one more character; an accent has that of its letter."""
        if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
            return self.setdefault(character, 0.0)
        base = unicodedata.normalize("NFD", character)[0]
        is_wide = unicodedata.east_asian_width(character) in "WF"
        return self.setdefault(character, self._told.get(base, _WIDE_EM if is_wide else _OTHER_EM))


_WIDTHS_EM = {
    is_bold: _Widths({character: width_em for width_em, group in groups for character in group})
    for is_bold, groups in ((False, _REGULAR), (True, _BOLD))
}


class Label(NamedTuple):
    """A text of an axis and how it hangs on its mark: ``start``, ``middle`` or ``end``."""

    x_percent: float
    text: str
    anchor: str


class Row(NamedTuple):
    """A bar with what it is called and the figure at its end, and their places."""

    bar: Bar | IntervalBar
    name: str
    figure: str
    name_y_px: int
    figure_y_px: int
    bar_y_px: int


class Rows(NamedTuple):
    """The rows of a chart and its height.

    Names are cut to the room beside their figures; where little would be left of one, all figures
    of the chart stand under the names.
    """

    rows: tuple[Row, ...]
    plot_px: int
    height_px: int


def width_px(text: str, size_px: float = SIZE_PX, *, is_bold: bool = False) -> float:
    """Return how wide a text is at most, in pixels at a font size."""
    return size_px * sum(map(_WIDTHS_EM[is_bold].__getitem__, text))


def fitted(text: str, room_px: float = NARROWEST_PX, *, is_bold: bool = False) -> str:
    """Return a text that fits into so many pixels, ending in ``…`` where it was cut."""
    kept, shown = text, text
    while kept and width_px(shown, is_bold=is_bold) > room_px:
        kept = kept[:-1]
        shown = f"{kept.rstrip()}…"
    return shown


def beyond(text: str, x_percent: float) -> str:
    """Return a text in bold that fits between a place and the right edge of the chart."""
    return fitted(text, NARROWEST_PX - _x_px(x_percent) - _GAP_PX / 2, is_bold=True)


def axis(ticks: Sequence[Tick], form: Callable[..., str]) -> tuple[Label, ...]:
    """Return the labels of an axis: every one, or evenly every second, third … that fit."""
    for stride in range(1, len(ticks) + 1):
        labels = [hung(tick, formatting.axis(form(tick.value))) for tick in ticks[::stride]]
        edges = [_edges_px(label) for label in labels]
        if all(right + _GAP_PX <= left for (_, right), (left, _) in pairwise(edges)):
            return tuple(labels)
    return ()


def hung(tick: Tick, text: str) -> Label:
    """Return a label over its mark, or beside it where it would leave the chart."""
    half_px, x_px = width_px(text, AXIS_SIZE_PX) / 2, _x_px(tick.x_percent)
    anchor = "start" if x_px < half_px else "end" if x_px > NARROWEST_PX - half_px else "middle"
    return Label(tick.x_percent, text, anchor)


def rows(chart: BarChart | SpanChart, form: Callable[[float | None], str]) -> Rows:
    """Return the rows of a chart with their words, a line higher where names need one."""
    bars: tuple[Bar | IntervalBar, ...] = chart.bars
    figures = [_figure(bar, form) for bar in bars]
    is_under = any(map(_needs_a_line, bars, figures))
    named = [_name(bar, _WHOLE_PX if is_under else _beside_px(figure))
             for bar, figure in zip(bars, figures, strict=True)]  # fmt: skip
    more_px = _LINE_PX if is_under else 0
    plot_px = chart.plot_px + more_px * len(bars)
    return Rows(
        rows=tuple(
            Row(bar, name, figure, bar.label_y_px + more_px * i,
                bar.label_y_px + more_px * (i + 1), bar.bar_y_px + more_px * (i + 1))
            for i, (bar, name, figure) in enumerate(zip(bars, named, figures, strict=True))
        ),
        plot_px=plot_px,
        height_px=plot_px + chart.height_px - chart.plot_px,
    )  # fmt: skip


def _name(bar: Bar | IntervalBar, room_px: float) -> str:
    return fitted(formatting.name(bar.row.label, _NAME_LENGTH), room_px, is_bold=_is_bold(bar))


def _is_bold(bar: Bar | IntervalBar) -> bool:
    return not isinstance(bar, IntervalBar) and bar.row.is_total


def _beside_px(figure: str) -> float:
    """Return the room that a figure leaves for the name beside it."""
    return _WHOLE_PX - _GAP_PX - width_px(figure, is_bold=True)


def _needs_a_line(bar: Bar | IntervalBar, figure: str) -> bool:
    """Return whether little of a name would be left beside its figure."""
    room_px = _beside_px(figure)
    return room_px < _LEAST_NAME_PX and _name(bar, _WHOLE_PX) != _name(bar, room_px)


def _figure(bar: Bar | IntervalBar, form: Callable[[float | None], str]) -> str:
    if isinstance(bar, IntervalBar):
        return interval(bar.row, form)
    return f"{'≥ ' if bar.row.is_at_least else ''}{form(bar.row.value)}"


def _edges_px(label: Label) -> tuple[float, float]:
    wide_px, x_px = width_px(label.text, AXIS_SIZE_PX), _x_px(label.x_percent)
    left_px = x_px - {"start": 0.0, "middle": wide_px / 2, "end": wide_px}[label.anchor]
    return left_px, left_px + wide_px


def _x_px(x_percent: float) -> float:
    return NARROWEST_PX * x_percent / 100

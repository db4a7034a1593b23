"""Intervals around a central value as numbers for SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flowrisk.report.charts.axis import (
    _AXIS_PX,
    _BAR_PX,
    _LABEL_PX,
    ROW_PX,
    Span,
    Tick,
    _percent,
    nice_ticks,
)
from flowrisk.text import formatting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Interval(NamedTuple):
    """One row of low, central and high in one unit; None is unknown and drawn as nothing."""

    label: str
    low: float | None
    central: float | None
    high: float | None

    @property
    def known(self) -> list[float]:
        """The values known, from left to right in the order low, central, high."""
        return [each for each in (self.low, self.central, self.high) if each is not None]


class IntervalBar(NamedTuple):
    """One interval as drawn: from its lowest to its highest known value, its central one marked."""

    row: Interval
    span: Span | None
    central_percent: float | None
    label_y_px: int
    bar_y_px: int


class SpanChart(NamedTuple):
    """Intervals over a common axis that starts at zero, with a line at the value they refer to."""

    bars: tuple[IntervalBar, ...]
    ticks: tuple[Tick, ...]
    reference: Tick | None
    plot_px: int
    height_px: int


class SpanFigure(NamedTuple):
    """A chart of intervals with the finding it shows, in words."""

    title: str
    chart: SpanChart


def spans(
    rows: Sequence[Interval], *, reference: float | None = None, until: float = 0.0
) -> SpanChart:
    """Return rows of low, central and high on one scale, top to bottom in the order given.

    Args:
        rows: values >= 0, in any order inside a row.
        reference: the value that all rows are compared with, in their unit; None draws no line.
        until: a value that the axis reaches at least, of what is drawn beside the rows.
    """
    known = [each for row in rows for each in row.known]
    ticks = nice_ticks(max((*known, reference or 0.0, until)))
    full = ticks[-1]
    plot_px = ROW_PX * len(rows)
    return SpanChart(
        bars=tuple(
            IntervalBar(
                row, _extent(row.known, full),
                None if row.central is None else _percent(row.central / full),
                ROW_PX * i + _LABEL_PX, ROW_PX * i + _BAR_PX,
            )
            for i, row in enumerate(rows)
        ),
        ticks=tuple(Tick(_percent(tick / full), tick) for tick in ticks),
        reference=None if reference is None else Tick(_percent(reference / full), reference),
        plot_px=plot_px,
        height_px=plot_px + _AXIS_PX,
    )  # fmt: skip


def _extent(known: Sequence[float], full: float) -> Span | None:
    """Return the span of the known values; None where fewer than two are known."""
    if len(known) < 2:  # noqa: PLR2004 - one value is a point
        return None
    low = min(known)
    return Span(_percent(low / full), _percent((max(known) - low) / full))


def interval(row: Interval, form: Callable[[float | None], str]) -> str:
    """Return low, central and high as ``$8.80bn ($3.37bn–$11.60bn)``, without what is unknown."""
    ends = [form(each) for each in (row.low, row.high) if each is not None]
    extent = formatting.extent(ends[0], ends[-1]) if ends else ""
    if row.central is None:
        return extent or "unknown"
    central = form(row.central)
    return f"{central} ({extent})" if ends else central

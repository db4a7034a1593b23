"""Stacked and waterfall bars as numbers for SVG."""

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

if TYPE_CHECKING:
    from collections.abc import Sequence


class Row(NamedTuple):
    """One bar to draw: its parts from left to right; None is unknown and drawn as nothing.

    ``start`` is where it begins on the axis; ``is_at_least`` marks a value that is a lower bound.
    """

    label: str
    parts: tuple[float | None, ...]
    start: float = 0.0
    is_total: bool = False
    is_at_least: bool = False

    @property
    def value(self) -> float | None:
        """The sum of the parts, None if one is unknown."""
        known = [part for part in self.parts if part is not None]
        return sum(known) if len(known) == len(self.parts) else None


class Bar(NamedTuple):
    """One row as drawn: a span a part, its label above it."""

    row: Row
    spans: tuple[Span, ...]
    label_y_px: int
    bar_y_px: int


class BarChart(NamedTuple):
    """Horizontal bars over a common axis that starts at zero."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    plot_px: int
    height_px: int


class Figure(NamedTuple):
    """A chart with the finding it shows, in words."""

    title: str
    chart: BarChart


def waterfall(steps: Sequence[Row], total: str, *, first: str = "") -> tuple[Row, ...]:
    """Return the steps with each starting where the one before ended, and the total at the end.

    Args:
        first: goes before the name of the first step.
    """
    placed: list[Row] = []
    start = 0.0
    for step in (steps[0]._replace(label=f"{first}{steps[0].label}"), *steps[1:]):
        placed.append(step._replace(start=start))
        start += step.value or 0.0
    columns = zip(*(step.parts for step in steps), strict=True)
    sums = tuple(sum(part or 0.0 for part in column) for column in columns)
    is_at_least = any(step.is_at_least for step in steps)
    return (*placed, Row(total, sums, is_total=True, is_at_least=is_at_least))


def bars(rows: Sequence[Row], *, until: float = 0.0) -> BarChart:
    """Return the bars of a chart, top to bottom in the order given.

    Args:
        until: a value that the axis reaches at least, of what is drawn beside the bars.
    """
    ends = (row.start + (row.value or 0.0) for row in rows)
    ticks = nice_ticks(max((until, *ends)))
    full = ticks[-1]
    plot_px = ROW_PX * len(rows)
    return BarChart(
        bars=tuple(
            Bar(row, _spans(row, full), ROW_PX * i + _LABEL_PX, ROW_PX * i + _BAR_PX)
            for i, row in enumerate(rows)
        ),
        ticks=tuple(Tick(_percent(tick / full), tick) for tick in ticks),
        plot_px=plot_px,
        height_px=plot_px + _AXIS_PX,
    )  # fmt: skip


def _spans(row: Row, full: float) -> tuple[Span, ...]:
    spans: list[Span] = []
    at = row.start
    for part in row.parts:
        spans.append(Span(_percent(at / full), _percent((part or 0.0) / full)))
        at += part or 0.0
    return tuple(spans)

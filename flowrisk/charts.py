"""Numbers behind the charts: positions in percent across and pixels down. Pure; draws nothing.

Across is in percent so that a chart fills a telephone and a sheet of paper alike while its text
keeps its size. The templates of ``_charts`` draw what stands here and compute nothing.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROW_PX = 44
_LABEL_PX = 15
_BAR_PX = 22
_AXIS_PX = 24
_LANE_PX = 34
_LEVEL_PX = 22
_CURVE_PX = 200
_LEVELS = (1.0, 0.75, 0.5, 0.25, 0.0)
# of a telephone: three digits, or the circle around fewer
_CLOSE_PERCENT = 8.5
_MARGIN_DAYS, _MARGIN_PARTS = 15, 25
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_MONTHS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
_MONTHS_A_YEAR = 12
_DATE_TICKS_COUNT = 5


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a bar, in percent of the plot's width."""

    x_percent: float
    width_percent: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of the axis and the value (or date) it stands for."""

    x_percent: float
    value: float | dt.date


@dataclass(frozen=True, slots=True)
class Row:
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


@dataclass(frozen=True, slots=True)
class Bar:
    """One row as drawn: a span a part, its label above it."""

    row: Row
    spans: tuple[Span, ...]
    label_y_px: int
    bar_y_px: int


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars over a common axis that starts at zero."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    plot_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class Interval:
    """One row of low, central and high in one unit; None is unknown and drawn as nothing."""

    label: str
    low: float | None
    central: float | None
    high: float | None

    @property
    def known(self) -> list[float]:
        """The values known, from left to right in the order low, central, high."""
        return [each for each in (self.low, self.central, self.high) if each is not None]


@dataclass(frozen=True, slots=True)
class IntervalBar:
    """One interval as drawn: from its lowest to its highest known value, its central one marked."""

    row: Interval
    span: Span | None
    central_percent: float | None
    label_y_px: int
    bar_y_px: int


@dataclass(frozen=True, slots=True)
class SpanChart:
    """Intervals over a common axis that starts at zero, with a line at the value they refer to."""

    bars: tuple[IntervalBar, ...]
    ticks: tuple[Tick, ...]
    reference: Tick | None
    plot_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class Step:
    """One level of a falling curve: where it runs across, how high, and how far it drops after."""

    x_percent: float
    width_percent: float
    y_px: float
    drop_px: float


@dataclass(frozen=True, slots=True)
class StepChart:
    """A curve of odds that falls in steps from 1 to 0 as the amount grows."""

    steps: tuple[Step, ...]
    ticks: tuple[Tick, ...]
    levels: tuple[tuple[float, float], ...]
    plot_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with the finding it shows, in words."""

    title: str
    chart: BarChart


@dataclass(frozen=True, slots=True)
class SpanFigure:
    """A chart of intervals with the finding it shows, in words."""

    title: str
    chart: SpanChart


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day, in the lane of whom it concerns."""

    lane: str
    on: dt.date
    number: int | None


@dataclass(frozen=True, slots=True)
class Mark:
    """An event as drawn; numbered ones are explained in the list below the strip."""

    x_percent: float
    y_px: int
    number: int | None


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of the strip with its name above its line."""

    label: str
    label_y_px: int
    line_y_px: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Lanes of events over one axis of dates, with the as-of day marked."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    today: Tick
    plot_px: int
    height_px: int


def nice_ticks(highest: float, *, at_most_count: int = 5) -> tuple[float, ...]:
    """Return round values from 0 to the first one not below ``highest``, evenly spaced.

    Steps are 1, 2, 2.5 or 5 times a power of ten; at most ``at_most_count`` of them above zero.
    """
    if not highest > 0:
        return (0.0, 1.0)
    power = 10.0 ** math.floor(math.log10(highest / at_most_count))
    step = next(s * power for s in _STEPS if s * power * at_most_count >= highest * (1 - 1e-9))
    count = math.ceil(highest / step - 1e-9)
    return tuple(float(f"{step * i:.12g}") for i in range(count + 1))


def waterfall(steps: Sequence[Row], total: str) -> tuple[Row, ...]:
    """Return the steps with each starting where the one before ended, and the total at the end."""
    placed: list[Row] = []
    start = 0.0
    for step in steps:
        placed.append(replace(step, start=start))
        start += step.value or 0.0
    columns = zip(*(step.parts for step in steps), strict=True)
    sums = tuple(sum(part or 0.0 for part in column) for column in columns)
    is_at_least = any(step.is_at_least for step in steps)
    return (*placed, Row(total, sums, is_total=True, is_at_least=is_at_least))


def bars(rows: Sequence[Row]) -> BarChart:
    """Return the bars of a chart, top to bottom in the order given."""
    ticks = nice_ticks(max((row.start + (row.value or 0.0) for row in rows), default=0.0))
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


def spans(rows: Sequence[Interval], *, reference: float | None = None) -> SpanChart:
    """Return rows of low, central and high on one scale, top to bottom in the order given.

    Args:
        rows: values >= 0, in any order inside a row.
        reference: the value that all rows are compared with, in their unit; None draws no line.
    """
    known = [each for row in rows for each in row.known]
    ticks = nice_ticks(max((*known, reference or 0.0)))
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


def steps(points: Sequence[tuple[float, float]]) -> StepChart:
    """Return the curve of these (amount, odds of reaching it), amounts ascending.

    The odds of an amount hold from the one before it; ``levels`` are marked odds (0-1) and their
    height in pixels.
    """
    ticks = nice_ticks(points[-1][0] if points else 0.0)
    full, drawn, start = ticks[-1], [], 0.0
    for i, (amount, odds) in enumerate(points):
        after = points[i + 1][1] if i + 1 < len(points) else 0.0
        across, width = _percent(start / full), _percent((amount - start) / full)
        drop_px = round((odds - after) * _CURVE_PX, 2)
        drawn.append(Step(across, width, round((1 - odds) * _CURVE_PX, 2), drop_px))
        start = amount
    return StepChart(
        steps=tuple(drawn),
        ticks=tuple(Tick(_percent(tick / full), tick) for tick in ticks),
        levels=tuple((level, (1 - level) * _CURVE_PX) for level in _LEVELS),
        plot_px=_CURVE_PX,
        height_px=_CURVE_PX + _AXIS_PX,
    )


def timeline(events: Sequence[Event], *, today_on: dt.date) -> Timeline:
    """Return the strip of events, one lane each in the order of first appearance.

    The window runs from 15 days before the first numbered event (or the as-of day) to 15 days
    after the last, or a 25th of the time between them where that is more: numbers at the edges stay
    inside. Events outside it are left to the table.
    """
    shown = [event.on for event in events if event.number is not None] + [today_on]
    margin_days = max(_MARGIN_DAYS, (max(shown) - min(shown)).days // _MARGIN_PARTS)
    opens_on = _moved(min(shown), -margin_days)
    closes_on = _moved(max(shown), margin_days)
    within = [event for event in events if opens_on <= event.on <= closes_on]
    lanes: list[Lane] = []
    top_px = 0
    for name in dict.fromkeys(event.lane for event in within):
        lane = _lane(name, [e for e in within if e.lane == name], top_px, (opens_on, closes_on))
        lanes.append(lane)
        top_px = max(mark.y_px for mark in lane.marks) + _LEVEL_PX
    return Timeline(
        lanes=tuple(lanes),
        ticks=tuple(Tick(_across(day, opens_on, closes_on), day)
                    for day in date_ticks(opens_on, closes_on)),
        today=Tick(_across(today_on, opens_on, closes_on), today_on),
        plot_px=top_px,
        height_px=top_px + _AXIS_PX,
    )  # fmt: skip


def date_ticks(opens_on: dt.date, closes_on: dt.date) -> tuple[dt.date, ...]:
    """Return at most five firsts of a month between two days, evenly spaced in months."""
    first = opens_on.year * _MONTHS_A_YEAR + opens_on.month - 1 + (opens_on.day > 1)
    last = closes_on.year * _MONTHS_A_YEAR + closes_on.month - 1
    for step in _MONTHS:
        months = range(-(-first // step) * step, last + 1, step)
        if len(months) <= _DATE_TICKS_COUNT:
            break
    return tuple(dt.date(m // _MONTHS_A_YEAR, m % _MONTHS_A_YEAR + 1, 1) for m in months)


def _lane(name: str, events: Sequence[Event], top_px: int, window: tuple[dt.date, dt.date]) -> Lane:
    """Place a lane's events; numbered ones too close to the one before move a level down."""
    line_px = top_px + _LANE_PX
    marks: list[Mark] = []
    last_percents: list[float] = []
    for event in sorted(events, key=lambda each: (each.on, each.number or 0)):
        x_percent = _across(event.on, *window)
        level = 0
        if event.number is not None:
            free = [i for i, last in enumerate(last_percents) if x_percent - last > _CLOSE_PERCENT]
            level = free[0] if free else len(last_percents)
            last_percents[level : level + 1] = [x_percent]
        marks.append(Mark(x_percent, line_px + level * _LEVEL_PX, event.number))
    return Lane(name, top_px + _LABEL_PX, line_px, tuple(marks))


def _spans(row: Row, full: float) -> tuple[Span, ...]:
    spans: list[Span] = []
    at = row.start
    for part in row.parts:
        spans.append(Span(_percent(at / full), _percent((part or 0.0) / full)))
        at += part or 0.0
    return tuple(spans)


def _extent(known: Sequence[float], full: float) -> Span | None:
    """Return the span of the known values; None where fewer than two are known."""
    if len(known) < 2:  # noqa: PLR2004 - one value is a point
        return None
    low = min(known)
    return Span(_percent(low / full), _percent((max(known) - low) / full))


def _across(day: dt.date, opens_on: dt.date, closes_on: dt.date) -> float:
    return _percent((day - opens_on).days / max((closes_on - opens_on).days, 1))


def _percent(ratio: float) -> float:
    return round(ratio * 100, 3)


def _moved(day: dt.date, by_days: int) -> dt.date:
    """Return a day moved, held inside the calendar."""
    return dt.date.fromordinal(
        min(max(day.toordinal() + by_days, dt.date.min.toordinal()), dt.date.max.toordinal())
    )

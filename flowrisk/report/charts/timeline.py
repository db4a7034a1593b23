"""Dated events in lanes as numbers for SVG."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from flowrisk.report.charts.axis import _AXIS_PX, _LABEL_PX, Tick, _percent

if TYPE_CHECKING:
    from collections.abc import Sequence


_LANE_PX = 34
_LEVEL_PX = 22

# of a telephone: three digits, or the circle around fewer
_CLOSE_PERCENT = 8.5
_MARGIN_DAYS, _MARGIN_PARTS = 15, 25

_MONTHS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
_MONTHS_A_YEAR = 12
_DATE_TICKS_COUNT = 5


class Event(NamedTuple):
    """Something that happened on a day, in the lane of whom it concerns."""

    lane: str
    on: dt.date
    number: int | None


class Mark(NamedTuple):
    """An event as drawn; numbered ones are explained in the list below the strip."""

    x_percent: float
    y_px: int
    number: int | None


class Lane(NamedTuple):
    """One row of the strip with its name above its line."""

    label: str
    label_y_px: int
    line_y_px: int
    marks: tuple[Mark, ...]


class Timeline(NamedTuple):
    """Lanes of events over one axis of dates, with the as-of day marked."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    today: Tick
    plot_px: int
    height_px: int


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


def _across(day: dt.date, opens_on: dt.date, closes_on: dt.date) -> float:
    return _percent((day - opens_on).days / max((closes_on - opens_on).days, 1))


def _moved(day: dt.date, by_days: int) -> dt.date:
    """Return a day moved, held inside the calendar."""
    return dt.date.fromordinal(
        min(max(day.toordinal() + by_days, dt.date.min.toordinal()), dt.date.max.toordinal())
    )

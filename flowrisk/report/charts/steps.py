"""A step curve (exceedance) as numbers for SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flowrisk.report.charts.axis import _AXIS_PX, Tick, _percent, nice_ticks

if TYPE_CHECKING:
    from collections.abc import Sequence


_CURVE_PX = 200
_LEVELS = (1.0, 0.75, 0.5, 0.25, 0.0)


class Step(NamedTuple):
    """One level of a falling curve: where it runs across, how high, and how far it drops after."""

    x_percent: float
    width_percent: float
    y_px: float
    drop_px: float


class StepChart(NamedTuple):
    """A curve of odds that falls in steps from 1 to 0 as the amount grows."""

    steps: tuple[Step, ...]
    ticks: tuple[Tick, ...]
    levels: tuple[tuple[float, float], ...]
    plot_px: int
    height_px: int


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

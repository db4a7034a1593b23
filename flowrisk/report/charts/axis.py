"""What charts share: round ticks, pixel sizes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime as dt

ROW_PX = 44
_LABEL_PX = 15
_BAR_PX = 22
_AXIS_PX = 24

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


class Span(NamedTuple):
    """A part of a bar, in percent of the plot's width."""

    x_percent: float
    width_percent: float


class Tick(NamedTuple):
    """A mark of the axis and the value (or date) it stands for."""

    x_percent: float
    value: float | dt.date


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


def _percent(ratio: float) -> float:
    return round(ratio * 100, 3)

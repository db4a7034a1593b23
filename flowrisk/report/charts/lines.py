"""Numbers behind charts of curves: the digital-asset ratio of issuers over the price of a coin.

Pure; draws nothing. Positions as in ``charts``; the curves themselves are points of a box of
``BOX_WIDTH`` by ``plot_px``, which the template stretches from ``LEFT_PERCENT`` of the width to
``RIGHT_PERCENT``. Levels stand to the left of it, names to the right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flowrisk.analytics import thresholds
from flowrisk.report.charts.axis import Span, Tick, nice_ticks

if TYPE_CHECKING:
    from collections.abc import Sequence


BOX_WIDTH = 1000
LEFT_PERCENT, RIGHT_PERCENT = 16, 80
_GAP_PERCENT = 2
_PLOT_PX, _TOP_PX, _AXIS_PX = 240, 20, 28
_LABEL_GAP_PX = 18
_SAMPLES_COUNT = 60
_LEVELS = (1.0, 0.75, 0.5, 0.25, 0.0)
_LEVEL_GAP_RATIO = 0.08
# a break-even price this many times today's does not stretch the axis
_FARTHEST, _BEYOND = 3.0, 1.1


class Issuer(NamedTuple):
    """One curve to draw: the digital-asset ratio (0-1) at today's price of the coin, and the part
    of it that is of other coins, which this price does not move."""

    label: str
    ratio: float
    is_listed: bool
    unmoved_ratio: float = 0.0


class Curve(NamedTuple):
    """An issuer's curve as drawn: its points, where it ends and where its label stands, where it
    meets the line (None beyond the axis), and its ratio at each tick above zero."""

    issuer: Issuer
    points: str
    end_px: float
    label_px: float
    meets_percent: float | None
    at_ticks: tuple[float | None, ...]


class RatioChart(NamedTuple):
    """Ratios from 0 to 1 over coin prices from 0; ``levels`` are ratios and their heights, their
    labels end at ``levels_percent``; the issuers' begin at ``names_percent``."""

    curves: tuple[Curve, ...]
    ticks: tuple[Tick, ...]
    levels: tuple[tuple[float, float], ...]
    line_ratio: float
    line_px: float
    today: Tick
    plot: Span
    box_width: int
    levels_percent: float
    names_percent: float
    top_px: int
    plot_px: int
    height_px: int


def ratios(issuers: Sequence[Issuer], *, price_usd: float, line_ratio: float) -> RatioChart:
    """Return the ratio of each issuer over the price of one coin, all else as reported, as
    ``thresholds.repriced_ratio``.

    Args:
        issuers: at least one.
        price_usd: p₀, today's price of the coin, above 0.
        line_ratio: the threshold, strictly inside 0–1.
    """
    meets = [_meets(each, price_usd, line_ratio) for each in issuers]
    near = [each for each in meets if each is not None and each <= _FARTHEST * price_usd]
    ticks = nice_ticks(_BEYOND * max(price_usd, *near, 0.0))
    full = ticks[-1]
    ends = [_y_px(_at(each, full / price_usd)) for each in issuers]
    labels = spread(ends, gap=_LABEL_GAP_PX, low=_TOP_PX, high=_TOP_PX + _PLOT_PX)
    return RatioChart(
        curves=tuple(
            Curve(each, _points(each, full / price_usd), end, label,
                  None if met is None or met > full else _x_percent(met / full),
                  tuple(_at(each, tick / price_usd) for tick in ticks[1:]))
            for each, met, end, label in zip(issuers, meets, ends, labels, strict=True)
        ),
        ticks=tuple(Tick(_x_percent(tick / full), tick) for tick in ticks),
        levels=tuple((level, _y_px(level)) for level in _LEVELS
                     if abs(level - line_ratio) > _LEVEL_GAP_RATIO),
        line_ratio=line_ratio,
        line_px=_y_px(line_ratio),
        today=Tick(_x_percent(price_usd / full), price_usd),
        plot=Span(LEFT_PERCENT, RIGHT_PERCENT - LEFT_PERCENT),
        box_width=BOX_WIDTH,
        levels_percent=LEFT_PERCENT - _GAP_PERCENT / 2,
        names_percent=RIGHT_PERCENT + _GAP_PERCENT,
        top_px=_TOP_PX,
        plot_px=_PLOT_PX,
        height_px=_TOP_PX + _PLOT_PX + _AXIS_PX,
    )  # fmt: skip


def _meets(issuer: Issuer, price_usd: float, line_ratio: float) -> float | None:
    """Return the price of the coin at which an issuer meets the line."""
    moved = (issuer.ratio - issuer.unmoved_ratio) / price_usd
    return thresholds.break_even_price_usd(
        1 - issuer.ratio, moved, line_ratio, issuer.unmoved_ratio
    )


def spread(wanted: Sequence[float], *, gap: float, low: float, high: float) -> list[float]:
    """Return heights at least ``gap`` apart, each as near to the one wanted as the others let it.

    Heights that run into each other move as one group, which stays inside ``low`` and ``high``
    where it fits.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    groups: list[list[int]] = []
    for position in order:
        groups.append([position])
        while len(groups) > 1 and _top(groups[-1], wanted, gap, low, high) < (
            _top(groups[-2], wanted, gap, low, high) + gap * len(groups[-2])
        ):
            last = groups.pop()
            groups[-1] += last
    placed = list(wanted)
    for group in groups:
        top = _top(group, wanted, gap, low, high)
        for i, position in enumerate(group):
            placed[position] = round(top + i * gap, 2)
    return placed


def _top(
    group: Sequence[int], wanted: Sequence[float], gap: float, low: float, high: float
) -> float:
    """Return where a group begins: centred on what its members want."""
    height = gap * (len(group) - 1)
    centre = sum(wanted[position] for position in group) / len(group)
    return max(min(centre - height / 2, high - height), low)


def _at(issuer: Issuer, price_ratio: float) -> float | None:
    return thresholds.repriced_ratio(issuer.ratio, 1.0, price_ratio, issuer.unmoved_ratio)


def _points(issuer: Issuer, widest_ratio: float) -> str:
    """Return the curve's points, closer together near zero, where it rises fastest."""
    shares = [(i / _SAMPLES_COUNT) ** 2 for i in range(1, _SAMPLES_COUNT + 1)]
    return " ".join(
        f"{share * BOX_WIDTH:.1f},{_y_px(_at(issuer, share * widest_ratio)) - _TOP_PX:.1f}"
        for share in shares
    )


def _y_px(ratio: float | None) -> float:
    return round(_TOP_PX + (1 - (ratio or 0.0)) * _PLOT_PX, 2)


def _x_percent(share: float) -> float:
    return round(LEFT_PERCENT + share * (RIGHT_PERCENT - LEFT_PERCENT), 3)

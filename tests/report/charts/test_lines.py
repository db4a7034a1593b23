"""Curves of the digital-asset ratio over coin prices: the same formulas, places worked by hand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowrisk.analytics import thresholds
from flowrisk.report.charts import lines
from flowrisk.report.charts.lines import Issuer

LEFT, WIDTH = 16, 64


def test_a_curve_runs_through_today_the_line_and_every_tick() -> None:
    # digital assets 60 and others 40 at 100 dollars: the line at 66.67, three quarters at 200
    chart = lines.ratios([Issuer("AAA", 0.6, is_listed=True)], price_usd=100, line_ratio=0.5)
    (curve,) = chart.curves
    assert [tick.value for tick in chart.ticks] == [0, 25, 50, 75, 100, 125]
    assert curve.at_ticks[3] == pytest.approx(0.6)
    assert curve.at_ticks[1] == pytest.approx(0.3 / 0.7)
    assert curve.meets_percent == pytest.approx(LEFT + WIDTH * (200 / 3) / 125, abs=1e-3)
    assert chart.today.x_percent == pytest.approx(LEFT + WIDTH * 0.8)
    # 240 px for 0 to 1 below a margin of 20 px: 0.75 / 1.15 of the way up at 125 dollars
    assert curve.end_px == pytest.approx(20 + 240 * (1 - 0.75 / 1.15), abs=0.01)
    assert chart.line_px == 140


def test_every_point_is_the_repriced_ratio() -> None:
    chart = lines.ratios([Issuer("AAA", 0.3, is_listed=False)], price_usd=50, line_ratio=0.5)
    points = [tuple(map(float, each.split(","))) for each in chart.curves[0].points.split()]
    full = chart.ticks[-1].value / 50
    for x, y in points[::7]:
        ratio = thresholds.repriced_ratio(0.3, 1.0, x / lines.BOX_WIDTH * full)
        assert y == pytest.approx(240 * (1 - ratio), abs=0.3)
    assert [x for x, _ in points] == sorted(x for x, _ in points)


def test_a_break_even_far_away_does_not_stretch_the_axis() -> None:
    # others 99 times the coins: the line lies at 99 times today's price
    chart = lines.ratios([Issuer("AAA", 0.01, is_listed=True)], price_usd=100, line_ratio=0.5)
    assert chart.ticks[-1].value == 125
    assert chart.curves[0].meets_percent is None


def test_an_issuer_without_other_assets_is_at_one_everywhere() -> None:
    chart = lines.ratios([Issuer("AAA", 1.0, is_listed=True)], price_usd=100, line_ratio=0.5)
    assert set(chart.curves[0].at_ticks) == {1.0}


def test_a_level_close_to_the_line_gives_way_to_it() -> None:
    chart = lines.ratios([Issuer("AAA", 0.6, is_listed=True)], price_usd=1, line_ratio=0.7)
    assert [level for level, _ in chart.levels] == [1.0, 0.5, 0.25, 0.0]


def test_heights_in_conflict_move_apart_around_what_they_want() -> None:
    assert lines.spread([50, 52, 120], gap=17, low=0, high=200) == [42.5, 59.5, 120]
    assert lines.spread([52, 50, 70], gap=17, low=0, high=200) == [
        pytest.approx(57.33), pytest.approx(40.33), pytest.approx(74.33)
    ]  # fmt: skip
    assert lines.spread([199, 200], gap=17, low=0, high=200) == [183, 200]


@given(st.lists(st.floats(0, 240), max_size=9))
def test_heights_never_meet_and_stay_inside(wanted: list[float]) -> None:
    placed = sorted(lines.spread(wanted, gap=17, low=0, high=240))
    assert all(below - above >= 16.97 for above, below in pairwise(placed))
    assert all(-0.01 <= each <= 240.01 for each in placed)

"""The numbers behind the charts, worked by hand."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowrisk.report.charts import axis, bars, spans, timeline
from flowrisk.report.charts.axis import Span, Tick
from flowrisk.report.charts.bars import Row
from flowrisk.report.charts.spans import Interval
from flowrisk.report.charts.timeline import Event


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (8.8e9, (0, 2e9, 4e9, 6e9, 8e9, 10e9)),
        (16.7, (0, 5, 10, 15, 20)),
        (12, (0, 2.5, 5, 7.5, 10, 12.5)),
        (10, (0, 2, 4, 6, 8, 10)),
        (0.3, (0, 0.1, 0.2, 0.3)),
        (0, (0, 1)),
    ],
)
def test_ticks_are_round_and_reach_the_highest_value(
    highest: float, ticks: tuple[float, ...]
) -> None:
    assert axis.nice_ticks(highest) == ticks


@given(st.floats(min_value=1e-6, max_value=1e15))
def test_ticks_cover_every_value_in_at_most_five_even_steps(highest: float) -> None:
    ticks = axis.nice_ticks(highest)
    assert ticks[0] == 0
    assert ticks[-2] < highest <= ticks[-1] * (1 + 1e-9)
    assert len(ticks) <= 6
    assert all(later - earlier == pytest.approx(ticks[1]) for earlier, later in pairwise(ticks))


def test_a_waterfall_starts_each_step_where_the_last_one_ended_and_ends_at_the_sum() -> None:
    rows = bars.waterfall([Row("msci", (0.1, 2.7)), Row("crsp", (1.4, 0.6))], "all")
    assert [row.start for row in rows] == [0, pytest.approx(2.8), 0]
    assert rows[-1].parts == pytest.approx((1.5, 3.3))
    assert [row.is_total for row in rows] == [False, False, True]


def test_the_sum_of_a_waterfall_is_at_least_that_much_if_one_step_is() -> None:
    steps = [Row("msci", (1.0, 0.0), is_at_least=True), Row("crsp", (1.0, 1.0))]
    assert bars.waterfall(steps, "all")[-1].is_at_least
    assert not bars.waterfall(steps[1:], "all")[-1].is_at_least


def test_bars_lie_in_percent_of_an_axis_from_zero() -> None:
    chart = bars.bars([Row("one", (2.0, 3.0)), Row("two", (1.0, 0.0), start=5.0)])
    assert [tick.value for tick in chart.ticks] == [0, 2, 4, 6]
    one, two = chart.bars
    assert one.spans == (Span(0.0, 33.333), Span(33.333, 50.0))
    assert two.spans == (Span(83.333, 16.667), Span(100.0, 0.0))
    assert two.label_y_px - one.label_y_px == axis.ROW_PX
    assert chart.plot_px == 2 * axis.ROW_PX < chart.height_px


def test_an_unknown_part_is_drawn_as_nothing_and_its_value_is_unknown() -> None:
    chart = bars.bars([Row("known", (4.0, 0.0)), Row("unknown", (None, 1.0))])
    assert chart.bars[1].row.value is None
    assert chart.bars[1].spans[0].width_percent == 0


def test_intervals_lie_on_one_scale_with_their_central_value_and_the_reference_marked() -> None:
    chart = spans.spans(
        [Interval("range", 2.0, 5.0, 8.0), Interval("swapped", 6.0, None, 4.0)], reference=5.0
    )
    assert [tick.value for tick in chart.ticks] == [0, 2, 4, 6, 8]
    one, two = chart.bars
    assert (one.span, one.central_percent) == (Span(25.0, 75.0), 62.5)
    assert (two.span, two.central_percent) == (Span(50.0, 25.0), None)
    assert chart.reference == Tick(62.5, 5.0)
    assert two.bar_y_px - one.bar_y_px == axis.ROW_PX
    assert chart.plot_px == 2 * axis.ROW_PX < chart.height_px


def test_an_interval_is_drawn_as_far_as_it_is_known() -> None:
    point, nothing, half = spans.spans(
        [
            Interval("point", None, 4.0, None),
            Interval("nothing", None, None, None),
            Interval("half", 1.0, 3.0, None),
        ]
    ).bars
    assert (point.span, point.central_percent) == (None, 100.0)
    assert (nothing.span, nothing.central_percent) == (None, None)
    assert (half.span, half.central_percent) == (Span(25.0, 50.0), 75.0)


def test_the_reference_may_lie_beyond_every_interval() -> None:
    chart = spans.spans([Interval("low", 1.0, None, 2.0)], reference=4.0)
    assert chart.ticks[-1].value == 4
    assert chart.reference == Tick(100.0, 4.0)


@pytest.mark.parametrize(
    ("opens_on", "closes_on", "ticks"),
    [
        ("2025-09-25", "2026-07-11", ["2025-10-01", "2026-01-01", "2026-04-01", "2026-07-01"]),
        ("2026-01-01", "2026-02-15", ["2026-01-01", "2026-02-01"]),
        # six would be 55 px apart on a telephone, less than their labels are wide
        ("2025-09-25", "2026-03-14", ["2025-10-01", "2026-01-01"]),
        ("2026-01-02", "2026-01-20", []),
    ],
)
def test_date_ticks_are_firsts_of_evenly_spaced_months(
    opens_on: str, closes_on: str, ticks: list[str]
) -> None:
    found = timeline.date_ticks(dt.date.fromisoformat(opens_on), dt.date.fromisoformat(closes_on))
    assert [day.isoformat() for day in found] == ticks


def test_a_timeline_opens_and_closes_fifteen_days_around_its_numbered_events() -> None:
    today_on = dt.date(2026, 1, 1)
    strip = timeline.timeline(
        [
            Event("MSCI", dt.date(2026, 1, 11), 1),
            Event("MSCI", dt.date(2026, 1, 26), None),
            Event("MSCI", dt.date(2027, 1, 1), None),
        ],
        today_on=today_on,
    )
    # the window is 17 Dec 2025 to 26 Jan 2026: 40 days
    assert strip.today.x_percent == 37.5
    assert [mark.x_percent for mark in strip.lanes[0].marks] == [62.5, 100.0]


def test_numbered_events_too_close_to_the_one_before_move_a_level_down() -> None:
    day = dt.date(2026, 1, 1)
    events = [Event("MSCI", day, 1), Event("MSCI", day, 2), Event("CRSP", day, 3)]
    lanes = timeline.timeline(events, today_on=dt.date(2026, 6, 1)).lanes
    first, second = lanes[0].marks
    assert second.y_px > first.y_px == lanes[0].line_y_px
    assert lanes[1].label_y_px > second.y_px


def test_a_timeline_at_the_ends_of_the_calendar_still_has_a_window() -> None:
    events = [Event("MSCI", dt.date.max, 1), Event("MSCI", dt.date.min, 2)]
    marks = timeline.timeline(events, today_on=dt.date(2026, 1, 1)).lanes[0].marks
    assert [mark.x_percent for mark in marks] == [0.0, 100.0]

"""Words of charts never meet: judged by the widths of the widest font, tried in a browser."""

from __future__ import annotations

import datetime as dt
import string
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import FONTS, clashing, opened, set_in
from hypothesis import given
from hypothesis import strategies as st

from flowrisk.dataset import resources
from flowrisk.report import templates
from flowrisk.report.charts import axis, bars, labels, lines, spans, steps, timeline
from flowrisk.report.charts.axis import Tick
from flowrisk.report.charts.bars import Row
from flowrisk.report.charts.lines import Issuer
from flowrisk.report.charts.spans import Interval
from flowrisk.report.charts.timeline import Event
from flowrisk.text import formatting

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MEASURED = string.printable[:95] + "–’…≥≤−"
MEASURE = """([characters, font]) => {
  const ink = document.createElement('canvas').getContext('2d');
  ink.font = font;
  return [...characters].map((each) => ink.measureText(each).width);
}"""
LONG = "MWAMOMAWMA Worldwide Momentum WWW Fund"
DAY = dt.date(2026, 1, 1)
PAGE = """<!doctype html><html lang="en"><style>{{ css }}</style><body><div class="page">
{% from "_charts/bars.svg.jinja" import bars %}{% from "_charts/spans.svg.jinja" import spans %}
{% from "_charts/steps.svg.jinja" import steps %}{% from "_charts/lines.svg.jinja" import lines %}
{% from "_charts/timeline.svg.jinja" import timeline %}
{% for each in bar_charts %}{{ bars(each, "b", "b", "b", money) }}{% endfor %}
{% for each in span_charts %}{{ spans(each, "s", "s", "s", money) }}{% endfor %}
{% for each in curves %}{{ lines(each, "l", "l", "l", money, "given $1,234,567.89") }}{% endfor %}
{% for each in strips %}{{ timeline(each, "t", "t", "t") }}{% endfor %}
{{ steps(odds, "o", "o", "o", money) }}</div></body></html>"""


def strip(days: int, numbered: int) -> timeline.Timeline:
    """Events evenly over so many days, all but one of one provider."""
    events = [Event(LONG[:24], DAY + dt.timedelta(days * i // numbered), i + 1)
              for i in range(numbered)]  # fmt: skip
    return timeline.timeline([*events, Event("CRSP", DAY, 9)], today_on=DAY)


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of charts with the longest names, the widest figures, crowded axes and full strips."""
    tops = (9.99e5, 2.5e6, 1.25e9, 8.8e9, 4.4e11, 9.99e12)
    bar_charts = [
        bars.bars([Row(LONG, (top, top / 7), is_at_least=True), Row(LONG, (1.0,), is_total=True),
                     Row("市場指数連動型上場投資信託市場指数連動型上場投資信託市場", (top,))])
        for top in tops
    ]  # fmt: skip
    span_charts = [
        spans.spans([Interval(LONG, top / 3, top / 2, top), Interval("a", None, 1.0, None)],
                     reference=top / 2) for top in tops
    ]  # fmt: skip
    issuers = [Issuer(f"{'WM@%'[i % 4] * 3}{i}MM", 0.1 * (i + 1), is_listed=True) for i in range(8)]
    ratio_charts = [lines.ratios(issuers, price_usd=price, line_ratio=line)
                    for price in (0.02, 92_094.0) for line in (0.475, 0.9999, 0.01)]  # fmt: skip
    strips = [strip(*each) for each in ((1, 2), (40, 12), (160, 120), (400, 30), (3000, 60))]
    template = templates._environment().from_string(PAGE)  # noqa: SLF001 - the macros as pages have them
    css = (resources.templates_folder() / "page.css").read_text("utf-8")
    page = template.render(
        css=css, money=formatting.money, bar_charts=bar_charts, span_charts=span_charts,
        curves=ratio_charts, strips=strips, odds=steps.steps([(9.99e11, 0.9), (1e12, 0.1)]),
    )  # fmt: skip
    path = tmp_path_factory.mktemp("awkward") / "page.html"
    path.write_text(page, encoding="utf-8")
    return path


@pytest.mark.browser
@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("width", [360, 500, 1440])
def test_no_words_meet_in_the_most_awkward_charts(
    width: int, font: str, browser: Browser, awkward: Path
) -> None:
    page = opened(browser, awkward, width)
    set_in(page, font)
    assert page.locator("svg.chart").count() == 24
    assert clashing(page) == []


@pytest.mark.browser
@pytest.mark.parametrize("font", FONTS)
def test_the_widths_are_at_least_those_of_the_fonts(
    font: str, browser: Browser, awkward: Path
) -> None:
    page = opened(browser, awkward)
    for is_bold in (False, True):
        shown = f"{700 if is_bold else 400} 100px {font}"
        measured = page.evaluate(MEASURE, [MEASURED, shown])
        for character, found_px in zip(MEASURED, measured, strict=True):
            allowed_px = labels.width_px(character, 100, is_bold=is_bold)
            assert found_px <= allowed_px + 0.01, (character, shown)


@pytest.mark.browser
def test_the_browser_sees_the_fonts_of_the_tests_alone(browser: Browser, awkward: Path) -> None:
    page = opened(browser, awkward)
    families = ["Arimo", "sans-serif", "serif", "monospace", "system-ui", "DejaVu Sans, serif",
                "Arial, sans-serif", "Noto Sans, sans-serif"]  # fmt: skip
    widths = [page.evaluate(MEASURE, [MEASURED, f"100px {family}"]) for family in families]
    assert all(each == widths[0] for each in widths)
    assert page.evaluate(MEASURE, [MEASURED, "100px Lexend"]) != widths[0]


@given(st.text(max_size=60), st.floats(0, 400))
def test_a_fitted_text_fits_or_is_the_ellipsis(text: str, room_px: float) -> None:
    found = labels.fitted(text, room_px)
    assert labels.width_px(found) <= room_px or found in {"…", ""}
    assert found == text or (found.endswith("…") and text.startswith(found[:-1]))


@given(st.floats(min_value=1e-6, max_value=1e15))
def test_labels_of_an_axis_are_evenly_chosen_and_never_meet(highest: float) -> None:
    ticks = [Tick(100 * each / axis.nice_ticks(highest)[-1], each)
             for each in axis.nice_ticks(highest)]  # fmt: skip
    found = labels.axis(ticks, formatting.money)
    assert found[0].x_percent == 0
    gaps = {round(b.x_percent - a.x_percent, 6) for a, b in pairwise(found)}
    assert len(gaps) <= 1


def test_every_label_of_a_short_axis_is_kept_and_hangs_inwards_at_its_edges() -> None:
    found = labels.axis(bars.bars([Row("one", (10.0,))]).ticks, formatting.money)
    assert [each.text for each in found] == ["$0", "$2", "$4", "$6", "$8", "$10"]
    assert [each.anchor for each in found] == ["start", *["middle"] * 4, "end"]


def test_labels_too_wide_for_a_telephone_are_thinned() -> None:
    # eight digits at 12 px of 0.65 em take 62 px; five steps leave 66 px each, less than with a gap
    ticks = [Tick(20.0 * i, i) for i in range(6)]
    assert len(labels.axis(ticks, lambda _: "12345678")) == 3


def test_a_figure_stands_beside_its_name_and_under_it_where_little_of_the_name_would_be_left() -> (
    None
):
    beside = labels.rows(bars.bars([Row("Short", (1.0,)), Row("W" * 30, (1.0,))]), formatting.money)
    assert [row.name_y_px - row.figure_y_px for row in beside.rows] == [0, 0]
    # "$1" takes 18.2 px in bold, a gap 8: 295.8 px hold 21 W of 13 px and an ellipsis
    assert [row.name for row in beside.rows] == ["Short", "W" * 21 + "…"]
    assert beside.plot_px == 2 * axis.ROW_PX
    wide = [Interval("Short", 1.11e9, 2.22e9, 3.33e9), Interval("W" * 30, 1.11e9, 2.22e9, 3.33e9)]
    under = labels.rows(spans.spans(wide), formatting.money)
    assert [row.figure_y_px - row.name_y_px for row in under.rows] == [17, 17]
    assert under.rows[1].name_y_px - under.rows[0].name_y_px == axis.ROW_PX + 17
    assert under.rows[1].name.endswith("…")
    assert under.height_px - under.plot_px == beside.height_px - beside.plot_px

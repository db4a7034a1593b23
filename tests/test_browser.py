"""The page in a real browser: it fetches nothing, fits a telephone and a sheet of paper, and can
be read with the keyboard and without a script.

Needs Chromium; skips without it unless FLOWRISK_REQUIRE names ``browser``. The accessibility audit
is axe-core, as a test dependency bundles it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import missing

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from flowrisk.api import ScenarioResult

pytestmark = pytest.mark.browser
WIDTHS = (360, 768, 1440)
LEAST_CONTRAST = 4.5


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if path is None:
        missing("browser", "no Chromium on this machine")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def report_file(sample_result: ScenarioResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_result.write_report(tmp_path_factory.mktemp("report") / "report.html")


def opened(browser: Browser, file: Path, width: int = 1440, **context: Any) -> Page:
    page = browser.new_context(
        offline=True, viewport={"width": width, "height": 900}, **context
    ).new_page()
    page.goto(file.as_uri())
    return page


def test_no_request_leaves_and_the_console_stays_silent(
    browser: Browser, report_file: Path
) -> None:
    page = browser.new_context(offline=True).new_page()
    requested: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(report_file.as_uri())
    page.locator("thead button").first.click()
    assert requested == [report_file.as_uri()]
    assert said == []


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows_sideways(browser: Browser, report_file: Path, width: int) -> None:
    page = opened(browser, report_file, width)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_of_a_chart_leaves_it_or_meets_its_neighbour(
    browser: Browser, report_file: Path, width: int
) -> None:
    page = opened(browser, report_file, width)
    clashes = page.evaluate("""() => [
      ...document.querySelectorAll('svg.chart')].flatMap((chart) => {
      const edge = chart.getBoundingClientRect();
      const boxes = [...chart.querySelectorAll('text')].map(
        (text) => [text, text.getBoundingClientRect()]);
      const apart = (a, b) => a.right <= b.left || b.right <= a.left
        || a.bottom <= b.top || b.bottom <= a.top;
      return boxes.flatMap(([text, box], i) =>
        [...(box.left < edge.left - 1 || box.right > edge.right + 1 ? [text.textContent] : []),
         ...boxes.slice(i + 1).filter(([, other]) => !apart(box, other)).map(([other]) =>
           `${text.textContent} / ${other.textContent}`)]);
    })""")
    assert clashes == []


def test_the_sample_prints_on_at_most_eight_sheets(
    browser: Browser, report_file: Path, tmp_path: Path
) -> None:
    page = opened(browser, report_file)
    for paper in ("A4", "Letter"):
        printed = page.pdf(format=paper, path=tmp_path / f"{paper}.pdf")
        assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 8


def test_it_prints_dark_text_on_paper_from_a_dark_screen(
    browser: Browser, report_file: Path
) -> None:
    page = opened(browser, report_file, color_scheme="dark")
    page.emulate_media(media="print")
    colours = (
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert page.evaluate(colours) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert page.locator("thead th").first.inner_text() != ""


def test_everything_that_opens_or_leads_somewhere_is_met_by_the_tab_key(
    browser: Browser, report_file: Path
) -> None:
    page = opened(browser, report_file)
    wanted = page.evaluate("""() => [
      ...document.querySelectorAll('a[href], summary, button, .scroll')]
      .filter((each) => each.checkVisibility()).map((each, i) => each.dataset.met = String(i))""")
    met = set()
    for _ in range(3 * len(wanted)):
        page.keyboard.press("Tab")
        met.add(page.evaluate("document.activeElement.dataset.met"))
    assert set(wanted) <= met


def test_headings_descend_one_level_at_a_time(browser: Browser, report_file: Path) -> None:
    page = opened(browser, report_file)
    levels = page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4')].map((each) => Number(each.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(
    browser: Browser, report_file: Path, scheme: str
) -> None:
    page = opened(browser, report_file, color_scheme=scheme)
    tokens = page.evaluate("""() => Object.fromEntries(
      ['paper', 'card', 'faint', 'ink', 'soft', 'accent'].map((name) => [name,
        getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim()]))""")
    for ground in ("paper", "card", "faint"):
        for words in ("ink", "soft", "accent"):
            assert contrast(tokens[words], tokens[ground]) >= LEAST_CONTRAST, (words, ground)


def test_a_click_on_a_head_sorts_by_value_and_unknown_values_stay_last(
    browser: Browser, report_file: Path
) -> None:
    page = opened(browser, report_file)
    table = page.locator("table.sortable", has_text="Other candidates")
    table.locator("thead button", has_text="of class").click()
    shares = table.locator("tbody tr td:nth-last-child(2)").all_inner_texts()
    assert shares[:2] == ["12.4 %", "3.8 %"]
    assert shares[-1] == "–"
    table.locator("thead button", has_text="of class").click()
    assert table.locator("tbody tr td:nth-last-child(2)").first.inner_text() == "0.2 %"


def test_a_filter_leaves_the_rows_that_hold_its_words(browser: Browser, report_file: Path) -> None:
    page = opened(browser, report_file)
    page.locator(".filter:visible input").last.fill("russell 2000")
    rows = page.locator("table.sortable", has_text="By fund").locator("tbody tr:visible")
    assert set(rows.locator("th").all_inner_texts()) == {"iShares Russell 2000 ETF BlackRock"}


def test_the_data_can_be_saved_without_a_script(
    browser: Browser, report_file: Path, sample_result: ScenarioResult
) -> None:
    page = opened(browser, report_file, java_script_enabled=False)
    with page.expect_download() as saved:
        page.get_by_role("link", name="outflows.csv", exact=True).click()
    assert saved.value.suggested_filename == "outflows.csv"
    assert Path(saved.value.path()).read_bytes() == sample_result.render("csv")


def test_axe_finds_nothing(browser: Browser, report_file: Path) -> None:
    audit = resources.files("axe_playwright_python") / "axe.min.js"
    page = opened(browser, report_file)
    page.evaluate(audit.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then((result) => result.violations)")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours such as ``#0a5870``, by WCAG 2."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)

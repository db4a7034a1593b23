"""The pages in a real browser: each fetches nothing, fits a telephone and a sheet of paper, and can
be read with the keyboard and without a script.

Needs Chromium; skips without it unless FLOWRISK_REQUIRE names ``browser``. The accessibility audit
is axe-core, as a test dependency bundles it.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from browsing import FONTS, audited, clashing, heard, opened, set_in, struck, unfold

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from flowrisk.api import Dataset, ScenarioResult

pytestmark = pytest.mark.browser
WIDTHS = (320, 360, 768, 1440)
SHEETS = {"scenario": 11, "risk": 6, "screen": 7, "book": 11}
BOOK = pl.DataFrame({
    "portfolio": ["World equity index fund with a rather long name"] * 4 + ["Tech", "Own"],
    "identifier": ["MSTR", "MARA", "RIOT", "CASH", "MSTR", "ZZZZ"],
    "shares": [10_000.0, 50_000.0, -25_000.0, 1.0, 2_000.0, 3.0],
    "index": ["msci-world", None, None, None, "nasdaq-100", "elsewhere"],
    "market_value_usd": [None, None, None, 250e6, None, None],
})  # fmt: skip
LEAST_CONTRAST = 4.5


@pytest.fixture(scope="module")
def report_file(sample_result: ScenarioResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_result.write_report(tmp_path_factory.mktemp("report") / "report.html")


@pytest.fixture(scope="module")
def files(
    report_file: Path, sample: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """The page of each command that has one, and one with a book."""
    odds = {"crsp": 0.25, "ftse-russell": 0.2, "msci": 0.4, "nasdaq": 0.3, "sp-dji": 0.2}
    folder = tmp_path_factory.mktemp("pages")
    risk = sample.risk(odds, judged_by="the desk").write(folder / "risk.html")
    screened = sample.screen(review_on="2026-02-27", move="buy-with-debt=500m")
    book = sample.scenario(book=BOOK).write(folder / "book.html")
    screen = screened.write(folder / "screen.html")
    return {"scenario": report_file, "risk": risk, "screen": screen, "book": book}


@pytest.mark.parametrize("command", SHEETS)
def test_no_request_leaves_and_the_console_stays_silent(
    browser: Browser, files: dict[str, Path], command: str
) -> None:
    assert heard(browser, files[command]) == ([files[command].as_uri()], [])


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("command", SHEETS)
def test_it_fits_and_no_text_of_a_chart_leaves_it_or_meets_another(
    browser: Browser, files: dict[str, Path], command: str, width: int
) -> None:
    page = opened(browser, files[command], width)
    unfold(page)
    for font in FONTS:
        set_in(page, font)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert clashing(page) == []
        assert struck(page) == []


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("command", SHEETS)
def test_the_sample_prints_on_few_sheets(
    browser: Browser, files: dict[str, Path], command: str, paper: str
) -> None:
    printed = opened(browser, files[command]).pdf(format=paper)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= SHEETS[command]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("command", SHEETS)
def test_axe_finds_nothing(
    browser: Browser, files: dict[str, Path], command: str, scheme: str
) -> None:
    page = opened(browser, files[command], color_scheme=scheme)
    unfold(page)
    assert audited(page) == []


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
    unfold(page)
    table = page.locator("table.sortable", has_text="Other candidates")
    table.locator("thead button", has_text="of shares outstanding").click()
    shares = table.locator("tbody tr td:nth-last-child(2)").all_inner_texts()
    assert shares[:2] == ["≥ 26.9 %", "≥ 6.4 %"]
    assert shares[-1] == "n/a"
    table.locator("thead button", has_text="of shares outstanding").click()
    assert table.locator("tbody tr td:nth-last-child(2)").first.inner_text() == "≥ < 0.1 %"


def test_a_filter_leaves_the_rows_that_hold_its_words(browser: Browser, report_file: Path) -> None:
    page = opened(browser, report_file)
    page.locator("summary", has_text="Holders").click()
    page.locator("#sellers .filter:visible input").first.fill("russell 2000")
    rows = page.locator("table.sortable", has_text="By fund").locator("tbody tr:visible")
    assert set(rows.locator("th").all_inner_texts()) == {"iShares Russell 2000 ETF BlackRock"}


def test_the_sentence_to_cite_is_copied_or_else_selected(
    browser: Browser, report_file: Path
) -> None:
    for permissions, said in (["clipboard-read", "clipboard-write"], "Copied"), ([], "Selected"):
        page = opened(browser, report_file, permissions=permissions)
        if not permissions:
            page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject())")
        sentence = page.locator("#cited").inner_text()
        page.get_by_role("button", name="Copy citation").click()
        page.get_by_role("button", name=said).wait_for()
        taken = "navigator.clipboard.readText()" if permissions else "getSelection().toString()"
        assert page.evaluate(taken).strip() == sentence


@pytest.mark.parametrize("has_script", [True, False])
def test_a_link_into_the_page_opens_its_chapter_and_leads_there(
    browser: Browser, report_file: Path, *, has_script: bool
) -> None:
    page = opened(browser, report_file, java_script_enabled=has_script)
    ids = re.findall(r'<section id="([^"]+)"', report_file.read_text("utf-8"))
    assert {"headline", "liquidity", "sources", "reproduce"} <= set(ids)
    for name in (each for each in ids if has_script or each != "what-if"):
        page.goto(f"{report_file.as_uri()}#{name}")
        top = page.locator(f"#{name}").bounding_box()
        assert top is not None
        assert 0 <= top["y"] < 900, name


def test_a_reference_opens_the_source_it_names(browser: Browser, report_file: Path) -> None:
    page = opened(browser, report_file)
    page.locator("summary", has_text="Index events").first.click()
    page.locator("#decided a.ref").first.click()
    entry = page.locator("li:target")
    assert entry.is_visible()
    assert "msci.com" in entry.inner_text()


def test_the_data_can_be_saved_without_a_script(
    browser: Browser, report_file: Path, sample_result: ScenarioResult
) -> None:
    page = opened(browser, report_file, java_script_enabled=False)
    page.locator("summary", has_text="Reproduce").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="outflows.csv", exact=True).click()
    assert saved.value.suggested_filename == "outflows.csv"
    assert Path(saved.value.path()).read_bytes() == sample_result.render("csv")


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours such as ``#0a5870``, by WCAG 2."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)

"""The scenario page in a real browser: the answer on one screen, the rest in chapters that fold,
few words, and no table that ends without a sign that it goes on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from browsing import FONTS, audited, opened, set_in, unfold

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from flowrisk.api import ScenarioResult

pytestmark = pytest.mark.browser
WORDS_COUNT = 7_000
SCREEN_PX = 900
_WORDS = "document.body.innerText.split(/\\s+/).filter(Boolean).length"
_SHEET = re.compile(rb"/Type\s*/Page\b")
_OPEN = "document.querySelectorAll('details.chapter').forEach((each) => { each.open = true })"


@pytest.fixture(scope="module")
def report_file(sample_result: ScenarioResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_result.write_report(tmp_path_factory.mktemp("first") / "report.html")


def test_the_answer_stands_on_one_screen(browser: Browser, report_file: Path) -> None:
    page = opened(browser, report_file)
    bottom = "document.querySelector('#headline').getBoundingClientRect().bottom"
    assert page.evaluate(bottom) <= SCREEN_PX
    set_in(page, FONTS[1])
    assert page.evaluate(bottom.replace("#headline", "#headline .cards")) <= SCREEN_PX
    said = page.locator("main #headline").inner_text()
    for part in ("$2.80bn", "$8.80bn or $11.60bn", "$2.60bn (1.57–3.89)", "7.6–13.3×", "16.7",
                 "By whom", "27 Feb 2026", "Confidence: medium", "flowrisk ingest"):  # fmt: skip
        assert part in said


def test_it_reads_on_a_telephone(browser: Browser, report_file: Path) -> None:
    page = opened(browser, report_file, 360)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.locator("#headline .scroll").count() == 0
    least = page.evaluate("""() => Math.min(...[...document.querySelectorAll('#headline *')]
      .filter((each) => each.innerText)
      .map((each) => parseFloat(getComputedStyle(each).fontSize)))""")
    assert least >= 11


def test_all_chapters_open_hold_few_words(browser: Browser, report_file: Path) -> None:
    page = opened(browser, report_file)
    assert page.evaluate(_WORDS) < 1_000
    page.evaluate(_OPEN)
    assert 3_000 < page.evaluate(_WORDS) < WORDS_COUNT


def test_chapters_open_by_key_and_by_one_button(browser: Browser, report_file: Path) -> None:
    page = opened(browser, report_file)
    first = page.locator("details.chapter > summary").first
    first.focus()
    page.keyboard.press("Enter")
    assert page.locator("#steps").is_visible()
    page.keyboard.press("Enter")
    assert not page.locator("#steps").is_visible()
    page.get_by_role("button", name="Open all chapters").click()
    assert page.locator("details.chapter:not([open])").count() == 0
    assert page.get_by_role("button", name="Close all chapters").is_visible()


def test_every_chapter_is_printed_with_and_without_a_script(
    browser: Browser, report_file: Path
) -> None:
    unfolded = opened(browser, report_file)
    unfolded.evaluate(_OPEN)
    pages = [opened(browser, report_file, java_script_enabled=each) for each in (True, False)]
    counts = {len(_SHEET.findall(page.pdf(format="A4"))) for page in (unfolded, *pages)}
    assert len(counts) == 1
    assert counts.pop() > 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_folded_page(
    browser: Browser, report_file: Path, scheme: str
) -> None:
    assert audited(opened(browser, report_file, color_scheme=scheme)) == []


@pytest.mark.parametrize("has_script", [True, False])
@pytest.mark.parametrize("width", [360, 768, 1024, 1440])
def test_every_table_that_goes_on_says_so(
    browser: Browser, report_file: Path, width: int, *, has_script: bool
) -> None:
    page = opened(browser, report_file, width, java_script_enabled=has_script)
    if has_script:
        unfold(page)
        page.wait_for_timeout(100)
        assert _uncued(page) == []
    else:
        page.locator("summary", has_text="By security").click()
        cue = page.locator("#securities .scroll").first.evaluate(
            "(each) => getComputedStyle(each).backgroundAttachment")  # fmt: skip
        assert cue == "local, local, scroll, scroll"


def _uncued(page: Page) -> list[str]:
    """Tables that are wider than their window and neither scroll with a shadow nor say it."""
    found: list[str] = (
        page.evaluate("""() => [...document.querySelectorAll('table')].filter((table) => {
      const scroll = table.closest('.scroll');
      if (!scroll) return table.scrollWidth > table.parentElement.clientWidth + 1;
      if (scroll.scrollWidth <= scroll.clientWidth + 1) return false;
      const said = table.querySelector('caption span');
      const after = said ? getComputedStyle(said, '::after').content : 'more columns';
      return !(scroll.classList.contains('wider') && after.includes('more columns')
        && getComputedStyle(scroll).backgroundImage.includes('gradient'));
    }).map((table) => table.innerText.slice(0, 60))""")
    )
    return found

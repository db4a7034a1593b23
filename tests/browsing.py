"""A real browser for the tests of pages: found on this machine, offline, one for a whole run."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest
from conftest import missing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """Return the program, or skip without it."""
    path = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if path is None:
        missing("browser", "no Chromium on this machine")
    return str(path)


@contextmanager
def launched() -> Iterator[Browser]:
    """Give a browser, and close it."""
    path = chromium()
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(browser: Browser, file: Path, width: int = 1440, **context: Any) -> Page:
    """Return a file open in a window of its own that reaches no network."""
    page = browser.new_context(
        offline=True, viewport={"width": width, "height": 900}, **context
    ).new_page()
    page.goto(file.as_uri())
    return page


def unfold(page: Page) -> None:
    """Open whatever is folded away."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")


def audited(page: Page) -> list[tuple[str, str]]:
    """Return what the accessibility audit finds on a page: rule and first place."""
    audit = resources.files("axe_playwright_python") / "axe.min.js"
    page.evaluate(audit.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then((result) => result.violations)")
    return [(each["id"], each["nodes"][0]["html"]) for each in found]


def clashing(page: Page) -> list[str]:
    """Return the texts of charts that leave their chart or meet another text of it."""
    found: list[str] = page.evaluate("""() => [
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
    return found


def heard(browser: Browser, file: Path) -> tuple[list[str], list[str]]:
    """Return what a page requests and what its console says, also after a table was sorted."""
    page = browser.new_context(offline=True).new_page()
    requested: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(file.as_uri())
    page.locator("thead button").first.click()
    return requested, said

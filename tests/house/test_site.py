"""The manual as it is built: strictly, loading nothing from elsewhere, and searched as files."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import opened
from conftest import missing
from paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


class Loads(HTMLParser):
    """Collects what a page loads by itself: not where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found += [value for name, value in attrs if value and name in {"src", "srcset", "data",
                       "poster", "xlink:href"}]  # fmt: skip
        if tag in {"link", "use", "image", "base"}:
            self.found += [given.get("href") or ""]
        self.found += re.findall(r"url\(['\"]?([^)'\"]+)", given.get("style") or "")


def loads(path: Path) -> Iterator[str]:
    text = path.read_text("utf-8")
    if path.suffix == ".html":
        parser = Loads()
        parser.feed(text)
        yield from parser.found
        text = "".join(re.findall(r"<style[^>]*>(.*?)</style>", text, re.DOTALL))
    yield from re.findall(r"(?:url\(|@import )\s*['\"]?([^)'\";]+)", text)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The manual as it is built."""
    if importlib.util.find_spec("mkdocs") is None:
        missing("docs", "mkdocs-material is not installed: pip install -e '.[docs]'")
    site = tmp_path_factory.mktemp("manual") / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return site


@pytest.mark.slow
@pytest.mark.browser
def test_the_search_answers_where_the_manual_is_opened_as_files(
    site: Path, browser: Browser
) -> None:
    page = opened(browser, site / "how-to/own-data.html")
    page.locator(".md-search__input").click()
    page.keyboard.type("closing auction")
    results = page.locator(".md-search-result__item a")
    results.first.wait_for(timeout=30_000)
    assert any("calendar.html" in str(each.get_attribute("href")) for each in results.all())


@pytest.mark.slow
def test_the_site_builds_strictly_and_loads_nothing_from_elsewhere(site: Path) -> None:
    pages = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    docs = ROOT / "docs"
    assert {
        path.relative_to(docs).with_suffix(".html").as_posix() for path in docs.rglob("*.md")
    } <= pages
    assert {"reports/headline.html", "reports/risk.html"} <= pages
    for name in ("headline", "january-2026", "november-2026", "miners", "risk", "screen"):
        assert (site / f"reports/{name}.svg").stat().st_size < 50_000
    assert (site / "search/search_index.js").read_text("utf-8").startswith("var __index = {")
    assert "Suffixes" in (site / "glossary.html").read_text("utf-8")
    for path in [*site.rglob("*.html"), *site.rglob("*.css")]:
        remote = [each for each in loads(path) if re.match(r"\s*(?:[a-z]+:)?//", each)]
        assert not remote, path.relative_to(site)

"""A real browser for the tests of pages: found on this machine, offline, with fonts of our own."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from conftest import missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# pages are measured in the first, as wide as Arial; charts also in the second, which is wider
FONTS = ("Arimo", "Lexend")
_FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
{folders}
<cachedir>{cache}</cachedir>
{aliases}
</fontconfig>
"""
_ALIAS = "<alias binding='same'><family>{}</family><prefer><family>{}</family></prefer></alias>"
_FAMILIES = ("sans-serif", "serif", "monospace", "system-ui", "ui-monospace")


@cache
def chromium() -> str:
    """Return the program, or skip without one that starts."""
    path = next(filter(starts, filter(None, map(shutil.which, _PROGRAMS))), None)
    if path is None:
        missing("browser", "no Chromium on this machine")
    return path


def starts(path: str) -> bool:
    """Whether a program runs: some systems have one that only says where to get it."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, check=False, timeout=60
                              ).returncode == 0  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return False


def needed(module: str) -> Any:
    """Return a module of the test dependencies, or skip as without a browser."""
    try:
        return import_module(module)
    except ImportError:
        missing("browser", f"{module} is not installed: pip install -e '.[test]'")


def fonts_conf(folder: Path) -> str:
    """Return a configuration by which a program sees the fonts of the tests, none of this machine.

    Every family that a page asks for is the first of ``FONTS``.
    """
    packages = [needed(f"fontpkg_{font.lower()}") for font in FONTS]
    folders = [escape(str(Path(str(each.__file__)).parent / "files")) for each in packages]
    path = folder / "fonts.conf"
    path.write_text(
        _FONTS_CONF.format(
            folders="\n".join(f"<dir>{each}</dir>" for each in folders),
            cache=escape(str(folder / "cache")),
            aliases="\n".join(_ALIAS.format(family, FONTS[0]) for family in _FAMILIES),
        ),
        encoding="utf-8",
    )
    return str(path)


@contextmanager
def launched(folder: Path) -> Iterator[Browser]:
    """Give a browser whose fonts are configured in a folder, and close it."""
    path = chromium()
    sync_api = needed("playwright.sync_api")
    seen = {**os.environ, "FONTCONFIG_FILE": fonts_conf(folder)}
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"], env=seen)
        yield browser
        browser.close()


def set_in(page: Page, font: str) -> None:
    """Set a page in one of ``FONTS``."""
    page.evaluate(
        "(font) => ['sans', 'serif', 'mono'].forEach((each) =>"
        " document.documentElement.style.setProperty('--' + each, font))",
        font,
    )


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


def struck(page: Page) -> list[str]:
    """Return the texts of charts that a gridline runs through."""
    found: list[str] = page.evaluate("""() => [
      ...document.querySelectorAll('svg.chart')].flatMap((chart) => {
      const lines = [...chart.querySelectorAll('line.grid, line.today, line.threshold')]
        .map((line) => line.getBoundingClientRect());
      return [...chart.querySelectorAll('text:not(.badge-number)')].filter((text) => {
        const box = text.getBoundingClientRect();
        return box.width && lines.some((line) => line.left < box.right - 1
          && line.right > box.left + 1 && line.top < box.bottom - 3 && line.bottom > box.top + 3);
      }).map((text) => text.textContent);
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
    unfold(page)
    page.locator("thead button").first.click()
    return requested, said

"""The pages as they are read: light, dark, on a telephone, on paper.

Where FLOWRISK_ARTEFACTS names a folder the pictures stay there, for somebody to look at.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsing import opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from flowrisk.api import Dataset

pytestmark = pytest.mark.browser
PROBABILITIES = "msci=.4,sp-dji=.2,nasdaq=.3,ftse-russell=.2,crsp=.25"
PAGES = ["scenario", "risk", "screen"]
VIEWS: dict[str, tuple[int, dict[str, Any]]] = {
    "light": (1440, {}), "dark": (1440, {"color_scheme": "dark"}), "360": (360, {}),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(sample: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the pages, and of their pictures where nobody asks to keep them."""
    made = tmp_path_factory.mktemp("pages")
    sample.scenario().write_report(made / "scenario.html")
    sample.risk(PROBABILITIES).write_report(made / "risk.html")
    sample.screen().write_report(made / "screen.html")
    return made


def kept(folder: Path) -> Path:
    named = Path(os.environ.get("FLOWRISK_ARTEFACTS") or folder)
    named.mkdir(parents=True, exist_ok=True)
    return named


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_drawn_on_the_ground_of_its_view(
    name: str, browser: Browser, folder: Path
) -> None:
    grounds = {}
    for view, (width, context) in VIEWS.items():
        page = opened(browser, folder / f"{name}.html", width, **context)
        picture = page.screenshot(path=kept(folder) / f"{name}-{view}.png", full_page=True)
        assert int.from_bytes(picture[16:20], "big") == width  # the width in the PNG's header
        assert page.locator("h1").is_visible()
        grounds[view] = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.context.close()
    assert grounds["light"] == grounds["360"] != grounds["dark"]


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_printed_with_its_words_as_words(
    name: str, browser: Browser, folder: Path
) -> None:
    page = opened(browser, folder / f"{name}.html", color_scheme="dark")
    printed = page.pdf(path=kept(folder) / f"{name}.pdf", format="A4", tagged=True)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert b"/Font" in printed
    assert b"/StructTreeRoot" in printed

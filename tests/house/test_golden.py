"""The words of the sample's pages and note, as agreed: whoever changes one sees what changes.

``tests/golden/`` holds them. A change that is meant is agreed to by ``make golden`` and read in
the diff before it is committed.
"""

from __future__ import annotations

import html
import os
import re
from typing import TYPE_CHECKING

import pytest
from paths import ROOT

if TYPE_CHECKING:
    from flowrisk.api import Dataset

GOLDEN = ROOT / "tests/golden"
PROBABILITIES = "msci=.4,sp-dji=.2,nasdaq=.3,ftse-russell=.2,crsp=.25"
# what no reader sees, and the SQL, which has tests of its own
_UNSEEN = re.compile(r"<(style|script|title|desc|pre tabindex)\b.*?</\w+>", re.DOTALL)
_ENDS_LINE = re.compile(r"</(?:p|h\d|li|tr|dt|dd|caption|summary|figcaption|text|div)>")
_LIBRARY = re.compile(r"\b(duckdb|polars|numpy|jinja2) [0-9][0-9.]*")


def words(page: bytes) -> str:
    """The words of a page a line a paragraph, a row or a label; no markup."""
    lined = _ENDS_LINE.sub("\n", _UNSEEN.sub(" ", page.decode()).replace("\n", " "))
    bare = html.unescape(re.sub(r"<[^>]+>", " ", lined))
    lines = (" ".join(line.split()) for line in _LIBRARY.sub(r"\1", bare).splitlines())
    return "\n".join(filter(None, lines)) + "\n"


@pytest.fixture(scope="module")
def said(sample: Dataset) -> dict[str, str]:
    scenario = sample.scenario(providers="msci,all")
    return {
        "scenario.txt": words(scenario.render("html")),
        "note.md": scenario.render("memo").decode(),
        "risk.txt": words(sample.risk(PROBABILITIES).render("html")),
        "screen.txt": words(sample.screen().render("html")),
    }


@pytest.mark.parametrize("name", ["scenario.txt", "note.md", "risk.txt", "screen.txt"])
def test_the_words_are_those_agreed(name: str, said: dict[str, str]) -> None:
    path = GOLDEN / name
    if os.environ.get("FLOWRISK_GOLDEN") == "renew":
        path.parent.mkdir(exist_ok=True)
        path.write_text(said[name], "utf-8")
    agreed = path.read_text("utf-8") if path.exists() else ""
    assert said[name].splitlines() == agreed.splitlines(), (
        "the words changed: where that is meant, run 'make golden' and read the diff"
    )

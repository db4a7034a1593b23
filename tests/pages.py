"""What tests of the page share: its text, its parts, an answer with frames replaced."""

from __future__ import annotations

import base64
import gzip
import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from flowrisk.domain import ScenarioAnswer


def carried(page: str) -> dict[str, str]:
    """The texts of the files that a page carries, by name."""
    links = re.findall(r"href='data:([^,]*),([^']*)' download=\"([^\"]*)\"", page)
    return {
        name: gzip.decompress(base64.b64decode(body)).decode()
        if kind == "application/gzip;base64"
        else unquote(body)
        for kind, body, name in links
    }


def words(page: str) -> str:
    """The text a reader sees, without tags, style, script and SVG descriptions."""
    seen = re.sub(r"<(style|script)>.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(seen).split())


def section(page: str, section_id: str) -> str:
    """The text of one section, with the heading and the finding of a chapter that folds."""
    heading = rf'<summary><h2 id="{section_id}-heading">.*?</summary>\s*'
    found = re.search(rf'(?:{heading})?<section id="{section_id}".*?</section>', page, re.DOTALL)
    assert found, f"the page has no section {section_id}"
    return words(found[0])


def cards_of(page: str) -> list[str]:
    """The text of the cards of the headline, one a scenario."""
    return [words(card) for card in
            re.findall(r'<article class="card">.*?</article>', page, re.DOTALL)]  # fmt: skip


def with_marts(
    answer: ScenarioAnswer, **changes: Callable[[pl.DataFrame], pl.DataFrame]
) -> ScenarioAnswer:
    """The answer with some frames changed."""
    return replace(
        answer, marts={**answer.marts, **{n: f(answer.marts[n]) for n, f in changes.items()}}
    )

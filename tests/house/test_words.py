"""Readers meet the field's words: none of the house's own old ones is in a shipped text."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest
from paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flowrisk.api import Dataset, ScenarioResult

# each with the standard term in its place
BANNED = {
    r"index money|index-like": "passive funds, index-tracking assets",
    r"thr(?:ow|ows|own|ew) (?:\w+ ){0,2}out": "remove, delete",
    r"(?:not )?seen|unseen": "observed, n/a, no holdings in covered funds",
    r"funds? read|disclosures? read|fund files? read|unread": "covered funds",
    r"young(?:er)?(?: enough)?": "fresh, recent",
    r"ours lies?|ours on": "our estimate is higher, within, lower",
    r"is no(?:t)? validation": "no independent check",
    r"for illustration, no source|split for illustration": "illustrative allocation",
    r"whole managers?|index-heavy": "manager-level (13F), mainly passive",
    r"whole list": "basket",
    r"judged, not known": "subjective probabilities",
    r"to cite": "suggested citation",
    r"(?:from|at|of) the line|the line itself|% line|it must move": "threshold, required move",
    r"what models say|no sale to time|on which day|who buys instead": "price impact, liquidity",
    r"securities_stand_once|words_are_known": "unique_securities, valid_enum_values",
    r"itemised, not summed|settle with": "excluded from share count, resolve with",
    r"our fault|in one's own dress|look before you read|hand an answer on": "standard headings",
}  # fmt: skip
_BANNED = re.compile("|".join(rf"(?<![\w.])(?:{each})(?![\w(])" for each in BANNED), re.IGNORECASE)
# code between backticks or in a block, an identifier, the value of an attribute that is no text
_CODE = re.compile(r"```python.*?```|\b\w+_\w+\b", re.DOTALL)


def _texts() -> Iterator[Path]:
    yield from (ROOT / name for name in ("README.md", "GLOSSARY.md", "mkdocs.yml"))
    yield from (ROOT / "docs").rglob("*.md")
    yield from (path for path in (ROOT / "reports/templates").rglob("*")
                if path.is_file() and path.parent.name != "__pycache__")  # fmt: skip


def _literals(path: Path) -> Iterator[tuple[int, str]]:
    """The texts of a module, docstrings among them: any may be printed, or shown by help()."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def _comments_and_literals(path: Path) -> Iterator[str]:
    """What `tables` shows of a model, and what it says of a row."""
    lines = path.read_text("utf-8").splitlines()
    yield " ".join(line.strip(" -") for line in lines if line.strip().startswith("--"))
    yield from (found for line in lines for found in re.findall(r"'[^']*'", line))


def _found(text: str) -> list[str]:
    return [match[0] for match in _BANNED.finditer(_CODE.sub(" ", text))]


def test_no_page_or_template_uses_a_banned_word() -> None:
    found = {
        f"{path.relative_to(ROOT)}": words
        for path in _texts()
        if (words := _found(path.read_text("utf-8")))
    }
    assert not found, BANNED


def test_no_comment_or_literal_of_the_sql_uses_a_banned_word() -> None:
    found = [
        (path.name, words)
        for path in (ROOT / "sql").rglob("*.sql")
        for text in _comments_and_literals(path)
        if (words := _found(text))
    ]
    assert not found, BANNED


def test_no_message_or_docstring_uses_a_banned_word() -> None:
    found = [
        (f"{path.relative_to(ROOT)}:{line}", words)
        for path in (ROOT / "flowrisk").rglob("*.py")
        for line, text in _literals(path)
        if (words := _found(text))
    ]
    assert not found, BANNED


@pytest.mark.parametrize(
    ("old", "new"),
    [("index money must sell", "passive funds must sell"), ("Not seen in any fund read", "n/a"),
     ("throw a company out", "remove a company"), ("the 50 % line", "the 50 % threshold")],
)  # fmt: skip
def test_the_search_tells_the_old_words_from_the_new(old: str, new: str) -> None:
    assert _found(old)
    assert not _found(new)
    assert not _found("funds_read, days_seen, an unforeseen read, the command line")


def test_calibration_is_caveated_once_on_each_page(
    sample: Dataset, sample_result: ScenarioResult
) -> None:
    odds = "msci=.4,sp-dji=.2,nasdaq=.3,ftse-russell=.2,crsp=.25"
    for told in (
        sample_result.render("html"), sample_result.render("memo"), str(sample_result).encode(),
        sample.risk(odds).render("html"),
    ):  # fmt: skip
        words = re.sub(r"<pre.*?</pre>", "", told.decode(), flags=re.DOTALL)
        assert len(re.findall(r"independent check", words)) == 1

"""Where public files come from, as data: page, terms, and the day somebody looked at both.

Owns ``sources.csv`` beside it; sends nothing.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flowrisk.errors import QuestionError, join_names, nearest

if TYPE_CHECKING:
    import polars as pl

_FILE = Path(__file__).with_name("sources.csv")
# the SEC serves its archive under a second name
_FURTHER_HOSTS = ("data.sec.gov",)
TICKERS = ("fund-tickers", "company-tickers")
KINDS = ("nport", "13f", "tickers")


@dataclass(frozen=True, slots=True)
class PublicSource:
    """One place that publishes files.

    ``pattern`` is what its files are called (a regular expression), ``largest_byte_count`` the
    size beyond which none is taken, ``format`` the word with which ``ingest`` reads them.
    """

    name: str
    publisher: str
    is_fetched: bool
    page: str
    pattern: str
    largest_byte_count: int
    format: str
    terms: str
    checked_on: str


@cache
def sources() -> dict[str, PublicSource]:
    """Return every place by name: first those fetched from, then those left to the user."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {
            row["source"]: PublicSource(
                name=row["source"],
                publisher=row["publisher"],
                is_fetched=row["fetched_by"] == "flowrisk",
                page=row["page"],
                pattern=row["pattern"],
                largest_byte_count=int(row["largest_bytes"] or 0),
                format=row["format"],
                terms=row["terms"],
                checked_on=row["checked_on"],
            )
            for row in csv.DictReader(file)
        }


def hosts() -> frozenset[str]:
    """Return the hosts that are asked, and to which an answer may send on."""
    named = {urlsplit(each.page).hostname or "" for each in sources().values() if each.is_fetched}
    return frozenset({*named, *_FURTHER_HOSTS})


def listed() -> pl.DataFrame:
    """Return the places as rows: what would be asked, of whom, under which terms."""
    import polars as pl

    return pl.DataFrame([
        {
            "source": each.name, "publisher": each.publisher,
            "fetched_by": "flowrisk" if each.is_fetched else "you", "page": each.page,
            "terms": each.terms, "checked_on": each.checked_on,
        }
        for each in sources().values()
    ])  # fmt: skip


def kind_of(word: str) -> str:
    """Return the kind that a word names: one that is fetched.

    Raises: QuestionError for any other; where the user fetches it, with its terms and page.
    """
    if word in KINDS:
        return word
    known = sources().get(word)
    if known is not None and not known.is_fetched:
        raise QuestionError(
            f"The files of {known.publisher} are not fetched: its terms are its own.",
            facts={"page": known.page, "terms": known.terms, "checked on": known.checked_on},
            remedy="Download the file in your browser, then: "
            f"flowrisk ingest {known.format} FILE --data DIR",
        )
    names = [*KINDS, *(each.name for each in sources().values() if not each.is_fetched)]
    raise QuestionError(
        f"There is nothing to fetch called '{word}'.",
        facts={"known": join_names(KINDS), "nearest": nearest(word, names) or "none"},
        remedy="'flowrisk fetch --list' shows what there is.",
    )

"""The data sets that the SEC's pages name: found there, never guessed, and chosen by period."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from flowrisk.download.transfer import Wanted
from flowrisk.errors import DataError, QuestionError, join_names

if TYPE_CHECKING:
    from flowrisk.download.client import Client
    from flowrisk.download.sources import PublicSource

_LARGEST_PAGE_BYTES = 8_000_000
_QUARTER = re.compile(r"(\d{4})q([1-4])", re.IGNORECASE)
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_EARLIEST_YEAR = 1993


@dataclass(frozen=True, slots=True)
class DataSet:
    """One data set as a page names it; ``period`` is the part of its name that is a period."""

    name: str
    address: str
    period: str
    first_on: dt.date
    last_on: dt.date


class _Links(HTMLParser):
    """Collects where the links of a page lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the target of a link."""
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def published(client: Client, source: PublicSource) -> list[DataSet]:
    """Return the data sets that a source's page names, the oldest first.

    Raises: DataError where it names none; as ``Client.read``.
    """
    page = client.read(source.page, at_most_count=_LARGEST_PAGE_BYTES)
    parser = _Links()
    parser.feed(page.decode("utf-8", errors="replace"))
    found: dict[str, DataSet] = {}
    for link in parser.found:
        address = urljoin(source.page, link)
        name = urlsplit(address).path.rpartition("/")[2]
        matched = re.fullmatch(source.pattern, name, re.IGNORECASE)
        span = _span(matched) if matched else None
        if span is not None:
            found.setdefault(name, DataSet(name, address, name.rpartition("_")[0], *span))
    if not found:
        raise DataError(
            "The page of the data sets names none.",
            facts={"page": source.page, "last checked on": source.checked_on},
            remedy="Look at it in a browser: it may have moved, or be laid out anew.",
        )
    return sorted(found.values(), key=lambda each: (each.last_on, each.first_on))


def chosen(
    sets: Sequence[DataSet], periods: Sequence[str], since: str | None, source: PublicSource
) -> list[DataSet]:
    """Return the data sets asked for: those of the periods and since; else the newest.

    Args:
        periods: a quarter (2026q2), a month (2026-08), or a period as the page writes it.

    Raises: QuestionError for a word that is no period; DataError for one not published.
    """
    asked = [each for word in periods for each in _of_period(sets, word, source)]
    if since is not None:
        first_on, _ = period_span(since)
        later = [each for each in sets if each.last_on >= first_on]
        if not later:
            raise _unpublished(sets, since, source)
        asked += later
    return list(dict.fromkeys(asked)) or [sets[-1]]


def wanted(each: DataSet, source: PublicSource) -> Wanted:
    """Return a data set as a file to fetch."""
    return Wanted(name=each.name, address=each.address, kind=source.name,
                  largest_byte_count=source.largest_byte_count, terms=source.terms)  # fmt: skip


def period_span(word: str) -> tuple[dt.date, dt.date]:
    """Return the first and last day of a quarter or month.

    Raises: QuestionError for another word.
    """
    quarter, month = _QUARTER.fullmatch(word.strip()), _MONTH.fullmatch(word.strip())
    year = int((quarter or month or ("", 0))[1])
    if year < _EARLIEST_YEAR:
        raise QuestionError(
            f"'{word}' is no period.",
            remedy="Write a quarter as 2026q2, a month as 2026-08.",
        )
    if quarter:
        return _months(year, 3 * int(quarter[2]) - 2, 3 * int(quarter[2]))
    return _months(year, int((month or ("", "", 1))[2]), int((month or ("", "", 1))[2]))


def _of_period(sets: Sequence[DataSet], word: str, source: PublicSource) -> list[DataSet]:
    same = [each for each in sets if each.period.casefold() == word.strip().casefold()]
    if same:
        return same
    first_on, last_on = period_span(word)
    around = [each for each in sets if each.first_on <= first_on and last_on <= each.last_on]
    if not around:
        raise _unpublished(sets, word, source)
    return around


def _unpublished(sets: Sequence[DataSet], word: str, source: PublicSource) -> DataError:
    newest = [each.period for each in reversed(sets)]
    return DataError(
        f"No data set is published that covers {word}.",
        facts={"published": join_names(newest, at_most_count=6), "page": source.page},
        remedy="Data sets follow weeks after their quarter; name a period that is published.",
    )


def _span(matched: re.Match[str]) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day in a data set's name, None where they are no days."""
    said = matched.groupdict()
    if said.get("year"):
        last = 3 * int(said["quarter"])
        return _months(int(said["year"]), last - 2, last)
    try:
        first_on, last_on = (_day(said[key]) for key in ("first", "last"))
    except ValueError:
        return None
    return (first_on, last_on) if first_on <= last_on else None


def _day(text: str) -> dt.date:
    """Return the day of a text such as 01mar2026, whatever the language of this machine.

    Raises: ValueError for another text.
    """
    names = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    return dt.date(int(text[5:]), names.index(text[2:5].lower()) + 1, int(text[:2]))


def _months(year: int, first: int, last: int) -> tuple[dt.date, dt.date]:
    end = calendar.monthrange(year, last)[1]
    return dt.date(year, first, 1), dt.date(year, last, end)

"""One fund's newest Form N-PORT: from its ticker to the document, by the SEC's own indices."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flowrisk.download import sources
from flowrisk.download.transfer import Wanted
from flowrisk.errors import DataError, QuestionError, join_names, nearest

if TYPE_CHECKING:
    from flowrisk.download.client import Client

_SERIES = re.compile(r"S\d{9}", re.IGNORECASE)
_COMPANY = re.compile(r"\d{1,10}")
_ENTRY = re.compile(r"<entry>(.*?)</entry>", re.DOTALL)
_LARGEST_FEED_BYTES = 8_000_000
# what stands before the positions of a filing, with series and days, lies within it
_HEAD_BYTES = 1 << 16
# filings looked at: amendments of old quarters may stand before newer reports
_LOOKED_AT_COUNT = 4


@dataclass(frozen=True, slots=True)
class Filing:
    """One filing of a fund: its folder in the archive, and the day its positions describe."""

    folder: str
    accession: str
    filed_on: dt.date
    reported_on: dt.date


def wanted(client: Client, fund: str, as_of_on: dt.date | None) -> Wanted:
    """Return the newest filing of a fund as a file to fetch.

    Args:
        fund: a ticker, an SEC series id (S000002848), or the CIK of a fund without series.
        as_of_on: the day its positions may describe at the latest; None = any.

    Raises: QuestionError for a ticker that the SEC does not list; DataError where there is no such
        filing; as ``Client.read``.
    """
    place = sources.sources()["fund-filings"]
    series = _series_of(client, fund)
    filing = _newest(client, place.page.format(fund=series), series, as_of_on)
    word = re.sub(r"[^A-Z0-9.]", "-", fund.strip().upper())
    name = f"{word}_{filing.reported_on}_nport.xml"
    return Wanted(name=name, address=f"{filing.folder}/primary_doc.xml", kind=place.name,
                  largest_byte_count=place.largest_byte_count, terms=place.terms)  # fmt: skip


def whole(cut: Wanted) -> Wanted:
    """Return the full submission, a text, in place of a document that the archive cuts off."""
    folder = cut.address.rpartition("/")[0]
    bare = folder.rpartition("/")[2]
    accession = f"{bare[:10]}-{bare[10:12]}-{bare[12:]}"
    name = f"{cut.name.removesuffix('.xml')}.txt"
    return replace(cut, name=name, address=f"{folder}/{accession}.txt")


def _series_of(client: Client, fund: str) -> str:
    """Return the series id, or the CIK, under which a fund files."""
    word = fund.strip()
    if _SERIES.fullmatch(word) or _COMPANY.fullmatch(word):
        return word.upper()
    place = sources.sources()["fund-tickers"]
    content = client.read(place.page, at_most_count=place.largest_byte_count)
    try:
        document = json.loads(content)
        rows = [dict(zip(document["fields"], row, strict=True)) for row in document["data"]]
        known = {str(row["symbol"]).upper(): str(row["seriesId"]) for row in rows}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DataError(
            "The SEC's list of fund tickers cannot be read.",
            facts={"address": place.page, "reason": error},
            remedy="Name the fund by its series id, such as --fund S000002848.",
        ) from error
    if not _SERIES.fullmatch(known.get(word.upper(), "")):
        raise QuestionError(
            f"The SEC lists no fund with the ticker '{fund}'.",
            facts={"funds listed": len(known), "nearest": nearest(word.upper(), known) or "none"},
            remedy="Check the ticker, or name the fund by its series id or CIK.",
        )
    return known[word.upper()]


def _newest(client: Client, feed: str, series: str, as_of_on: dt.date | None) -> Filing:
    """Return the filing of the newest day, of those the one filed last."""
    text = client.read(feed, at_most_count=_LARGEST_FEED_BYTES).decode("utf-8", errors="replace")
    fit: list[Filing] = []
    seen: list[str] = []
    for filing in _filings(client, text, series):
        seen.append(str(filing.reported_on))
        if as_of_on is None or filing.reported_on <= as_of_on:
            fit.append(filing)
        if len(fit) == _LOOKED_AT_COUNT:
            break
    if not fit:
        raise DataError(
            "The SEC has no Form N-PORT of this fund"
            + (f" up to {as_of_on}." if as_of_on else "."),
            facts={"fund": series, "days it has": join_names(seen) or "none", "address": feed},
            remedy="Funds file from 2019 on, and the last month of a quarter is made public.",
        )
    return max(fit, key=lambda each: (each.reported_on, each.filed_on))


def _filings(client: Client, text: str, series: str) -> Iterator[Filing]:
    """Yield the fund's filings in the order of the feed, each looked at for its day."""
    for entry in _ENTRY.findall(text):
        said = {name: _said(entry, name) for name in ("filing-href", "filing-date", "filing-type")}
        folder = said["filing-href"].rpartition("/")[0]
        accession = folder.rpartition("/")[2]
        if not said["filing-type"].startswith("NPORT-P") or not re.fullmatch(r"\d{18}", accession):
            continue
        head = client.read(f"{folder}/primary_doc.xml", at_most_count=_HEAD_BYTES,
                           is_start_enough=True).decode("utf-8", errors="replace")  # fmt: skip
        of_series = {each.upper() for each in re.findall(r"<seriesId>\s*(\w+)\s*<", head)}
        if _SERIES.fullmatch(series) and series not in of_series:
            continue
        try:
            days = [dt.date.fromisoformat(each) for each in (said["filing-date"],
                    _said(head, "repPdDate"))]  # fmt: skip
        except ValueError:
            continue
        yield Filing(folder, accession, *days)


def _said(text: str, name: str) -> str:
    found = re.search(rf"<{name}>\s*([^<]*?)\s*</{name}>", text)
    return found[1] if found else ""

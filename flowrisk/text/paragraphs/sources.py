"""A source in words: the addresses in it as links, and its grade. Judges by the text alone."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from flowrisk.text import formatting

_LENGTH = 400
# a page names each of its sources many times
_KEPT_COUNT = 4096
# an address, one without its scheme, a public copy by its repository
_ADDRESS = re.compile(
    r"(?P<address>https?://[^\s<>\"']+)"
    r"|\bGitHub (?P<copy>[\w.-]+/[\w.-]*\w)"
    r"|(?<![\w/@.])(?P<bare>(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s<>\"']+)",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?)]}'\""
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}")
_SHOWN_LENGTH = 60
# what an issuer, a fund, a provider or a regulator made itself, also where a copy of it was read
_PRIMARY = re.compile(
    r"\bSEC\b|\bForm (?:N-|1[03])|\b10-[KQ]\b|\b8-K\b|holdings (?:file|CSV|as re-saved)|"
    r"workbook as of|product list page|\bnotice '",
)
_REPOSTED = re.compile(
    r"\bgrade C\b|\bvia\b|\bre-?post|\bmirror\b|\bdigests?\b|\bblog\b|repository (?:\w+ )?text|"
    r"\btruncated\b|\bnot kept\b|\bno source\b",
    re.IGNORECASE,
)


class Part(NamedTuple):
    """A piece of a source: plain text, or the shown text of a link with its address."""

    text: str
    address: str | None


@lru_cache(_KEPT_COUNT)
def parts(source: str | None) -> tuple[Part, ...]:
    """Return a source as text and links, ``http`` and ``https`` only, in its own order."""
    return tuple(_parts(formatting.name(source, _LENGTH) if source else "not named"))


def _parts(text: str) -> Iterator[Part]:
    at = 0
    for found in _ADDRESS.finditer(text):
        shown = _without_trailing(found[found.lastgroup or 0])
        start = found.start(found.lastgroup or 0)
        address = _addressed(shown, found.lastgroup)
        # a cut address leads nowhere
        if address is None or "…" in shown:
            continue
        if start > at:
            yield Part(text[at:start], None)
        yield Part(_short(shown), address)
        at = start + len(shown)
    if at < len(text):
        yield Part(text[at:], None)


def _without_trailing(address: str) -> str:
    """Return an address without the punctuation of its sentence; a bracket it opens stays."""
    while address and address[-1] in _TRAILING:
        if address[-1] == ")" and address.count("(") >= address.count(")"):
            break
        address = address[:-1]
    return address


def _addressed(shown: str, kind: str | None) -> str | None:
    """Return the full address of what is shown, None where it names no host."""
    before = {"address": "", "copy": "https://github.com/"}.get(kind or "", "https://")
    address = f"{before}{shown}"
    return address if _HOST.fullmatch(_host(address)) else None


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").casefold()
    except ValueError:
        return ""


def _short(shown: str) -> str:
    """Return an address as a reader needs it: without its scheme, its end cut."""
    return formatting.name(re.sub(r"^https?://(?:www\.)?", "", shown), _SHOWN_LENGTH)


@lru_cache(_KEPT_COUNT)
def grade(source: str | None) -> str:
    """Return A for a primary document, B for a named publication, C for a re-post, an aggregator or
    an unnamed publisher; of several the weakest that the text marks.

    A primary document read in a copy stays one: the copy is named beside it.
    """
    if not source or _REPOSTED.search(source):
        return "C"
    found = parts(source)
    if _PRIMARY.search(source) or any(_is_primary(each.address) for each in found if each.address):
        return "A"
    return "C" if found[0].address else "B"


def _is_primary(address: str) -> bool:
    host = _host(address)
    return any(host == each or host.endswith(f".{each}") for each in _primary_hosts())


@cache
def _primary_hosts() -> frozenset[str]:
    """Return the hosts of issuers, providers, exchanges and regulators: what they show is their
    own."""
    text = Path(__file__).with_name("primary_hosts.csv").read_text(encoding="utf-8")
    return frozenset(row["host"] for row in csv.DictReader(text.splitlines()))

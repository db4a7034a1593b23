"""What the shell completes: the words of an option, or names of the data it would be asked over."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

Complete = Callable[[str], list[str]]
_SECTION = re.compile(r'<section id="([^"]+)"')
_PROVIDERS = "select distinct provider_id from staging.indices union select 'all'"
_TICKERS = "select ticker from staging.securities"
_LISTS = "select distinct list_id from staging.candidates"
_INDICES = "select index_id from staging.indices"
_RULES = "select distinct rule_id from staging.rules"
_POOLS = "select distinct pool_id from staging.asset_pools"
_COINS = "select coin from staging.treasuries union select coin from staging.coin_prices"


def of(source: str) -> Complete | None:
    """Return what completes a text from a source of words; None for an option that has none.

    The last name of a list such as ``msci,nas`` or ``msci+nas`` is completed, and the word after
    the '=' of ``msci=fre`` where the words are values.
    """
    if not source:
        return None

    def complete(incomplete: str) -> list[str]:
        separators = ",=" if source in _VALUES else ",+"
        cut = max(incomplete.rfind(each) for each in separators) + 1
        head, start = incomplete[:cut], incomplete[cut:].casefold()
        return sorted(head + each for each in words(source) if each.casefold().startswith(start))

    return complete


def words(source: str) -> list[str]:
    """Return the words of a source; none where the data cannot be read."""
    from flowrisk.errors import FlowriskError, printable

    try:
        found = _queried(_QUERIES[source]) if source in _QUERIES else _SOURCES[source]()
    except FlowriskError:
        return []
    # a name that would steer the terminal is none to be typed
    return [text for each in found if (text := str(each)) == printable(text)]


def _queried(sql: str) -> list[object]:
    from flowrisk.cli import located

    return [name for (name,) in located.open_dataset(None).query(sql).rows() if name is not None]


def _views() -> Iterable[str]:
    from flowrisk.dataset import sql_models

    return [*sql_models.models(), *sql_models.macros()]


def _presets() -> Iterable[str]:
    from flowrisk.cli import located

    tables = [located.local_settings(), located.open_dataset(None).folder.settings]
    found = [each.get("presets", {}) for each in tables]
    return [name for presets in found if isinstance(presets, dict) for name in presets]


def _sections() -> Iterable[str]:
    from flowrisk.dataset import resources

    texts = (path.read_text("utf-8") for path in resources.templates_folder().rglob("*.jinja"))
    return {found for text in texts for found in _SECTION.findall(text)}


def _papers() -> Iterable[str]:
    from flowrisk.report import page_options

    return page_options.PAPERS


def _domain(name: str) -> Callable[[], Iterable[str]]:
    def found() -> Iterable[str]:
        from flowrisk import domain

        known: Iterable[str] = getattr(domain, name)
        return known

    return found


def _parameters() -> Iterable[str]:
    from flowrisk.question import probabilities

    return probabilities.PARAMETERS


def _moves() -> Iterable[str]:
    from flowrisk.answers import screen

    return screen.MOVES


def _engines() -> Iterable[str]:
    from flowrisk.engines import choice

    return choice.ENGINES


def _forms() -> Iterable[str]:
    from flowrisk.api import forms

    return forms.FORMS


def _calendar_forms() -> Iterable[str]:
    from flowrisk.api import forms

    return forms.CALENDAR_FORMS


def _row_forms() -> Iterable[str]:
    from flowrisk.export import formats

    return formats.FORMATS


def _listings() -> Iterable[str]:
    from flowrisk.query import listings

    return listings.KINDS


def _ingest_formats() -> Iterable[str]:
    from flowrisk.ingest import sources

    return sources.words()


_QUERIES = {"providers": _PROVIDERS, "tickers": _TICKERS, "lists": _LISTS, "coins": _COINS,
            "indices": _INDICES, "pools": _POOLS, "rules": _RULES}  # fmt: skip
_VALUES = ("treatments",)


def _schemas() -> Iterable[str]:
    from flowrisk.export import json_schema

    return json_schema.shipped_names()


def _fetch_kinds() -> Iterable[str]:
    from flowrisk.download import sources

    return sources.KINDS


_SOURCES: dict[str, Callable[[], Iterable[str]]] = {
    "methods": _domain("METHODS"),
    "treatments": _domain("TREATMENTS"),
    "dependences": _domain("DEPENDENCES"),
    "parameters": _parameters,
    "moves": _moves,
    "engines": _engines,
    "forms": _forms,
    "calendar_forms": _calendar_forms,
    "row_forms": _row_forms,
    "summary_forms": lambda: ("table", "json"),
    "ingest_formats": _ingest_formats,
    "fetch_kinds": _fetch_kinds,
    "schemas": _schemas,
    "listings": _listings,
    "sections": _sections,
    "papers": _papers,
    "presets": _presets,
    "views": _views,
    "colors": lambda: ("auto", "always", "never"),
}

"""On which exchange each security is listed, and the sessions of those exchanges.

Owns the choice of one listing where the data has several; on what days an exchange trades is
``analytics.sessions``'. Nothing is read before a model asks for it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from flowrisk.analytics.sessions import Listed, calendar_of, listed_sessions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flowrisk.dataset.warehouse import Warehouse

# A review is traded over its last sessions; the day of the next one known may lie years ahead.
_BEFORE_DAYS, _AFTER_DAYS = 100, 1100
_LISTED = """
    select security_identifiers.security_id, security_identifiers.value, securities.ticker
    from staging.security_identifiers
    cross join scenario.assumptions
    inner join staging.securities
        on security_identifiers.security_id = securities.security_id
    where security_identifiers.scheme = 'ticker+mic'
        and (security_identifiers.valid_from_on is null
            or security_identifiers.valid_from_on <= assumptions.as_of_on)
        and (security_identifiers.valid_to_on is null
            or security_identifiers.valid_to_on >= assumptions.as_of_on)
"""


def load_when_read(store: Warehouse, securities: Sequence[str], as_of_on: dt.date) -> None:
    """Load ``scenario.listings`` and ``scenario.sessions`` once a model reads them, else never."""
    listed = Listings(store, securities, as_of_on)
    store.load_when_read("sessions", listed.sessions)
    store.load_when_read("listings", listed.rows)


class Listings:
    """The listings of the securities of a question, and the sessions around and after its day."""

    def __init__(self, store: Warehouse, securities: Sequence[str], as_of_on: dt.date) -> None:
        self._store, self._securities, self._as_of_on = store, securities, as_of_on

    def rows(self) -> list[tuple[str, str | None, str, bool]]:
        """Return the rows of ``scenario.listings``, one a security: where the exchange or its
        sessions are not known, New York's calendar is assumed."""
        return [
            (security_id, exchange, *self._calendars[exchange][:2])
            for security_id, exchange in self._exchanges.items()
        ]

    def sessions(self) -> list[tuple[str, dt.date, int, bool]]:
        """Return the rows of ``scenario.sessions``, each calendar numbered on its own."""
        known = {each.calendar_id: each.sessions for each in self._calendars.values()}
        return [
            (calendar_id, each.session_on, number, each.is_assumed)
            for calendar_id, found in known.items()
            for number, each in enumerate(found, 1)
        ]

    @cached_property
    def _exchanges(self) -> dict[str, str | None]:
        """The exchange of each security; None where it is not known, or several are."""
        self._store.define(["staging.securities", "staging.security_identifiers"])
        found: dict[str, set[tuple[str, bool]]] = defaultdict(set)
        for security_id, value, ticker in self._store.engine.rows(_LISTED):
            mic, _, own = value.partition(":")
            found[security_id].add((mic.upper(), own == ticker))
        for security_id in self._securities:
            mic, colon, _ = security_id.partition(":")
            if colon:
                found[security_id].add((mic.upper(), True))
        return {each: _one(found[each]) for each in self._securities}

    @cached_property
    def _calendars(self) -> dict[str | None, Listed]:
        day = self._as_of_on.toordinal()
        first = dt.date.fromordinal(max(day - _BEFORE_DAYS, dt.date.min.toordinal()))
        last = dt.date.fromordinal(min(day + _AFTER_DAYS, dt.date.max.toordinal()))
        exchanges = dict.fromkeys(self._exchanges.values())
        return {each: listed_sessions(first, last, each) for each in exchanges}


def _one(listed: Iterable[tuple[str, bool]]) -> str | None:
    """Return the exchange of a listing: the only one, or the only one of the security's ticker, or
    the first of those that trade on the same days."""
    every = sorted({mic for mic, _ in listed})
    named = sorted({mic for mic, is_named in listed if is_named}) or every
    is_one = len({calendar_of(mic) for mic in named}) == 1
    return named[0] if is_one else None

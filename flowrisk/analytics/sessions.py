"""Which days an exchange trades on: its sessions, and which calendar they rest on.

Owns the days alone. Never passes weekdays off as sessions: every answer says what it rests on.
"""

from __future__ import annotations

import csv
import datetime as dt
import warnings
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from flowrisk.errors import QuestionError, nearest

EXCHANGE = "XNYS"
_WEEKEND_FROM = 5
_ONE_DAY = dt.timedelta(days=1)
_PADDING = dt.timedelta(days=7)
# exchange_calendars counts in nanoseconds, which end in 2262, and knows few rules before 1990
_LIBRARY_YEARS = range(1990, 2200)


def trading_sessions(
    first_on: dt.date, last_on: dt.date, exchange: str = EXCHANGE
) -> tuple[list[dt.date], str]:
    """Return the sessions from first to last, both included, and the calendar they rest on.

    New York's closures of 2000 to 2035 come with the package, and those of other exchanges from
    2024 as far as they are known; for further exchanges and years exchange_calendars is asked (the
    extra ``calendar``). Without it these are weekdays, holidays included, and the second value
    says so.

    Args:
        first_on: first day.
        last_on: last day, not before the first.
        exchange: ISO 10383 market code.
    Raises: QuestionError for an exchange that no calendar knows, or days out of order.
    Source: the closures are those of exchange_calendars, to which a test holds them.
    """
    if last_on < first_on:
        raise QuestionError(
            "The window ends before it begins.",
            facts={"first": first_on, "last": last_on},
            remedy="Give the earlier date first.",
        )
    years = {first_on.year, last_on.year}
    closed = _closures().get(exchange, frozenset())
    if years <= set(_shipped_years(exchange)):
        open_days = [day for day in weekdays(first_on, last_on) if day not in closed]
        return open_days, f"sessions of {exchange}"
    if find_spec("exchange_calendars") is not None and years <= set(_LIBRARY_YEARS):
        return _asked_of_library(first_on, last_on, exchange), f"sessions of {exchange}"
    why = f"no calendar of {exchange} for these years is installed"
    return weekdays(first_on, last_on), f"weekdays ({why})"


class Session(NamedTuple):
    """A day on which an exchange trades; assumed where its closures of the year are not known."""

    session_on: dt.date
    is_assumed: bool


class Listed(NamedTuple):
    """The calendar of a listing; assumed where none is known of its exchange."""

    calendar_id: str
    is_assumed: bool
    sessions: tuple[Session, ...]


def calendar_of(exchange: str) -> str:
    """Return the exchange whose sessions are those of an exchange: itself, or one like it."""
    return _calendars().get(exchange, exchange)


def listed_sessions(first_on: dt.date, last_on: dt.date, exchange: str | None) -> Listed:
    """Return the calendar of a listing with its sessions from first to last, both included.

    Of exchanges and years whose closures do not come with the package these are New York's
    sessions, called assumed.

    Args:
        exchange: ISO 10383 market code of the listing; None = not known.
    """
    calendar = calendar_of(exchange or "")
    known = _shipped_years(calendar)
    if not known:
        return listed_sessions(first_on, last_on, EXCHANGE)._replace(is_assumed=True)
    closed = _closures()[calendar]
    own = [day for day in weekdays(first_on, last_on) if day.year in known and day not in closed]
    beyond = set() if {first_on.year, last_on.year} <= set(known) else {
        day for day in trading_sessions(first_on, last_on)[0] if day.year not in known
    }  # fmt: skip
    found = (Session(day, day in beyond) for day in sorted([*own, *beyond]))
    return Listed(calendar, is_assumed=False, sessions=tuple(found))


def _shipped_years(exchange: str) -> range:
    """Return the years whose closures come with the package; empty where none do."""
    closed = _closures().get(exchange)
    return range(min(closed).year, max(closed).year + 1) if closed else range(0)


@cache
def _calendars() -> dict[str, str]:
    path = Path(__file__).with_name("session_calendars.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["exchange_id"]: row["calendar_id"] for row in csv.DictReader(file)}


def weekdays(first_on: dt.date, last_on: dt.date) -> list[dt.date]:
    """Return the days from Monday to Friday from first to last, both included."""
    count = (last_on - first_on).days + 1
    every = (first_on + n * _ONE_DAY for n in range(count))
    return [day for day in every if day.weekday() < _WEEKEND_FROM]


@cache
def _closures() -> dict[str, frozenset[dt.date]]:
    path = Path(__file__).with_name("market_closures.csv")
    days: dict[str, set[dt.date]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            days.setdefault(row["exchange_id"], set()).add(dt.date.fromisoformat(row["closed_on"]))
    return {exchange: frozenset(closed) for exchange, closed in days.items()}


def _asked_of_library(first_on: dt.date, last_on: dt.date, exchange: str) -> list[dt.date]:
    import exchange_calendars

    names = exchange_calendars.get_calendar_names()
    if exchange not in names:
        raise QuestionError(
            f"No trading calendar is known for the exchange '{exchange}'.",
            facts={"nearest": nearest(exchange, names)},
            remedy="Give an ISO 10383 market code, for example XNYS.",
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of pandas, raised inside the calendar
        calendar = exchange_calendars.get_calendar(
            exchange, start=first_on - _PADDING, end=last_on + _PADDING
        )
        sessions = calendar.sessions_in_range(first_on, last_on)
    return [session.date() for session in sessions]

"""The sessions of an exchange: the closures shipped are the library's, and a guess is said."""

from __future__ import annotations

import csv
import warnings
from datetime import date, timedelta
from pathlib import Path

import pytest

from flowrisk.analytics import sessions
from flowrisk.analytics.sessions import trading_sessions
from flowrisk.errors import QuestionError

FIRST_ON, LAST_ON = date(2025, 11, 20), date(2025, 12, 1)
EXTRA = "the extra 'calendar' is not installed"


def test_thanksgiving_by_hand_without_any_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "find_spec", lambda _name: None)
    days, calendar = trading_sessions(FIRST_ON, LAST_ON)
    assert [day.day for day in days] == [20, 21, 24, 25, 26, 28, 1]
    assert calendar == "sessions of XNYS"


def test_the_closures_shipped_are_those_of_exchange_calendars() -> None:
    library = pytest.importorskip("exchange_calendars", reason=EXTRA)
    first, last = date(2000, 1, 1), date(2035, 12, 31)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        found = library.get_calendar("XNYS", start=first, end=last).sessions
    assert trading_sessions(first, last)[0] == [day.date() for day in found]


def _shipped() -> dict[str, list[date]]:
    """The closures of the package by exchange, from its file."""
    path = Path(sessions.__file__).with_name("market_closures.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["exchange_id"], row["closed_on"]) for row in csv.DictReader(file)]
    return {
        exchange: [date.fromisoformat(day) for name, day in rows if name == exchange]
        for exchange in dict(rows)
    }


@pytest.mark.parametrize("exchange", sorted(_shipped()))
def test_each_exchange_closes_as_exchange_calendars_says(exchange: str) -> None:
    library = pytest.importorskip("exchange_calendars", reason=EXTRA)
    closed = _shipped()[exchange]
    years = sorted({day.year for day in closed})
    assert years == list(range(years[0], years[-1] + 1))
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        start = first - timedelta(days=7)
        found = {
            day.date() for day in library.get_calendar(exchange, start=start, end=last).sessions
        }
    assert closed == [day for day in sessions.weekdays(first, last) if day not in found]


def test_the_calendar_of_a_listing() -> None:
    listed = sessions.listed_sessions(FIRST_ON, LAST_ON, "XTKS")
    assert (listed.calendar_id, listed.is_assumed) == ("XTKS", False)
    assert [each.session_on.day for each in listed.sessions] == [20, 21, 25, 26, 27, 28, 1]
    assert sessions.listed_sessions(FIRST_ON, LAST_ON, "XNAS").calendar_id == "XNYS"
    for unknown in (None, "XXXX", ""):
        assumed = sessions.listed_sessions(FIRST_ON, LAST_ON, unknown)
        assert (assumed.calendar_id, assumed.is_assumed) == ("XNYS", True)
        assert [each.session_on.day for each in assumed.sessions] == [20, 21, 24, 25, 26, 28, 1]


def test_years_that_are_not_known_of_an_exchange_are_assumed_day_by_day() -> None:
    listed = sessions.listed_sessions(date(2026, 12, 30), date(2027, 1, 5), "XSHG")
    assert [(each.session_on, each.is_assumed) for each in listed.sessions] == [
        (date(2026, 12, 30), False), (date(2026, 12, 31), False),
        (date(2027, 1, 4), True), (date(2027, 1, 5), True),
    ]  # fmt: skip


def test_another_exchange_or_year_is_asked_of_the_library() -> None:
    pytest.importorskip("exchange_calendars", reason=EXTRA)
    # Our Lady's day, Monday 8 December 2025, in Lima
    days, calendar = trading_sessions(date(2025, 12, 5), date(2025, 12, 9), "XLIM")
    assert date(2025, 12, 8) not in days
    assert calendar == "sessions of XLIM"
    assert date(2036, 12, 25) not in trading_sessions(date(2036, 12, 24), date(2036, 12, 31))[0]


@pytest.mark.parametrize("year", [1960, 2040, 9999])
def test_where_nothing_knows_the_exchange_weekdays_are_said(
    year: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "find_spec", lambda _name: None)
    days, calendar = trading_sessions(date(year, 12, 20), date(year, 12, 31))
    assert calendar.startswith("weekdays (no calendar of XNYS")
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}
    assert trading_sessions(FIRST_ON, LAST_ON, "XLIM")[1].startswith("weekdays (")


def test_an_unknown_exchange_is_refused_with_the_nearest() -> None:
    pytest.importorskip("exchange_calendars", reason=EXTRA)
    with pytest.raises(QuestionError, match="XNYX") as refusal:
        trading_sessions(FIRST_ON, LAST_ON, "XNYX")
    assert refusal.value.facts["nearest"] == "XNYS"


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(QuestionError, match="ends before"):
        trading_sessions(LAST_ON, FIRST_ON)

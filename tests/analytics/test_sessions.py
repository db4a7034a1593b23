"""The sessions of an exchange: the closures shipped are the library's, and a guess is said."""

from __future__ import annotations

import warnings
from datetime import date

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


def test_another_exchange_or_year_is_asked_of_the_library() -> None:
    pytest.importorskip("exchange_calendars", reason=EXTRA)
    # Labour Thanksgiving Day, Monday 24 November 2025, in Tokyo
    days, calendar = trading_sessions(FIRST_ON, LAST_ON, "XTKS")
    assert date(2025, 11, 24) not in days
    assert calendar == "sessions of XTKS"
    assert date(2036, 12, 25) not in trading_sessions(date(2036, 12, 24), date(2036, 12, 31))[0]


@pytest.mark.parametrize("year", [1960, 2040, 9999])
def test_where_nothing_knows_the_exchange_weekdays_are_said(
    year: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "find_spec", lambda _name: None)
    days, calendar = trading_sessions(date(year, 12, 20), date(year, 12, 31))
    assert calendar.startswith("weekdays (no calendar of XNYS")
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}
    assert trading_sessions(FIRST_ON, LAST_ON, "XTKS")[1].startswith("weekdays (")


def test_an_unknown_exchange_is_refused_with_the_nearest() -> None:
    pytest.importorskip("exchange_calendars", reason=EXTRA)
    with pytest.raises(QuestionError, match="XNYX") as refusal:
        trading_sessions(FIRST_ON, LAST_ON, "XNYX")
    assert refusal.value.facts["nearest"] == "XNYS"


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(QuestionError, match="ends before"):
        trading_sessions(LAST_ON, FIRST_ON)

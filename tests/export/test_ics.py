"""iCalendar as RFC 5545 has it: folded, escaped, the same bytes at every run."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from flowrisk.export.ics import Event, calendar

DAY = dt.date(2026, 2, 27)


def unfolded(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_one_day_by_hand() -> None:
    event = Event(("trade", "msci", "US5949724083"), DAY, "MSCI: sell; 1,000", ("a\\b", "c"))
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//flowrisk//calendar//EN", "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH", "X-WR-CALNAME:Days", "BEGIN:VEVENT",
        "UID:trade.msci.US5949724083.20260227@flowrisk", "DTSTAMP:20251120T000000Z",
        "DTSTART;VALUE=DATE:20260227", "DTEND;VALUE=DATE:20260228", "SUMMARY:MSCI: sell\\; 1\\,000",
        "DESCRIPTION:a\\\\b\\nc", "TRANSP:TRANSPARENT", "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    content = calendar("Days", dt.date(2025, 11, 20), [event]).decode()
    assert content == "".join(f"{line}\r\n" for line in lines)


@given(st.text(max_size=400), st.lists(st.text(max_size=90), max_size=3))
def test_whatever_the_text_no_line_is_long_and_none_is_added(
    summary: str, details: list[str]
) -> None:
    event = Event(("trade", summary), DAY, summary, tuple(details))
    content = calendar(summary, DAY, [event])
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert content.count(b"\n") == content.count(b"\r") == content.count(b"\r\n")
    lines = unfolded(content)
    assert [line for line in lines if line.startswith(("BEGIN:", "END:"))] == [
        "BEGIN:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR"
    ]  # fmt: skip
    assert calendar(summary, DAY, [event]) == content


def test_the_last_day_there_is_has_no_day_after() -> None:
    content = calendar("x", DAY, [Event(("a",), dt.date.max, "x")])
    assert b"DTSTART;VALUE=DATE:99991231" in content
    assert b"DTEND" not in content

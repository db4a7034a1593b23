"""Days of a calendar as iCalendar (RFC 5545): whole days, folded lines, no clock in the bytes."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowrisk.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

_LINE_BYTES = 75
_ESCAPED = re.compile(r"[\\;,]")
_OUTSIDE_UID = re.compile(r"[^A-Za-z0-9.-]")


@dataclass(frozen=True, slots=True)
class Event:
    """One whole day of the calendar.

    Args:
        key: what the event is, the same at every run: it becomes the UID.
        details: lines of the description.
    """

    key: tuple[str, ...]
    happens_on: dt.date
    summary: str
    details: tuple[str, ...] = ()

    @property
    def uid(self) -> str:
        """The identifier by which a calendar knows the event again."""
        named = ".".join(_OUTSIDE_UID.sub("_", part) for part in self.key)
        return f"{named}.{self.happens_on:%Y%m%d}@flowrisk"


def calendar(name: str, stamped_on: dt.date, events: Iterable[Event]) -> bytes:
    """Return the events as one calendar; the same events give the same bytes.

    Args:
        stamped_on: the day of DTSTAMP, which RFC 5545 asks for: the as-of date, never a clock's.
    """
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//flowrisk//calendar//EN", "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH", f"X-WR-CALNAME:{_text(name)}",
        *(line for event in events for line in _lines(event, stamped_on)),
        "END:VCALENDAR",
    ]  # fmt: skip
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _lines(event: Event, stamped_on: dt.date) -> list[str]:
    details = "\\n".join(map(_text, event.details))
    last = event.happens_on == dt.date.max
    return [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{stamped_on:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{event.happens_on:%Y%m%d}",
        *([] if last else [f"DTEND;VALUE=DATE:{event.happens_on + dt.timedelta(days=1):%Y%m%d}"]),
        f"SUMMARY:{_text(event.summary)}",
        *([f"DESCRIPTION:{details}"] if details else []),
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _text(raw: str) -> str:
    """Return a text as a value: no control marks, one line, separators escaped."""
    return _ESCAPED.sub(r"\\\g<0>", " ".join(printable(raw).split()))


def _folded(line: str) -> str:
    """Return a line cut every 75 bytes, never inside a character; a cut goes on after a blank."""
    parts: list[str] = [""]
    for letter in line:
        # what goes on begins with a blank, which counts
        room = _LINE_BYTES - (len(parts) > 1)
        if len((parts[-1] + letter).encode()) > room:
            parts.append("")
        parts[-1] += letter
    return "\r\n ".join(parts)

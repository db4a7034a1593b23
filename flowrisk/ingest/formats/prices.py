"""Daily price series: the usual CSV and JSON layouts.

Refuses what is not a day's close (intraday rows, several rows a day) and volumes that are not
shares of all venues where that shows. Adjusts nothing: whether a series is split-adjusted, or its
volume that of one venue, shows only against another series (``prices.contradictions``).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from statistics import median
from typing import TYPE_CHECKING, Any

from flowrisk.errors import DataError, QuestionError, join_names
from flowrisk.ingest.prices.contradictions import SAME_RATIO
from flowrisk.ingest.prices.layouts import Layout, layout_of
from flowrisk.ingest.readers.decoding import read_text
from flowrisk.ingest.readers.parsed import Collected
from flowrisk.ingest.values.columns import Evidence, Readings, decide
from flowrisk.question.matching.exchanges import ticker_and_mic

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from flowrisk.ingest.readers.parsed import Hints, Parsed
    from flowrisk.ingest.readers.tabular import Line


_TICKER_NAME = re.compile(
    r"([A-Z][A-Z0-9.]{0,9}(?:-(?!(?:USDT?|EUR|GBP)\b)[A-Z]{1,3})?)"
    r"(?:[_ ].*|-(?:USDT?|EUR|GBP)\b.*)?"
)
"""``TICKER``, ``TICKER_…``, ``TICKER …``; what follows a hyphen is part of the ticker (BRK-B), but
for the currency of a coin (BTC-USD)."""
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?")
_SATURDAY = 5
_LEAST_PER_TRADE_COUNT = 15
_NUMBERS = ("open", "high", "low", "close", "adjusted", "volume", "trades")
_MIDNIGHT = re.compile(r"[0:. ]+(?:[AP]M|Z|UTC)?", re.IGNORECASE)
_DAILY = frozenset({"d", "1d", "day", "daily"})


def read(path: Path, hints: Hints) -> Parsed:
    """Return the daily closes and share volumes of a price file.

    ``Close`` is taken, not the dividend-adjusted close, unless there is nothing else. The security
    is the row's, the hint's, the file's, else the ticker that the file is named after. Rows with a
    time of day, and all rows of a day that has several different ones, are refused.

    Raises: DataError for a page, an empty or foreign file, a series with intraday rows only, or
        one that names no security.
    """
    layout = layout_of(path, read_text(path))
    collected = Collected(read_count=len(layout.lines))
    layout.lines = _only_asked(path, layout, hints, collected)
    security = _security(path, layout, hints, collected)
    readings = _readings(path, layout, security, hints)
    collected.notes += readings.notes
    source = _Source(layout, security, readings, hints.currency, is_daily=_is_daily(layout))
    for line in layout.lines:
        _take(line, source, collected)
    _refuse_crowded_days(collected)
    if not collected.prices and _is_intraday(collected):
        raise DataError(
            f"The file {path.name} has intraday rows only: no day has a close.",
            facts={"rows": len(layout.lines), "days": len({r["value"] for r in collected.rejects})},
            remedy="Give a series with one row a day.",
        )
    _judge_volumes(source, collected)
    _note_weekends(collected)
    return collected.frozen()


def _only_asked(path: Path, layout: Layout, hints: Hints, collected: Collected) -> list[Line]:
    """Return the lines of the security that the user names, all where he names none.

    Raises: QuestionError where the file holds several securities and none bears the name.
    """
    held = {line.get("security").casefold() for line in layout.lines} - {""}
    if hints.security is None or len(held) < 2:  # noqa: PLR2004 - several
        return layout.lines
    asked = hints.security.casefold()
    if asked not in held:
        raise QuestionError(
            f"The file {path.name} holds no prices of {hints.security}.",
            facts={
                "--security": hints.security,
                "securities in the file": join_names(sorted(held)),
            },
            remedy="Leave --security out, or name one of these.",
        )
    for line in layout.lines:
        if line.get("security").casefold() != asked:
            name = line.get("security")
            collected.reject(line.row_number, "not_the_security_asked_for", line.text, name)
    return [line for line in layout.lines if line.get("security").casefold() == asked]


def _security(path: Path, layout: Layout, hints: Hints, collected: Collected) -> str:
    stated = hints.security or layout.stated.get("security")
    if stated or "security" in layout.columns:
        return stated or ""
    match = _TICKER_NAME.fullmatch(path.stem)
    if match is None:
        raise DataError(
            f"The file {path.name} does not say whose prices these are.",
            facts={"columns found": join_names(sorted(layout.columns))},
            remedy="Name the file after the ticker, or add a column 'ticker'.",
        )
    collected.notes.append(f"the security {match.group(1)} is taken from the file name")
    return match.group(1)


@dataclass(frozen=True, slots=True)
class _Source:
    """What holds for every line of a price file."""

    layout: Layout
    security: str
    readings: Readings
    hinted_currency: str
    is_daily: bool

    def currency(self, line: Line) -> str | None:
        """Return the currency the line or the file states, else the one the user adds."""
        stated = line.get("currency") or self.layout.stated.get("currency", "")
        return (stated or self.hinted_currency).upper() or None


def _readings(path: Path, layout: Layout, security: str, hints: Hints) -> Readings:
    """Return how the figures and days of the file are read; closes that the dataset knows bear
    witness.

    Raises: DataError where that cannot be told.
    """
    known: dict[str, Mapping[date, float]] = {}

    def agreeing_count(readings: Readings) -> int:
        names = {line.get("security") or security for line in layout.lines} - set(known)
        known.update({name: hints.known_closes(name) for name in names})
        return sum(
            _agrees(line, readings, known[line.get("security") or security])
            for line in layout.lines
        )

    return decide(
        path.name,
        numbers={
            name: [line.get(name) for line in layout.lines]
            for name in _NUMBERS if name in layout.columns
        },
        days=(line.get("date") for line in layout.lines),
        evidence=Evidence(
            dates=hints.dates,
            decimal=hints.decimal,
            convention=layout.convention,
            delimiter=layout.delimiter,
            witness=agreeing_count,
        ),
    )  # fmt: skip


def _agrees(line: Line, readings: Readings, known: Mapping[date, float]) -> bool:
    """Tell whether a line's close is the one known of its day."""
    try:
        close = readings.number("close", line.get("close"))
    except ValueError:
        return False
    day = _day(line.get("date"), readings)[0]
    usual = known.get(day) if day else None
    return bool(close and usual and abs(close / usual - 1) <= SAME_RATIO)


def _is_daily(layout: Layout) -> bool:
    """Tell whether a column of times says nothing: all are midnight, or the period is a day."""
    times = {line.get("time") for line in layout.lines} - {""}
    periods = {line.get("period").casefold() for line in layout.lines} - {""}
    is_midnight = all(_MIDNIGHT.fullmatch(time) for time in times)
    return bool(times) and (is_midnight or (bool(periods) and periods <= _DAILY))


def _take(line: Line, source: _Source, collected: Collected) -> None:
    stated = line.get("security") or source.security
    name, mic = ticker_and_mic(stated.upper() if "." in stated else stated)
    priced_on, is_utc = _day(line.get("date"), source.readings)
    refusal = line.fault or _objection(line, name, priced_on, is_daily=source.is_daily)
    notes: list[str] = []
    close, volume = _close(line, source.readings, notes), _volume(line, source.readings, notes)
    if refusal is None and (close is None or close <= 0):
        refusal = "close_not_a_positive_number"
    if refusal:
        value = line.get("date") if refusal == "intraday_row" else line.text
        collected.reject(line.row_number, refusal, value, name or None)
        return
    _note_range(line, close or 0, source.readings, notes)
    if is_utc:
        notes.append("the day is that of a UTC timestamp")
    collected.prices.append(
        {
            "security": name,
            "mic": mic,
            "row_number": line.row_number,
            "priced_on": priced_on,
            "close": close,
            "currency": source.currency(line),
            "volume_shares": volume,
            "note": "; ".join(notes) or None,
        }
    )


def _objection(line: Line, security: str, priced_on: date | None, *, is_daily: bool) -> str | None:
    if priced_on is None:
        return "date_not_a_day"
    if not security:
        return "no_security"
    return "intraday_row" if line.get("time") and not is_daily else None


def _day(text: str, readings: Readings) -> tuple[date | None, bool]:
    epoch = _EPOCH.fullmatch(text)
    if epoch:
        return datetime.fromtimestamp(int(epoch.group(1)), tz=UTC).date(), True
    return readings.day(text), False


def _close(line: Line, readings: Readings, notes: list[str]) -> float | None:
    for column in ("close", "adjusted"):
        try:
            value = readings.number(column, line.get(column))
        except ValueError:
            return None
        if value is not None:
            if column == "adjusted":
                notes.append("the close is the dividend-adjusted one: there is no other")
            return value
    return None


def _volume(line: Line, readings: Readings, notes: list[str]) -> float | None:
    try:
        volume = readings.number("volume", line.get("volume"), has_units=True)
    except ValueError:
        volume = -1
    if volume is not None and volume < 0:
        notes.append(f"volume {line.get('volume')[:40]!r} is no volume")
        return None
    return volume


def _note_range(line: Line, close: float, readings: Readings, notes: list[str]) -> None:
    try:
        low, high = (readings.number(name, line.get(name)) for name in ("low", "high"))
    except ValueError:
        return
    if low and high and not low * 0.999 <= close <= high * 1.001:
        notes.append(f"the close lies outside the day's range {low:g} to {high:g}")


def _refuse_crowded_days(collected: Collected) -> None:
    """Refuse all rows of a day that has several different ones; keep one of equal rows."""
    days: defaultdict[tuple[str, date], list[dict[str, Any]]] = defaultdict(list)
    for row in collected.prices:
        days[row["security"], row["priced_on"]].append(row)
    kept = []
    for (security, priced_on), rows in days.items():
        is_one = len({(row["close"], row["volume_shares"]) for row in rows}) == 1
        kept += rows[:1] if is_one else []
        for row in rows[1:] if is_one else rows:
            reason = "same_row_again" if is_one else "several_rows_a_day"
            collected.reject(row["row_number"], reason, str(priced_on), security)
    collected.prices = kept


def _is_intraday(collected: Collected) -> bool:
    reasons = {row["reason"] for row in collected.rejects}
    return bool(reasons & {"intraday_row", "several_rows_a_day"})


def _judge_volumes(source: _Source, collected: Collected) -> None:
    """Drop volumes that cannot be shares: parts of a share, or a few units a trade (round lots)."""
    volumes = [row["volume_shares"] for row in collected.prices if row["volume_shares"]]
    broken = sum(not float(volume).is_integer() for volume in volumes)
    reason = ""
    if volumes and broken * 2 > len(volumes):
        reason = "most volumes are not whole numbers: dollars or parts of a coin, not shares"
    per_trade = _volumes_per_trade(source)
    if per_trade and median(per_trade) < _LEAST_PER_TRADE_COUNT:
        reason = f"the typical trade is {median(per_trade):.1f} units: round lots, not shares"
    if reason:
        collected.notes.append(f"{reason}; volumes are null")
        for row in collected.prices:
            row["volume_shares"] = None
    unread = [row["note"] for row in collected.prices if "is no volume" in (row["note"] or "")]
    if unread:
        collected.notes.append(
            f"{len(unread)} volumes could not be read, such as {unread[0].split(chr(39))[1]!r}: "
            "those known stay"
        )


def _volumes_per_trade(source: _Source) -> list[float]:
    ratios = []
    for line in source.layout.lines:
        try:
            volume, trades = (
                source.readings.number(name, line.get(name), has_units=True)
                for name in ("volume", "trades")
            )
        except ValueError:
            continue
        if volume and trades:
            ratios.append(volume / trades)
    return ratios


def _note_weekends(collected: Collected) -> None:
    weekends = Counter(
        row["security"] for row in collected.prices if row["priced_on"].weekday() >= _SATURDAY
    )
    if weekends:
        shown = join_names(f"{name} {count}" for name, count in weekends.items())
        collected.notes.append(f"rows on Saturdays or Sundays, as only coins have: {shown}")

"""How the figures and days of a file are to be read: decided by whole columns, never by a cell.

One cell that has only one reading settles its file. Where no cell does, what is known beside the
file speaks: weekends, days to come, ends of months, closes and prices that a reading agrees with.
Where nothing speaks the file is refused, both readings named and the flag that settles it.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from flowrisk.errors import DataError, join_names
from flowrisk.ingest.values import cells

_SATURDAY = 5
_ORDER_WORDS = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
_MARK_WORDS = {".": "a decimal point", ",": "a decimal comma"}


@dataclass(frozen=True, slots=True)
class Readings:
    """How one file is read. ``decimals`` is by column; a column not in it has a decimal point.
    ``factors`` is what the figures of a column count in, such as thousands; else ones."""

    decimals: Mapping[str, str] = field(default_factory=dict)
    dates: str = ""
    notes: tuple[str, ...] = ()
    factors: Mapping[str, float] = field(default_factory=dict)

    def number(self, column: str, text: str | None, *, has_units: bool = False) -> float | None:
        """Return the number of a cell of a column, None where it is missing.

        Raises: ValueError where it is no number under the column's reading.
        """
        found = cells.number(text, self.decimals.get(column, "."), has_units=has_units)
        factor = self.factors.get(column, 1.0)
        # 16,500.5 thousands are a whole number of shares that no binary fraction may blur
        return found if found is None or factor == 1 else round(found * factor, 6)

    def day(self, text: str | None) -> date | None:
        """Return the day of a cell, None where it is missing or no day."""
        return cells.day(text, self.dates)


Witness = Callable[[Readings], int]
"""Told a reading; returns how many rows agree under it with what is known apart from the file."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What may speak for a reading where no cell settles it.

    Args:
        dates: the order that the user states.
        decimal: the decimal mark that the user states.
        convention: the order in which the publisher of the format writes days.
        mark: the decimal mark that the publisher of the format writes.
        delimiter: what parts the cells of the file.
        witness: counts what agrees with a reading.
        is_traded: whether the days are days of trading, so that none is on a weekend.
        is_period_end: whether the days are ends of months.
        today: the day after which nothing is reported.
    """

    dates: str = ""
    decimal: str = ""
    convention: str = ""
    mark: str = ""
    delimiter: str = ","
    witness: Witness = lambda _: 0
    is_traded: bool = True
    is_period_end: bool = False
    today: date | None = None


def decide(
    file_name: str,
    *,
    numbers: Mapping[str, Sequence[str]],
    days: Iterable[str],
    evidence: Evidence,
) -> Readings:
    """Return the readings of a file.

    Args:
        file_name: for the words of a refusal.
        numbers: the cells of each column of numbers.
        days: the cells that hold days.
        evidence: what speaks where no cell settles a reading.

    Raises: DataError where cells contradict each other, or nothing settles a reading.
    """
    stated = dict.fromkeys(numbers, evidence.decimal) if evidence.decimal else None
    decimals, open_cells = (stated, {}) if stated is not None else _settled(file_name, numbers)
    dates, notes = _order(file_name, list(days), evidence, decimals)
    if open_cells:
        candidates = {
            mark: Readings({**decimals, **dict.fromkeys(open_cells, mark)}, dates)
            for mark in cells.MARKS
        }
        mark, reason = _chosen_mark(file_name, open_cells, candidates, evidence)
        decimals = {**decimals, **dict.fromkeys(open_cells, mark)}
        notes = (*notes, reason)
    return Readings(decimals, dates, notes)


def _settled(
    file_name: str, numbers: Mapping[str, Sequence[str]]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the marks that cells settle, and an open cell of each column that none settles."""
    seen: dict[str, dict[str, str]] = {column: {} for column in numbers}
    unclear: dict[str, str] = {}
    for column, texts in numbers.items():
        for text in texts:
            marks = cells.marks_of(text)
            if len(marks) == 1:
                seen[column].setdefault(next(iter(marks)), text)
            elif marks:
                unclear.setdefault(column, text)
        if len(seen[column]) > 1:
            raise _contradictory(file_name, column, seen[column])
    whole = {mark for found in seen.values() for mark in found}
    if len(whole) == 1:
        return dict.fromkeys(numbers, whole.pop()), {}
    decimals = {column: next(iter(found)) for column, found in seen.items() if found}
    return decimals, {name: text for name, text in unclear.items() if name not in decimals}


def _chosen_mark(
    file_name: str, unclear: Mapping[str, str], candidates: Mapping[str, Readings],
    evidence: Evidence,
) -> tuple[str, str]:  # fmt: skip
    agreeing = {mark: evidence.witness(reading) for mark, reading in candidates.items()}
    best = max(agreeing, key=lambda mark: agreeing[mark])
    column, text = next(iter(unclear.items()))
    if list(agreeing.values()).count(agreeing[best]) == 1:
        return best, f"{text!r} is read with {_MARK_WORDS[best]}: so it agrees with what is known"
    if evidence.mark and evidence.delimiter != ";":
        return evidence.mark, f"{text!r} is read with {_MARK_WORDS[evidence.mark]}, as is usual"
    if evidence.delimiter == ";" and "." not in "".join(unclear.values()):
        return ",", f"{text!r} is read with a decimal comma, as in files parted by semicolons"
    raise DataError(
        f"The file {file_name} does not say what its commas and points mean.",
        facts={
            column: repr(text),
            "with a decimal point": f"{candidates['.'].number(column, text, has_units=True):,}",
            "with a decimal comma": f"{candidates[','].number(column, text, has_units=True):,}",
        },
        remedy="Say which it is with --decimal . or --decimal ,",
    )


def _contradictory(file_name: str, column: str, seen: Mapping[str, str]) -> DataError:
    return DataError(
        f"The file {file_name} writes the numbers of one column in two ways.",
        facts={
            "column": column,
            **{f"only with {_MARK_WORDS[mark]}": repr(text) for mark, text in seen.items()},
        },
        remedy="Make the column one, or say which reading holds with --decimal . or --decimal ,",
    )


def _order(
    file_name: str, texts: list[str], evidence: Evidence, decimals: Mapping[str, str]
) -> tuple[str, tuple[str, ...]]:
    """Return the order of days, and the note that says why, where no cell settles it."""
    if evidence.dates:
        return evidence.dates, ()
    open_days = [(text, found) for text in texts if (found := cells.days_of(text))]
    if not open_days:
        return "", ()
    fitting = [
        order for order in cells.ORDERS if all(order in found for _, found in open_days)
    ]  # fmt: skip
    if not fitting:
        raise _two_orders(file_name, open_days)
    listed = {order: [found[order] for _, found in open_days] for order in fitting}
    if all(days == listed[fitting[0]] for days in listed.values()):
        return fitting[0], ()
    return _weighed(file_name, open_days, listed, evidence, decimals)


def _weighed(
    file_name: str,
    open_days: Sequence[tuple[str, Mapping[str, date]]],
    listed: Mapping[str, Sequence[date]],
    evidence: Evidence,
    decimals: Mapping[str, str],
) -> tuple[str, tuple[str, ...]]:
    left, reason = dict(listed), ""
    for name, odd_count in _doubts(evidence):
        counts = {order: odd_count(days) for order, days in left.items()}
        kept = {order: days for order, days in left.items() if counts[order] == 0}
        if kept and len(kept) < len(left):
            left, reason = kept, reason or name
    agreeing = {order: evidence.witness(Readings(decimals, order)) for order in left}
    if max(agreeing.values()) > min(agreeing.values()):
        best = max(agreeing, key=lambda order: agreeing[order])
        left = {o: days for o, days in left.items() if agreeing[o] == agreeing[best]}
        reason = "so they agree with what is known"
    text = open_days[0][0]
    # nobody writes the month first and points between
    usual = evidence.convention or ("dmy" if all("." in text for text, _ in open_days) else "")
    if len(left) > 1 and usual in left:
        left, reason = {usual: left[usual]}, "as is usual for such files"
    if len(left) == 1 and usual in {"", *left}:
        order = next(iter(left))
        return order, (f"days such as {text!r} are read {_ORDER_WORDS[order]}: {reason}",)
    raise _undecided(file_name, text, listed)


def _doubts(evidence: Evidence) -> list[tuple[str, Callable[[Sequence[date]], int]]]:
    """Return what speaks against a reading, each as (why the others stay, days that are odd)."""
    today = evidence.today or datetime.now(UTC).date()
    doubts: list[tuple[str, Callable[[Sequence[date]], int]]] = [
        ("else some lie in the future", lambda days: sum(day > today for day in days))
    ]
    if evidence.is_period_end:
        doubts.append(("so they end months", lambda days: sum(not _ends_month(d) for d in days)))
    elif evidence.is_traded:
        doubts.append(
            ("else some are on a weekend", lambda days: sum(d.weekday() >= _SATURDAY for d in days))
        )
    return doubts


def _ends_month(day: date) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]


def _two_orders(
    file_name: str, open_days: Sequence[tuple[str, Mapping[str, date]]]
) -> DataError:  # fmt: skip
    only: dict[str, str] = {}
    for text, found in open_days:
        only.setdefault(" or ".join(_ORDER_WORDS[order] for order in found), repr(text))
    return DataError(
        f"The file {file_name} writes its days in two orders.",
        facts={f"{words} only": text for words, text in list(only.items())[:3]},
        remedy="Write its days in one order, or say which holds with --dates dmy, mdy or ymd.",
    )


def _undecided(file_name: str, text: str, listed: Mapping[str, Sequence[date]]) -> DataError:
    return DataError(
        f"The file {file_name} does not say which part of its days is the month.",
        facts={
            "day": repr(text),
            **{_ORDER_WORDS[order]: days[0].isoformat() for order, days in listed.items()},
        },
        remedy=f"Say which it is with --dates {join_names(listed)}.",
    )

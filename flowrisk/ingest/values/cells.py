"""One cell of a file → a number or a day, under a reading that its column settled.

Pure; decides no meaning: which mark is the decimal one and which part of a day is the month is said
by ``columns``, never by the cell.
"""

from __future__ import annotations

import math
import re
from datetime import date, timedelta

from flowrisk.ingest.values.month_names import month_of

ORDERS = ("dmy", "mdy", "ymd")
"""The orders in which files write a day in figures."""
MARKS = (".", ",")
"""The marks that files put before decimals."""

_MISSING = frozenset({"", "-", "--", "—", "–", "n/a", "#n/a", "n.a.", "na", "nan", "null", "none"})
_CURRENCY_SIGNS = re.compile(r"[$€£¥]")
_TYPOGRAPHIC = str.maketrans({"’": "'", "ʼ": "'", "´": "'", "−": "-", "‐": "-"})
_LONGEST_NUMBER_COUNT = 64
_PLAIN = {
    mark: re.compile(
        rf"[+-]?(?:\d+{re.escape(mark)}?\d*|{re.escape(mark)}\d+)(?:[eE][+-]?\d{{1,3}})?"
    )
    for mark in MARKS
}
_GROUPED = {
    mark: re.compile(
        rf"[+-]?[1-9]\d{{0,2}}(?:(?:{re.escape(other)}\d{{3}})+|(?:'\d{{3}})+|(?: \d{{3}})+)"
        rf"(?:{re.escape(mark)}\d*)?"
    )
    for mark, other in (MARKS, MARKS[::-1])
}  # fmt: skip
_UNIT = re.compile(
    r"(?P<figures>[^A-Za-z]*\d[^A-Za-z]*?) ?"
    r"(?P<unit>k|m|mm|b|t|bn|mn|mln|mio|mrd|tsd|thousand|million|billion)\.?",
    re.IGNORECASE,
)
_UNITS = {
    "k": 1e3, "tsd": 1e3, "thousand": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "mln": 1e6, "mio": 1e6,
    "million": 1e6, "b": 1e9, "bn": 1e9, "mrd": 1e9, "billion": 1e9, "t": 1e12,
}  # fmt: skip
_THREE_DECIMALS = re.compile(r"-?\d+\.\d{3}")
_WRAPPED = re.compile(r'="(.*)"')
_TIME = r"(?:[T ,]+\d{1,2}:\d{2}.*)?"
_ISO = re.compile(rf"(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})(?:T.*|{_TIME})")
_KANJI = re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日")
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})")
_WORD = r"(?P<b>[^\W\d_]{3,10})"
_NAMED = (
    re.compile(rf"{_WORD}\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>\d{{4}}){_TIME}"),
    re.compile(rf"(?P<d>\d{{1,2}})[-/. ]+{_WORD}\.?[-/. ,]+(?P<y>\d{{4}}){_TIME}"),
    re.compile(rf"(?P<y>\d{{4}})[-/. ]{_WORD}[-/. ](?P<d>\d{{1,2}}){_TIME}"),
)  # fmt: skip
_NAMED_SHORT = re.compile(rf"(\d{{2}})[-/. ]{_WORD}[-/. ](\d{{2}})")
_FIGURES = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}")
_RUN = re.compile(r"(\d{2})(\d{2})(\d{4})")
_HEADER_UNITS = {
    **dict.fromkeys(("thousand", "thousands", "k", "tsd", "tausend", "ths"), 1e3),
    **dict.fromkeys(("million", "millions", "millionen", "mio", "mn", "mm", "mln", "m"), 1e6),
    **dict.fromkeys(("billion", "billions", "bn", "mrd", "milliarden"), 1e9),
}
_SAID_UNIT = re.compile(
    r"(?:[(\[][^)\]]*?|\bin (?:us\W?)?[$€£a-z]{0,4}\s*)(?<![a-z0-9])"
    r"(?P<unit>['’]?000s?|" + "|".join(sorted(_HEADER_UNITS, key=len, reverse=True)) + r")"
    r"\.?(?![a-z0-9])"
)
# days that a spreadsheet counts from the end of 1899: those of 2000 to 2099
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_SERIALS = range(36526, 73051)
_SERIAL_EPOCH = date(1899, 12, 30)
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2200
_CENTURY, _TURN = 2000, 70


def tidied(text: str | None) -> str:
    """Return text with every kind of blank (also NO-BREAK SPACE) as single inner spaces."""
    return " ".join((text or "").replace("\ufeff", "").split())


def unwrapped(text: str | None) -> str:
    """Return a tidied cell out of the wrapping ``="…"`` that keeps spreadsheets from reading it."""
    bare = tidied(text)
    match = _WRAPPED.fullmatch(bare)
    return tidied(match.group(1).replace('""', '"')) if match else bare


def written(value: object) -> str:
    """Return a value that is a number or a day already as a cell that has one reading only."""
    if value is None:
        return ""
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        text = repr(value)
        # three decimals could be a group of thousands
        return text + "0" if _THREE_DECIMALS.fullmatch(text) else text
    return tidied(str(value))


def is_missing(text: str | None) -> bool:
    """Tell whether a cell says "no value": blank, a dash, N/A, null, nan."""
    return tidied(text).casefold() in _MISSING


def number(text: str | None, decimal: str = ".", *, has_units: bool = False) -> float | None:
    """Return the number of a cell, None where the cell says "no value".

    Reads thousands groups of three (the other mark, apostrophe or blank), a currency sign, a
    closing ``%`` (the number stays in per cent), parentheses or a leading minus as negative, and
    with ``has_units`` the letters of ``30.00M`` or ``8,2 Mio.``.

    Args:
        text: the cell.
        decimal: the mark before the decimals, ``.`` or ``,``.
        has_units: whether letters may say thousands, millions or billions.

    Raises: ValueError where the cell is something else under this mark, infinities included.
    """
    bare = tidied(text)
    if bare.casefold() in _MISSING:
        return None
    figures, factor = _unit_of(bare) if has_units else (bare, 1.0)
    digits, is_negative = _bare_figures(figures)
    if digits in {"", "-", "--"}:
        return None
    if not fits(digits, decimal):
        raise ValueError(bare[:_LONGEST_NUMBER_COUNT])
    group = MARKS[1 - MARKS.index(decimal)]
    value = float(re.sub(rf"[{group}' ]", "", digits).replace(",", ".")) * factor
    if not math.isfinite(value):
        raise ValueError(bare)
    # 16,500.5K is a whole number of shares that no binary fraction may blur
    value = round(value, 6) if factor > 1 else value
    return -value if is_negative else value


def factor_of(header: str) -> float:
    """Return what the figures below a header count in, as it says in brackets or behind "in": 1,000
    for ``Shares (000s)`` or ``Bestand (Tsd.)``, 1,000,000 for ``Market Value (US$ m)``; else 1."""
    found = _SAID_UNIT.search(tidied(header).casefold())
    if found is None:
        return 1.0
    said = found["unit"].strip("'’. ")
    return 1e3 if said.startswith("000") else _HEADER_UNITS[said]


def fits(digits: str, decimal: str) -> bool:
    """Tell whether figures are a number under a decimal mark."""
    return bool(_PLAIN[decimal].fullmatch(digits) or _GROUPED[decimal].fullmatch(digits))


def marks_of(text: str) -> frozenset[str]:
    """Return the decimal marks under which a cell is a number; empty where the cell has no mark or
    is no number, so that it says nothing."""
    figures, _ = _unit_of(tidied(text))
    digits, _ = _bare_figures(figures)
    if not set(digits) & set(MARKS):
        return frozenset()
    return frozenset(mark for mark in MARKS if fits(digits, mark))


def day(text: str | None, order: str = "") -> date | None:
    """Return the day of a cell, None where it is missing or no day.

    Reads ISO (a time after it is cut off), ``20251118``, ``Nov 18, 2025``, ``18-Nov-2025``, months
    of other languages, and the number ``45979`` that a spreadsheet has for a day. Days in figures
    only are read in the order given, and else not.

    Args:
        text: the cell.
        order: ``dmy``, ``mdy`` or ``ymd``; empty = only days that have one reading.
    """
    bare = tidied(text)
    stated = _stated_day(bare)
    return stated or (days_of(bare).get(order) if order else None)


def days_of(text: str) -> dict[str, date]:
    """Return order → day for a cell whose day depends on the order; empty for any other cell."""
    bare = tidied(text)
    if _stated_day(bare):
        return {}
    match = _FIGURES.fullmatch(bare)
    if match:
        first, _, second, third = match.groups()
        return _readings(first, second, third)
    run = _RUN.fullmatch(bare)
    if run:
        return _readings(*run.groups())
    short = _NAMED_SHORT.fullmatch(bare)
    month = month_of(short.group("b")) if short else 0
    if short and month:
        first, third = short.group(1), short.group(3)
        found = {"dmy": _date(third, month, first), "ymd": _date(first, month, third)}
        return {order: made for order, made in found.items() if made}
    return {}


def _readings(first: str, second: str, third: str) -> dict[str, date]:
    found = {"dmy": _date(third, second, first), "mdy": _date(third, first, second)}
    if len(third) == len(first) == 2:  # noqa: PLR2004 - figures of a short year
        found["ymd"] = _date(first, second, third)
    return {order: made for order, made in found.items() if made}


def _stated_day(bare: str) -> date | None:
    for pattern in (_ISO, _COMPACT, _KANJI):
        match = pattern.fullmatch(bare)
        if match:
            return _date(match["y"], match["m"], match["d"])
    serial = _SERIAL.fullmatch(bare)
    if serial and int(serial.group(1)) in _SERIALS:
        return _SERIAL_EPOCH + timedelta(days=int(serial.group(1)))
    for pattern in _NAMED:
        match = pattern.fullmatch(bare)
        if match:
            return _date(match["y"], month_of(match["b"]), match["d"])
    return None


def _date(year: str, month: str | int, day_of_month: str) -> date | None:
    of_century = int(year)
    if len(year) == 2:  # noqa: PLR2004 - figures of a short year
        of_century += _CENTURY if of_century < _TURN else _CENTURY - 100
    if not _EARLIEST_YEAR <= of_century <= _LATEST_YEAR:
        return None
    try:
        return date(of_century, int(month), int(day_of_month))
    except ValueError:
        return None


def _unit_of(bare: str) -> tuple[str, float]:
    match = _UNIT.fullmatch(bare) if len(bare) <= _LONGEST_NUMBER_COUNT else None
    if match is None:
        return bare, 1.0
    return match["figures"], _UNITS[match["unit"].casefold()]


def _bare_figures(bare: str) -> tuple[str, bool]:
    """Return the figures of a number without signs of currency, and whether it is negative."""
    plain = bare.translate(_TYPOGRAPHIC)
    digits = _CURRENCY_SIGNS.sub("", plain, count=1).strip().removesuffix("%").strip()
    digits = digits.replace("- ", "-", 1)
    is_negative = digits.startswith("(") and digits.endswith(")")
    digits = digits.strip("()") if is_negative else digits
    if len(digits) > _LONGEST_NUMBER_COUNT or not digits.isascii():
        return "?", False
    return digits, is_negative

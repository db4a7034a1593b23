"""One cell of a file → a number or a day. Pure; decides no meaning and rescales nothing."""

from __future__ import annotations

import math
import re
from datetime import date

_MISSING = frozenset({"", "-", "--", "—", "–", "n/a", "#n/a", "n.a.", "na", "nan", "null", "none"})
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:(?:,\d{3})+|(?:'\d{3})+|(?: \d{3})+)(?:\.\d*)?")
_LONGEST_NUMBER_COUNT = 64
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = (
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?:[T ].*)?"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
    re.compile(r"(?P<b>[A-Za-z]{3,9})\.? (?P<d>\d{1,2}),? (?P<y>\d{4})"),
    re.compile(r"(?P<d>\d{1,2})[-/ ](?P<b>[A-Za-z]{3,9})\.?[-/ ,]+(?P<y>\d{4})"),
    re.compile(r"(?P<m>\d{1,2})[/-](?P<d>\d{1,2})[/-](?P<y>\d{4})(?: .*)?"),
    re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})"),
)
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2200


def tidied(text: str | None) -> str:
    """Return text with every kind of blank (also NO-BREAK SPACE) as single inner spaces."""
    return " ".join((text or "").replace("\ufeff", "").split())


def is_missing(text: str | None) -> bool:
    """Tell whether a cell says "no value": blank, a dash, N/A, null, nan."""
    return tidied(text).casefold() in _MISSING


def number(text: str | None) -> float | None:
    """Return the number of a cell, None where the cell says "no value".

    Reads a decimal point, thousands groups of three (comma, apostrophe or blank), ``$``, a closing
    ``%`` (the number stays in per cent), parentheses or a leading minus as negative.

    Raises: ValueError where the cell is something else, decimal commas and infinities included.
    """
    bare = tidied(text)
    if bare.casefold() in _MISSING:
        return None
    if len(bare) > _LONGEST_NUMBER_COUNT or not bare.isascii():
        raise ValueError(bare[:_LONGEST_NUMBER_COUNT])
    digits = bare.replace("$", "", 1).removesuffix("%").strip().replace("- ", "-", 1)
    is_negative = digits.startswith("(") and digits.endswith(")")
    digits = digits.strip("()") if is_negative else digits
    if digits in {"", "-", "--"}:
        return None
    if not (_PLAIN.fullmatch(digits) or _GROUPED.fullmatch(digits)):
        raise ValueError(bare)
    value = float(re.sub(r"[,' ]", "", digits))
    if not math.isfinite(value):
        raise ValueError(bare)
    return -value if is_negative else value


def day(text: str | None) -> date | None:
    """Return the day of a cell, None where it is missing or no day.

    Reads ISO (a time after it is cut off), ``20251118``, ``Nov 18, 2025``, ``18-Nov-2025``,
    ``18.11.2025`` and ``11/18/2025``. Slashes and hyphens between numbers are month first, as US
    issuers and the SEC write, unless only day first makes a date.
    """
    bare = tidied(text)
    for pattern in _DAYS:
        match = pattern.fullmatch(bare)
        if match:
            return _date_of(match.groupdict())
    return None


def _date_of(parts: dict[str, str]) -> date | None:
    name = parts.get("b", "").casefold()
    month = _month(name) if name else int(parts["m"])
    year, day_of_month = int(parts["y"]), int(parts["d"])
    if not name and month > len(_MONTHS) >= day_of_month:
        month, day_of_month = day_of_month, month
    if not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        return None
    try:
        return date(year, month, day_of_month)
    except ValueError:
        return None


def _month(name: str) -> int:
    """Return 1–12, or 0 where the word is no month."""
    if name[:3] not in _MONTHS:
        return 0
    return _MONTHS.index(name[:3]) + 1

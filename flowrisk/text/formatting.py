"""Numbers, names and dates as people read them; computes nothing."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from flowrisk.errors import printable

if TYPE_CHECKING:
    import datetime as dt

UNKNOWN = "–"
_INFLOW = "inflow "
# what rounds to nothing is neither more nor less
_NOTHING = "0"
_PERCENT = " %"
_SCALES = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "k"))
_SHARE_CLASS = re.compile(r"\s+(Class [A-Z]\b|Common|Ordinary|American Depositary).*$")
_CORPORATE_FORM = re.compile(
    r",?\s+(Inc|Corp|Corporation|Ltd|Limited|Plc|PLC|Co|Holdings Inc|Holdings Ltd|Group Corp)\.?$"
)


def money(amount_usd: float | None, *, is_signed: bool = False) -> str:
    """Return dollars in three figures or so: ``$2.80bn``, ``+$425m``, ``–`` for unknown."""
    if amount_usd is None:
        return UNKNOWN
    told = _scaled(abs(amount_usd))
    sign = "-" if amount_usd < 0 else "+" if is_signed and amount_usd > 0 else ""
    return f"{sign if told != _NOTHING else ''}${told}"


def flow(amount_usd: float | None) -> str:
    """Return a net outflow in dollars; one below 0 is an inflow: ``inflow $6.36bn``."""
    told = money(amount_usd)
    return f"{_INFLOW}{told[1:]}" if told.startswith("-") else told


def ranged(central: float, low: float, high: float, *, unit: str = "") -> str:
    """Return a figure with its ends on its own scale: ``$2.60bn (1.57–3.89)``; of an inflow the
    smaller end first."""
    if central < 0:
        return f"{_INFLOW}{ranged(-central, -high, -low, unit=unit)}"
    shown = f"{unit}{_scaled(central)}"
    if low == central == high:
        return shown
    scale = next((scale for scale, _ in _SCALES if central >= scale * 0.9995), 1.0)
    if not central:
        return f"{shown} ({_scaled(low)}–{_scaled(high)})"
    ends = (f"{end / scale:,.{_decimals(end / scale, scale)}f}" for end in (low, high))
    return f"{shown} ({'–'.join(ends)})"


def shares(count_shares: float | None) -> str:
    """Return a share count such as ``15.81m``."""
    if count_shares is None:
        return UNKNOWN
    told = _scaled(abs(count_shares))
    return f"{'-' if count_shares < 0 and told != _NOTHING else ''}{told}"


def days(number_days: float | None) -> str:
    """Return days with one decimal, or two below one day; ``< 0.01`` is little, not nothing."""
    if number_days is None:
        return UNKNOWN
    if 0 < number_days < 0.005:
        return "< 0.01"
    is_short = 0 < number_days < 0.995
    return f"{number_days:.2f}" if is_short else f"{number_days:.1f}"


def percent(ratio: float | None, *, decimals: int = 1) -> str:
    """Return a ratio (0-1) as a percentage; ``< 0.1 %`` is little, not nothing."""
    if ratio is None:
        return UNKNOWN
    least = 10.0**-decimals
    is_little = 0 < ratio * 100 < least / 2
    shown = f"< {least:.{decimals}f}" if is_little else f"{ratio * 100:.{decimals}f}"
    return f"{shown}{_PERCENT}"


def odds(ratio: float | None) -> str:
    """Return a probability (0-1) as a percentage; ``< 0.1 %`` and ``> 99.9 %`` are not certain."""
    return "> 99.9 %" if ratio is not None and 0.9995 < ratio < 1 else percent(ratio)


def points(ratio: float | None, *, decimals: int = 1) -> str:
    """Return a difference of two ratios (0-1) in percentage points, such as ``+7.7 pp``."""
    return UNKNOWN if ratio is None else f"{ratio * 100:+.{decimals}f} pp"


def change(ratio: float | None) -> str:
    """Return a relative change as ``+37 %``."""
    return UNKNOWN if ratio is None else f"{ratio * 100:+,.0f} %"


def coin_price(price_usd: float | None) -> str:
    """Return the price of a coin as ``$118,226``, with cents below a thousand dollars."""
    if price_usd is None:
        return UNKNOWN
    return f"${price_usd:,.2f}" if price_usd < 1_000 else f"${price_usd:,.0f}"


def without_legal_form(security_name: str) -> str:
    """Return a security's name without share class and corporate form."""
    name = _SHARE_CLASS.sub("", security_name)
    return _CORPORATE_FORM.sub("", name) or security_name


def _scaled(amount: float) -> str:
    for scale, word in _SCALES:
        if amount >= scale * 0.9995:
            value = amount / scale
            return f"{value:.{_decimals(value, scale)}f}{word}"
    return f"{amount:.0f}"


def _decimals(value: float, scale: float) -> int:
    """Return how many decimals a value of this scale shows."""
    if value >= 100 or scale == 1.0:
        return 0
    return 2 if scale >= 1e6 else 1


NAME_LENGTH = 48

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
            "eleven", "twelve")  # fmt: skip
_RAW_LENGTH = 400
_BPS = 10_000
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_TRAILING_ZEROS = re.compile(r"\.0+(?!\d)|(?<=\.[1-9])0+(?!\d)")

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


# a page names the same funds, companies and sources many times
@lru_cache(4096)
def name(raw: str | None, length: int = NAME_LENGTH) -> str:
    """Return a name fit to print: no control or direction marks, one line, not too long."""
    whole = " ".join(unmarked((raw or "")[:_RAW_LENGTH]).split())
    is_cut = len(whole) > length or len(raw or "") > _RAW_LENGTH
    return f"{whole[: length - 1].rstrip()}…" if is_cut else whole or UNKNOWN


def unmarked(raw: str) -> str:
    """Return text with a blank for each control or direction mark."""
    return printable(raw)


def company(raw: str | None) -> str:
    """Return a company's name fit to print, without share class and corporate form."""
    return name(without_legal_form(name(raw, _RAW_LENGTH)))


def day(date: dt.date | None) -> str:
    """Return a date as ``20 Nov 2025``, ``–`` for unknown."""
    return UNKNOWN if date is None else f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def with_readable_dates(sentence: str) -> str:
    """Return a sentence with its ISO dates as people write them."""
    return _ISO_DATE.sub(_as_day, sentence)


def month(date: dt.date) -> str:
    """Return a date's month as ``Nov 2025``."""
    return f"{_MONTHS[date.month - 1]} {date.year}"


def price(amount_usd: float | None) -> str:
    """Return a price per share as ``$177.13``."""
    return UNKNOWN if amount_usd is None else f"${amount_usd:,.2f}"


def multiple(number: float | None) -> str:
    """Return a multiple with two decimals, such as ``1.06×``."""
    return UNKNOWN if number is None else f"{number:,.2f}×"


def fall(impact_bps: float | None) -> str:
    """Return basis points as a percentage of the price, the size of a rise where below 0."""
    return percent(None if impact_bps is None else abs(impact_bps) / _BPS)


def extent(low: str, high: str, joiner: str = "–") -> str:
    """Return two formatted ends as one text, a per cent sign that trails both said once."""
    if low == high:
        return low
    is_percent = low.endswith(_PERCENT) and high.endswith(_PERCENT)
    return f"{low[: -len(_PERCENT)] if is_percent else low}{joiner}{high}"


def whole(number: float | None) -> str:
    """Return a number without decimals."""
    return UNKNOWN if number is None else f"{number:,.0f}"


def words(identifier: str | None) -> str:
    """Return an identifier such as ``decision_due`` as words."""
    return name(identifier).replace("_", " ")


def counted(number: int) -> str:
    """Return a count in words up to twelve, in figures beyond."""
    return _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"


def axis(shown: str) -> str:
    """Return a formatted figure without trailing zeros: ``$2bn`` for ``$2.00bn``."""
    return _TRAILING_ZEROS.sub("", shown)


def capitalized(sentence: str) -> str:
    """Return a sentence with its first letter in upper case."""
    return sentence[:1].upper() + sentence[1:]


def _as_day(match: re.Match[str]) -> str:
    year, month, day_of_month = match.groups()
    return f"{int(day_of_month)} {_MONTHS[int(month) - 1]} {year}"

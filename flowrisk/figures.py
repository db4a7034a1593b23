"""Numbers and names as people read them. Pure; computes nothing that is shown elsewhere."""

from __future__ import annotations

import re

UNKNOWN = "–"
_SCALES = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "k"))
_SHARE_CLASS = re.compile(r"\s+(Class [A-Z]\b|Common|Ordinary|American Depositary).*$")
_CORPORATE_FORM = re.compile(
    r",?\s+(Inc|Corp|Corporation|Ltd|Limited|Plc|PLC|Co|Holdings Inc|Holdings Ltd|Group Corp)\.?$"
)


def money(amount_usd: float | None, *, is_signed: bool = False) -> str:
    """Return dollars in three figures or so: ``$2.80bn``, ``+$425m``, ``–`` for unknown."""
    if amount_usd is None:
        return UNKNOWN
    sign = "-" if amount_usd < 0 else "+" if is_signed and amount_usd > 0 else ""
    return f"{sign}${_scaled(abs(amount_usd))}"


def shares(count_shares: float | None) -> str:
    """Return a share count such as ``15.81m``."""
    if count_shares is None:
        return UNKNOWN
    return f"{'-' if count_shares < 0 else ''}{_scaled(abs(count_shares))}"


def days(number_days: float | None) -> str:
    """Return days with one decimal, or two below one day."""
    if number_days is None:
        return UNKNOWN
    is_short = 0 < number_days < 0.995
    return f"{number_days:.2f}" if is_short else f"{number_days:.1f}"


def percent(ratio: float | None, *, decimals: int = 1) -> str:
    """Return a ratio (0-1) as a percentage; ``< 0.1 %`` is little, not nothing."""
    if ratio is None:
        return UNKNOWN
    least = 10.0**-decimals
    is_little = 0 < ratio * 100 < least / 2
    return f"< {least:.{decimals}f} %" if is_little else f"{ratio * 100:.{decimals}f} %"


def odds(ratio: float | None) -> str:
    """Return a probability (0-1) as a percentage; ``< 0.1 %`` and ``> 99.9 %`` are not certain."""
    return "> 99.9 %" if ratio is not None and 0.9995 < ratio < 1 else percent(ratio)


def points(ratio: float | None) -> str:
    """Return a difference of two ratios (0-1) as ``+7.7 points``, points of a percentage."""
    return UNKNOWN if ratio is None else f"{ratio * 100:+.1f} points"


def change(ratio: float | None) -> str:
    """Return a relative change as ``+37 %``."""
    return UNKNOWN if ratio is None else f"{ratio * 100:+,.0f} %"


def coin_price(price_usd: float | None) -> str:
    """Return the price of a coin as ``$118,226``, with cents below a thousand dollars."""
    if price_usd is None:
        return UNKNOWN
    return f"${price_usd:,.2f}" if price_usd < 1_000 else f"${price_usd:,.0f}"


def company(security_name: str) -> str:
    """Return a security's name without share class and corporate form."""
    name = _SHARE_CLASS.sub("", security_name)
    return _CORPORATE_FORM.sub("", name) or security_name


def _scaled(amount: float) -> str:
    for scale, word in _SCALES:
        if amount >= scale * 0.9995:
            value = amount / scale
            decimals = 2 if value < 100 and scale >= 1e6 else 1 if value < 100 else 0
            return f"{value:.{decimals}f}{word}"
    return f"{amount:.0f}"

"""Check digits of security identifiers. Pure: no file, no frame, no lookup.

An identifier that passes its check digit is well formed, not known to exist.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


_PLACEHOLDERS = frozenset({"", "-", "--", "—", "–", "N/A", "#N/A", "N.A."})
_ONLY_ZEROS = re.compile(r"0{6,}")
_PRINTED = re.compile(r"[\s-]+")
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
_CUSIP = re.compile(r"[A-Z0-9*@#]{8}[0-9]")
_SEDOL = re.compile(r"[B-DF-HJ-NP-TV-Z0-9]{6}[0-9]")
_FIGI = re.compile(r"[B-DF-HJ-NP-TV-Z0-9]{2}G[B-DF-HJ-NP-TV-Z0-9]{8}[0-9]")
_LEI = re.compile(r"[A-Z0-9]{18}[0-9]{2}")
_SEDOL_WEIGHTS = (1, 3, 1, 7, 3, 9)
_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*@#"
# tables of bytes, since a quarter of filings has a hundred thousand identifiers to check
_EXPANDED = {ord(character): str(value) for value, character in enumerate(_CHARACTERS)}


def _digit_sums(factor: int) -> bytes:
    """Return the sum of digits of each character's value times a factor, by character code."""
    values = {ord(character): factor * value for value, character in enumerate(_CHARACTERS)}
    return bytes(sum(divmod(values.get(code, 0), 10)) for code in range(256))


_ADDED, _DOUBLE_ADDED = _digit_sums(1), _digit_sums(2)
_CUSIP_LENGTH = 9
_SEDOL_LENGTH = 7


def cleaned(text: str | None) -> str | None:
    """Return an identifier in upper case without surrounding blanks; None where it says "missing".

    Missing are the empty text, dashes, ``N/A`` and six or more zeros (``000000000`` in CUSIP
    columns). ``NA`` stays: it is a ticker.
    """
    stripped = (text or "").replace("\u00a0", " ").strip().upper()
    if stripped in _PLACEHOLDERS or _ONLY_ZEROS.fullmatch(stripped):
        return None
    return stripped


def compact(text: str) -> str:
    """Return an identifier without the blanks and hyphens that it is printed with."""
    return _PRINTED.sub("", text)


def is_isin(text: str) -> bool:
    """Tell whether text is an ISIN: twelve characters, Luhn over letters as two digits.

    Source: ISO 6166, annex on the check digit.
    """
    if not _ISIN.fullmatch(text):
        return False
    return _luhn_sum(text.translate(_EXPANDED)) % 10 == 0


def is_cusip(text: str) -> bool:
    """Tell whether text is a CUSIP or CINS: nine characters, modulus 10 double-add-double.

    Source: ANSI X9.6.
    """
    return bool(_CUSIP.fullmatch(text)) and _double_add_double(text[:8]) == int(text[8])


def is_sedol(text: str) -> bool:
    """Tell whether text is a SEDOL: seven characters without vowels, weighted sum modulus 10.

    Source: London Stock Exchange, SEDOL Masterfile technical specification.
    """
    if not _SEDOL.fullmatch(text):
        return False
    values = (int(character, 36) for character in text[:6])
    total = sum(w * value for w, value in zip(_SEDOL_WEIGHTS, values, strict=True))
    return (total + int(text[6])) % 10 == 0


def is_figi(text: str) -> bool:
    """Tell whether text is a FIGI: twelve characters, modulus 10 double-add-double.

    Source: OMG, Financial Instrument Global Identifier specification, section on the check digit.
    """
    return bool(_FIGI.fullmatch(text)) and _double_add_double(text[:11]) == int(text[11])


def is_lei(text: str) -> bool:
    """Tell whether text is an LEI: twenty characters, remainder 1 modulo 97.

    Source: ISO 17442, check digits by ISO 7064 MOD 97-10.
    """
    if not _LEI.fullmatch(text):
        return False
    return int(text.translate(_EXPANDED)) % 97 == 1


def isin_of_cusip(cusip: str, country: str = "US") -> str | None:
    """Return the ISIN that a CUSIP forms with a country, or None where it forms none.

    Args:
        cusip: nine characters; a CINS (first character a letter) forms no US or CA ISIN.
        country: ``US`` or ``CA``; the CUSIP itself does not tell which of the two.
    """
    if country not in {"US", "CA"} or not cusip[:1].isdigit() or not cusip.isalnum():
        return None
    if not is_cusip(cusip):
        return None
    body = (country + cusip).translate(_EXPANDED)
    return f"{country}{cusip}{-_luhn_sum(body + '0') % 10}"


def valid(text: str | None, check: Callable[[str], bool]) -> tuple[str | None, str | None]:
    """Return (identifier, objection): the cleaned identifier where ``check`` accepts it.

    Blanks and hyphens inside, as in ``594972 40 8``, are left out. A CUSIP or SEDOL that a
    spreadsheet robbed of its leading zeros is restored when the restored text passes its check
    digit, and the objection says so. A refused identifier is None.
    """
    identifier = cleaned(text)
    if identifier is None or check(identifier):
        return identifier, None
    if check(compact(identifier)):
        return compact(identifier), None
    name = check.__name__.removeprefix("is_")
    length = {"cusip": _CUSIP_LENGTH, "sedol": _SEDOL_LENGTH}.get(name, 0)
    restored = identifier.zfill(length)
    if len(identifier) >= length - 3 and identifier.isdigit() and check(restored):
        return restored, f"{name} {identifier} lacked its leading zeros"
    return None, f"{name} {identifier[:40]} fails its check digit"


def _luhn_sum(digits: str) -> int:
    places = digits.encode()
    return sum(places[-1::-2].translate(_ADDED)) + sum(places[-2::-2].translate(_DOUBLE_ADDED))


def _double_add_double(body: str) -> int:
    places = body.encode()
    return -(sum(places[::2].translate(_ADDED)) + sum(places[1::2].translate(_DOUBLE_ADDED))) % 10

"""Names of months in the languages that issuers publish in → 1 to 12.

Source: Unicode CLDR, names and abbreviations of months of en, de, fr, it, es, pt, nl. A word must
be one of these as a whole: the first letters of a word of another language mean nothing here.
"""

from __future__ import annotations

_NAMES = (
    "january jan januar jänner jän janvier janv gennaio gen enero ene janeiro januari",
    "february feb februar feber février févr fevrier fevr febbraio febrero fevereiro fev februari",
    "march mar märz mär maerz mrz mars marzo março marco maart mrt",
    "april apr avril avr aprile abril abr",
    "may mai maggio mag mayo maio mei",
    "june jun juni juin giugno giu junio junho",
    "july jul juli juillet juil luglio lug julio julho",
    "august aug août aout agosto ago augustus",
    "september sep sept septembre settembre set septiembre setembro",
    "october oct oktober okt octobre ottobre ott octubre outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre déc decembre dicembre dic diciembre dezembro",
)
_MONTHS = {name: month for month, names in enumerate(_NAMES, start=1) for name in names.split()}


def month_of(name: str) -> int:
    """Return 1-12, or 0 where the word is no month of these languages."""
    return _MONTHS.get(name.casefold(), 0)

"""Names of exchanges and countries as issuers print them → market identifier and country codes.

``exchange_names.csv`` has the names, with a currency where that alone tells markets of one name
apart; ``markets.csv`` each market's country and the codes that terminals (``3350 JT``) and websites
(``3350.T``) write behind a ticker. Source: ISO 10383 (market identifier codes) and ISO 3166-1.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


def _rows(name: str) -> list[list[str]]:
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


_MARKETS = _rows("markets")
_MIC_OF_SUFFIX = {code: mic for mic, _, codes, _ in _MARKETS for code in codes.split()}
_MIC_OF_ENDING = {code: mic for mic, _, _, codes in _MARKETS for code in codes.split()}
COUNTRY_OF_MIC = {mic: country for mic, country, _, _ in _MARKETS}
"""The country of each market, as the ISINs of its own companies begin; ``US`` is any US market."""
_RIC_MICS = frozenset({"XNAS", "XNYS"})
_DECIMAL = re.compile(r"\d+\.0")
_COUNTRIES = {
    "united states": "US", "usa": "US", "us": "US", "vereinigte staaten": "US",
    "stati uniti": "US", "états-unis": "US", "canada": "CA", "kanada": "CA", "ca": "CA",
}  # fmt: skip


def mic_of_exchange(name: str, currency: str = "") -> str | None:
    """Return the market identifier code of an exchange as printed, None where not known."""
    named = _mics_of_names()
    folded = name.casefold()
    return named.get((folded, "")) or named.get((folded, currency.upper()))


@cache
def _mics_of_names() -> dict[tuple[str, str], str]:
    return {(name, currency): mic for name, currency, mic in _rows("exchange_names")}


def ticker_and_mic(ticker: str, stated_mic: str | None = None) -> tuple[str, str | None]:
    """Split a ticker from the exchange that a terminal or a website writes behind it.

    ``RKLB UQ`` → (``RKLB``, ``XNAS``), ``3350.T`` → (``3350``, ``XTKS``); a number that a
    spreadsheet made a decimal, ``3350.0``, is the number. ``US`` names no single market. A suffix
    that could be a share class (``BRK.B``) counts only where the row names that exchange itself.
    """
    if _DECIMAL.fullmatch(ticker):
        return ticker.split(".", maxsplit=1)[0], None
    symbol, _, suffix = ticker.rpartition(" ")
    if symbol and suffix in {"EQUITY", "INDEX"}:
        return ticker_and_mic(symbol, stated_mic)
    if symbol and suffix.upper() in _MIC_OF_SUFFIX:
        return symbol, _single(_MIC_OF_SUFFIX[suffix.upper()])
    symbol, _, suffix = ticker.rpartition(".")
    mic = _MIC_OF_ENDING.get(suffix.upper(), "")
    is_class = len(suffix) == 1 and not symbol[:1].isdigit() and mic not in {stated_mic, *_RIC_MICS}
    if not symbol or suffix.upper() not in _MIC_OF_ENDING or is_class:
        return ticker, None
    return symbol, _single(mic)


def _single(mic: str) -> str | None:
    return None if mic == "US" else mic


def country_of_name(name: str) -> str | None:
    """Return ``US`` or ``CA``, the countries that share the CUSIP system; None for others."""
    return _COUNTRIES.get(name.casefold())

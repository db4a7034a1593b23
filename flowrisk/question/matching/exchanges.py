"""Names of exchanges and countries as issuers print them → market identifier and country codes.

Source: ISO 10383 (market identifier codes) and ISO 3166-1; a name that fits several markets maps
to none unless the trading currency settles it.
"""

from __future__ import annotations

import re

_MIC_OF_EXCHANGE = {
    "nasdaq": "XNAS",
    "new york stock exchange inc.": "XNYS",
    "nyse": "XNYS",
    "nyse mkt llc": "XASE",
    "nyse american": "XASE",
    "nyse arca": "ARCX",
    "cboe bzx": "BATS",
    "cboe bzx formerly known as bats": "BATS",
    "toronto stock exchange": "XTSE",
    "tsx venture exchange": "XTSX",
    "bolsa mexicana de valores": "XMEX",
    "xbsp": "BVMF",
    "b3": "BVMF",
    "santiago stock exchange": "XSGO",
    "bolsa de valores de colombia": "XBOG",
    "bolsa de valores de lima": "XLIM",
    "london stock exchange": "XLON",
    "irish stock exchange - all market": "XDUB",
    "nyse euronext - euronext paris": "XPAR",
    "euronext paris": "XPAR",
    "euronext amsterdam": "XAMS",
    "nyse euronext - euronext brussels": "XBRU",
    "euronext brussels": "XBRU",
    "nyse euronext - euronext lisbon": "XLIS",
    "euronext lisbon": "XLIS",
    "xetra": "XETR",
    "deutsche boerse xetra": "XETR",
    "six swiss exchange": "XSWX",
    "six swiss exchange ag": "XSWX",
    "wiener boerse ag": "XWBO",
    "borsa italiana": "XMIL",
    "bolsa de madrid": "XMAD",
    "omx nordic exchange copenhagen a/s": "XCSE",
    "nasdaq omx helsinki ltd.": "XHEL",
    "oslo bors asa": "XOSL",
    "warsaw stock exchange/equities/main market": "XWAR",
    "prague stock exchange": "XPRA",
    "budapest stock exchange": "XBUD",
    "athens exchange s.a. cash market": "XATH",
    "istanbul stock exchange": "XIST",
    "johannesburg stock exchange": "XJSE",
    "egyptian exchange": "XCAI",
    "tel aviv stock exchange": "XTAE",
    "saudi stock exchange": "XSAU",
    "qatar exchange": "DSMD",
    "abu dhabi securities exchange": "XADS",
    "dubai financial market": "XDFM",
    "kuwait stock exchange": "XKUW",
    "tokyo stock exchange": "XTKS",
    "hong kong exchanges and clearing ltd": "XHKG",
    "shanghai stock exchange": "XSHG",
    "shenzhen stock exchange": "XSHE",
    "taiwan stock exchange": "XTAI",
    "gretai securities market": "ROCO",
    "korea exchange (stock market)": "XKRX",
    "korea exchange (kosdaq)": "XKOS",
    "national stock exchange of india": "XNSE",
    "bse ltd": "XBOM",
    "singapore exchange": "XSES",
    "bursa malaysia": "XKLS",
    "stock exchange of thailand": "XBKK",
    "indonesia stock exchange": "XIDX",
    "philippine stock exchange inc.": "XPHS",
    "asx - all markets": "XASX",
    "new zealand exchange ltd": "XNZE",
}
_MIC_BY_CURRENCY = {
    ("nasdaq omx nordic", "SEK"): "XSTO",
    ("nasdaq omx nordic", "DKK"): "XCSE",
    ("nasdaq omx nordic", "EUR"): "XHEL",
    ("nasdaq omx nordic", "ISK"): "XICE",
}
_MIC_OF_SUFFIX = {
    "UQ": "XNAS",
    "UW": "XNAS",
    "UR": "XNAS",
    "UN": "XNYS",
    "UA": "XASE",
    "UP": "ARCX",
    "UF": "BATS",
    "CT": "XTSE",
    "CN": "XTSE",
    "LN": "XLON",
    "FP": "XPAR",
    "NA": "XAMS",
    "BB": "XBRU",
    "GY": "XETR",
    "SE": "XSWX",
    "SS": "XSTO",
    "DC": "XCSE",
    "FH": "XHEL",
    "NO": "XOSL",
    "JT": "XTKS",
    "JP": "XTKS",
    "HK": "XHKG",
    "SP": "XSES",
    "AT": "XASX",
    "AU": "XASX",
    "TT": "XTAI",
    "IT": "XTAE",
    "SJ": "XJSE",
    "US": None,
}
_MIC_OF_ENDING = {
    "T": "XTKS", "HK": "XHKG", "SZ": "XSHE", "SS": "XSHG", "KS": "XKRX", "KQ": "XKOS",
    "TW": "XTAI", "TWO": "ROCO", "L": "XLON", "DE": "XETR", "PA": "XPAR", "AS": "XAMS",
    "BR": "XBRU", "LS": "XLIS", "MI": "XMIL", "MC": "XMAD", "SW": "XSWX", "VI": "XWBO",
    "ST": "XSTO", "CO": "XCSE", "HE": "XHEL", "OL": "XOSL", "WA": "XWAR", "TO": "XTSE",
    "V": "XTSX", "AX": "XASX", "NZ": "XNZE", "SI": "XSES", "KL": "XKLS", "BK": "XBKK",
    "JK": "XIDX", "NS": "XNSE", "BO": "XBOM", "SA": "BVMF", "MX": "XMEX", "TA": "XTAE",
    "JO": "XJSE", "IR": "XDUB", "O": "XNAS", "OQ": "XNAS", "N": "XNYS", "US": "",
}  # fmt: skip
COUNTRY_OF_MIC = {
    **dict.fromkeys(
        ("XNAS", "XNYS", "XASE", "ARCX", "BATS", "IEXG", "XNGS", "XNMS", "XNCM", "US"), "US"
    ),
    "XTSE": "CA", "XTSX": "CA", "XMEX": "MX", "BVMF": "BR", "XSGO": "CL", "XBOG": "CO",
    "XLIM": "PE", "XLON": "GB", "XDUB": "IE", "XPAR": "FR", "XAMS": "NL", "XBRU": "BE",
    "XLIS": "PT", "XETR": "DE", "XSWX": "CH", "XWBO": "AT", "XMIL": "IT", "XMAD": "ES",
    "XCSE": "DK", "XHEL": "FI", "XOSL": "NO", "XSTO": "SE", "XICE": "IS", "XWAR": "PL",
    "XPRA": "CZ", "XBUD": "HU", "XATH": "GR", "XIST": "TR", "XJSE": "ZA", "XCAI": "EG",
    "XTAE": "IL", "XSAU": "SA", "DSMD": "QA", "XADS": "AE", "XDFM": "AE", "XKUW": "KW",
    "XTKS": "JP", "XHKG": "HK", "XSHG": "CN", "XSHE": "CN", "XTAI": "TW", "ROCO": "TW",
    "XKRX": "KR", "XKOS": "KR", "XNSE": "IN", "XBOM": "IN", "XSES": "SG", "XKLS": "MY",
    "XBKK": "TH", "XIDX": "ID", "XPHS": "PH", "XASX": "AU", "XNZE": "NZ",
}  # fmt: skip
"""The country of each market, as the ISINs of its own companies begin."""
_RIC_MICS = frozenset({"XNAS", "XNYS"})
_DECIMAL = re.compile(r"\d+\.0")
_COUNTRIES = {
    "united states": "US", "usa": "US", "us": "US", "vereinigte staaten": "US",
    "stati uniti": "US", "états-unis": "US", "canada": "CA", "kanada": "CA", "ca": "CA",
}  # fmt: skip


def mic_of_exchange(name: str, currency: str = "") -> str | None:
    """Return the market identifier code of an exchange as printed, None where not known."""
    folded = name.casefold()
    return _MIC_OF_EXCHANGE.get(folded) or _MIC_BY_CURRENCY.get((folded, currency.upper()))


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
        return symbol, _MIC_OF_SUFFIX[suffix.upper()]
    symbol, _, suffix = ticker.rpartition(".")
    mic = _MIC_OF_ENDING.get(suffix.upper(), "")
    is_class = len(suffix) == 1 and not symbol[:1].isdigit() and mic not in {stated_mic, *_RIC_MICS}
    if not symbol or suffix.upper() not in _MIC_OF_ENDING or is_class:
        return ticker, None
    return symbol, mic or None


def country_of_name(name: str) -> str | None:
    """Return ``US`` or ``CA``, the countries that share the CUSIP system; None for others."""
    return _COUNTRIES.get(name.casefold())

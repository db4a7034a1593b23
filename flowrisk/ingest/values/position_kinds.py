"""What a position is, from the words a source uses: its asset class, else the name itself.

Owns the word lists. A word list can only move a position out of ``equity``, where it would be
summed as shares; what no list recognises keeps the kind that the source implies.
"""

from __future__ import annotations

import re

_BY_CLASS = {
    "equity": "equity equities common stock stocks ordinary share shares reit estate adr gdr "
    "depositary depository stapled mlp partnership "
    "aktien aktie azionario azioni azione actions action acciones",
    "preferred": "preferred preference",
    "derivative": "future futures forward forwards fx swap swaps option options warrant warrants "
    "right rights cvr derivative derivatives",
    "debt": "bond bonds debt note notes treasury bill fixed loan loans mortgage municipal "
    "corporate government securitized anleihen anleihe obbligazionario obbligazioni "
    "obligations obligation renten",
    "fund": "fund funds etf etfs money companies fonds fondi",
    "cash": "cash currency collateral margins repo repurchase liquidität liquidità liquidités "
    "contanti barmittel",
}
_CLASS_ORDER = ("cash", "derivative", "preferred", "fund", "debt", "equity")
_CASH_NAMES = (
    r"^(?:[a-z]{3} )?cash$|\bcash collateral\b|\bcash (?:component|offset|balance)\b|"
    r"^(?:us|u\.s\.|hong kong|canadian|australian|singapore|new zealand|taiwan) dollar\b|"
    r"^(?:euro|pound sterling|japanese yen|swiss franc)$|\bcurrency$"
)
_DERIVATIVE_NAMES = (
    r"^contra\b|\bcontingent value\b|(?<!^)\b(?:cvr|warrants?|wts?|rights|rts|fut|futures|"
    r"e-?mini|swap|trs|call option|put option)\b|\*?\bw exp\b"
)
_FUND_NAMES = (
    r"\b(?:etfs?|ishares|spdr|ucits|money market|liquidity f\w*|(?:cash|csh) (?:man\w*|fn?d)|"
    r"(?:trsy|treasury|govt?|government) (?:oblig\w*|cash|port\w*|money|fund|sl agency)|"
    r"(?:mutual|index) f(?:un)?ds?|exch\w*[ -]traded|proshares|"
    r"vanguard (?:\w+ ){1,2}f(?:un)?ds?|"
    r"(?:wisdomtree|schwab strategic|invesco qqq) tr(?:ust)?)\b"
)
_PREFERRED_NAMES = r"(?<!^)\b(?:pfd|preferred|preference|pref conv|conv pref|perp(?:etual)? stk)\b"
_NAME_PATTERNS = {
    "cash": re.compile(_CASH_NAMES, re.IGNORECASE),
    "derivative": re.compile(_DERIVATIVE_NAMES, re.IGNORECASE),
    "fund": re.compile(_FUND_NAMES, re.IGNORECASE),
    "preferred": re.compile(_PREFERRED_NAMES, re.IGNORECASE),
}
_NAME_KINDS_OF_LISTED = frozenset({"derivative", "fund"})


def kind_of_class(asset_class: str) -> str | None:
    """Return the kind that an asset class names, None where the words are unknown.

    Money market funds are funds; cash collateral and margins are cash; rights, warrants and
    contingent value rights are derivatives.
    """
    words = set(re.findall(r"[^\W\d_]+", asset_class.casefold()))
    known = (kind for kind in _CLASS_ORDER if words & set(_BY_CLASS[kind].split()))
    return next(known, None)


def kind_of_name(name: str) -> str | None:
    """Return the kind that a name gives away, None where it does not."""
    return next((kind for kind, pattern in _NAME_PATTERNS.items() if pattern.search(name)), None)


def kind_of_listed(asset_class: str, name: str) -> str:
    """Return the kind of a row that states an asset class, or of one that states none.

    An asset class decides, except that equity whose name is a right, a warrant or a fund is that;
    a preferred share that the source calls equity stays equity (it is one in many markets).
    Without a class the name decides, else equity; an unknown class is ``other``.
    """
    by_name = kind_of_name(name)
    if not asset_class:
        return by_name or "equity"
    stated = kind_of_class(asset_class) or "other"
    return by_name if stated == "equity" and by_name in _NAME_KINDS_OF_LISTED else stated


def kind_of_entry(name: str, title: str, *, option: str | None, is_principal: bool) -> str:
    """Return the kind of a 13F entry: options and principal amounts first, then its words."""
    if option:
        return "derivative"
    if is_principal:
        return "debt"
    return kind_of_name(f"{name} | {title}") or "equity"

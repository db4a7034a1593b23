"""Which security a name means: ticker, ISIN, CUSIP, SEDOL, FIGI, LEI, RIC, Bloomberg form or name.

Owns the matching against what the data knows; what kinds of text stand for an exchange is
``exchanges``. A name that fits two securities is refused with both.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from flowrisk.domain import KnownSecurity
from flowrisk.engines.composing import own_name
from flowrisk.errors import QuestionError, join_names, nearest
from flowrisk.question.matching.exchanges import COUNTRY_OF_MIC, ticker_and_mic

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flowrisk.dataset.warehouse import Warehouse

_US = tuple(mic for mic, country in COUNTRY_OF_MIC.items() if country == "US")
_CUSIP = slice(2, 11)
_LEAST_PART = 3


class Names(list[KnownSecurity]):
    """The securities of a dataset; their other names are looked up once one is asked for."""

    store: Warehouse | None = None

    @cached_property
    def identifiers(self) -> dict[str, set[str]]:
        """Security ids by identifier, whenever it was valid."""
        found: dict[str, set[str]] = {}
        if self.store is None:
            return found
        self.store.define(["staging.security_identifiers"])
        rows = self.store.engine.rows("select value, security_id from staging.security_identifiers")
        for value, security_id in rows:
            found.setdefault(str(value).upper(), set()).add(str(security_id))
        return found

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of securities as words, by id."""
        if self.store is None:
            return {}
        rows = self.store.engine.rows("select security_id, security_name from staging.securities")
        return {str(security_id): _words(name) for security_id, name in rows}


def known(store: Warehouse) -> Names:
    """Return the securities of a dataset."""
    store.define(["staging.securities"])
    columns = ", ".join(map(own_name, KnownSecurity._fields))
    rows = store.engine.rows(f"select {columns} from staging.securities order by 1")
    found = Names(KnownSecurity._make(row) for row in rows)
    found.store = store
    return found


def match(name: str, securities: Sequence[KnownSecurity], *, is_excludable: bool) -> str:
    """Return the security_id that a name means; ``. - /`` in tickers count as the same.

    Args:
        is_excludable: refuse a preferred share: no index deletion hits it.

    Raises: QuestionError for an unknown name, with the nearest, or one of several securities.
    """
    found = [
        each
        for each in securities
        if name.upper() == each.security_id.upper() or plain(name) == plain(each.ticker)
    ]
    if not found and isinstance(securities, Names):
        found = _otherwise(name, securities)
    if len(found) > 1:
        raise QuestionError(
            f"'{name}' names more than one security.",
            facts={"securities": join_names(f"{each.ticker} {each.security_id}" for each in found)},
            remedy="Give the ISIN instead.",
        )
    if not found:
        raise _unknown(name, securities)
    if is_excludable:
        _refuse_preferred(found[0], securities)
    return found[0].security_id


def _otherwise(name: str, securities: Names) -> list[KnownSecurity]:
    """Return what an identifier, a listing or a name means, the first of these that fits."""
    text = name.strip().upper()
    ids = set(securities.identifiers.get(text, ()))
    ids |= {each.security_id for each in securities
            if len(text) == _CUSIP.stop - _CUSIP.start and each.security_id[_CUSIP] == text
            and each.security_id[:2] in {"US", "CA"}}  # fmt: skip
    ids = ids or _listed(text, securities)
    if not ids:
        words = _words(name)
        ids = {key for key, known in securities.names.items() if known == words}
        if not ids and len(words) >= _LEAST_PART:
            ids = {key for key, known in securities.names.items() if known.startswith(f"{words} ")}
    found = [each for each in securities if each.security_id in ids]
    # of an issuer's papers a name means the common share
    common = [each for each in found if each.share_class != "preferred"]
    return common or found


def _listed(text: str, securities: Names) -> set[str]:
    """Return the securities of a ticker with an exchange, as a terminal or a website writes it."""
    ticker, mic = ticker_and_mic(text)
    is_us = text.split(" ")[1:2] == ["US"]
    letters = plain(ticker).lstrip("0") if ticker.isdigit() else plain(ticker)
    mics = (mic,) if mic not in {*_US, None} else _US
    stated = {owner for each in mics for owner in
              securities.identifiers.get(f"{each}:{ticker}", ())}  # fmt: skip
    if stated or (ticker == text and not ticker.isdigit()):
        return stated
    country = COUNTRY_OF_MIC.get(mic or ("US" if is_us else ""))
    return {
        each.security_id
        for each in securities
        if plain(each.ticker).lstrip("0" if ticker.isdigit() else "") == letters
        and country in {None, each.country}
    }


def _unknown(name: str, securities: Sequence[KnownSecurity]) -> QuestionError:
    facts: dict[str, object] = {"securities in the data": len(securities)}
    words = securities.names if isinstance(securities, Names) else {}
    by_name = {words[each.security_id]: each.ticker for each in securities
               if each.security_id in words}  # fmt: skip
    close = nearest(name, [each.ticker for each in securities])
    if close is None and (called := nearest(_words(name), by_name)):
        close = f"{by_name[called]} ({called})"
    if close:
        facts["nearest"] = close
    return QuestionError(
        f"No security in the data has the ticker, identifier or name '{name}'.",
        facts=facts,
        remedy="'flowrisk list securities' names them; 'flowrisk add security' adds one.",
    )


def _refuse_preferred(named: KnownSecurity, securities: Iterable[KnownSecurity]) -> None:
    if named.share_class != "preferred":
        return
    common = [
        each.ticker
        for each in securities
        if each.issuer_id == named.issuer_id and each.share_class != "preferred"
    ]
    raise QuestionError(
        f"'{named.ticker}' is a preferred share; an index deletion hits the listed common share.",
        facts={"common shares of the issuer": join_names(common)},
        remedy="Ask about the common share.",
    )


def plain(ticker: str | None) -> str:
    """Return a ticker in the letters by which it is compared."""
    return "".join(c for c in (ticker or "").upper() if c not in ".-/ ")


def _words(name: object) -> str:
    return " ".join(re.findall(r"[^\W_]+", str(name).casefold()))

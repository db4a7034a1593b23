"""Prices against what the dataset knows of the same security, before they replace anything.

A series that is off by a factor is in another currency or not adjusted for a split: refused.
Volumes of one venue, in dollars or in round lots are left out, and those known stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from flowrisk.engines.composing import literal
from flowrisk.errors import DataError
from flowrisk.ingest.prices.contradictions import contradictions
from flowrisk.ingest.sql_steps import define
from flowrisk.question.matching.exchanges import ticker_and_mic

if TYPE_CHECKING:
    from flowrisk.engines.bulk import Bulk


_NO_CURRENCY = "X" * 3  # ISO 4217: no currency involved
_UNSTATED = frozenset({"USD", _NO_CURRENCY, ""})
_DOUBTED = "create or replace table ingest.prices_doubted (stated_as varchar, reason varchar)"
_KEEP_VOLUMES = """
    update ingest.prices_taken set volume_shares = known.volume_shares
    from data.prices as known
    where prices_taken.kind = 'security' and prices_taken.volume_shares is null
      and prices_taken.security_id = known.security_id
      and prices_taken.priced_on = known.priced_on
"""
_NO_VOLUMES = """
    update ingest.prices_taken set volume_shares = null
    where kind = ? and security_id = ?
"""
_VOLUME_WORDS = {
    "volume_is_in_dollars": "are dollars, not shares",
    "volume_is_in_round_lots": "are round lots, not shares",
    "volume_is_partial": "are a part of those known, as of a single venue",
}
_FEW_SHARE = 0.1
_LEAST_DAYS = 5


def bind(bulk: Bulk, *, splits: str) -> None:
    """Create ``ingest.price_hints``, one row: how the user says that splits are to be read."""
    bulk.define(
        "ingest.price_hints", f"select {literal(splits or None)}::varchar as splits", is_table=True
    )


def known_closes(bulk: Bulk) -> Callable[[str], Mapping[date, float]]:
    """Return a function from any name of a security or coin to its known closes by day."""

    def closes(name: str) -> dict[date, float]:
        define(bulk, "names_known", "closes_known")
        symbol, mic = ticker_and_mic(name.upper())
        rows = bulk.rows(
            "select known.priced_on, known.close from ingest.closes_known as known "
            "inner join ingest.names_known as names on known.kind = names.kind "
            "and known.security_id = names.security_id "
            "where names.name in (?, ?, ?, split_part(ingest.ticker_key('US', ?), ':', 2))",
            [name, name.upper(), f"{mic}:{symbol}", symbol],
        )
        return {day: float(str(close)) for day, close in rows if isinstance(day, date)}

    return closes


def review(bulk: Bulk, *, is_replacing: bool) -> tuple[str, ...]:
    """Take out of ``ingest.prices_taken`` what contradicts the prices known, and say so.

    Args:
        is_replacing: take closes that differ by a factor all the same.

    Raises: DataError where prices were read and none can be taken.
    """
    bulk.run(_DOUBTED)
    taken = bulk.frame("select *, close_usd as close from ingest.prices_taken")
    notes = _split_notes(bulk)
    if not taken.is_empty():
        define(bulk, "closes_known")
        known = bulk.frame("select * from ingest.closes_known")
        rows = bulk.rows("select security_id, currency from data.securities")
        currencies = {str(row[0]): row[1] for row in rows}
        for (kind, security_id), series in taken.group_by(
            "kind", "security_id", maintain_order=True
        ):
            reference = known.filter(pl.col("kind") == kind, pl.col("security_id") == security_id)
            compared = _Compared(str(kind), str(security_id), series, reference)
            currency = str(currencies.get(str(security_id)) or "") if kind == "security" else ""
            notes += compared.judged(bulk, currency, is_replacing=is_replacing)
        bulk.run(_KEEP_VOLUMES)
    _refuse_nothing(bulk)
    return tuple(notes)


class _Compared:
    """One series beside the prices known of the same security or coin."""

    def __init__(
        self, kind: str, security_id: str, series: pl.DataFrame, reference: pl.DataFrame
    ) -> None:
        self.key = [kind, security_id]
        self.series = series.select("priced_on", "close", "volume_shares", "is_currency_stated")
        self.reference = reference.select("priced_on", "close", "volume_shares")
        self.stated_as = str(series["stated_as"][0])
        self.both = self.series.join(self.reference, on="priced_on", suffix="_known")

    def judged(self, bulk: Bulk, currency: str, *, is_replacing: bool) -> list[str]:
        """Take out what cannot be; return what is said of it."""
        found = contradictions(self.series, self.reference)
        if "close_differs_by_a_factor" in found and not is_replacing:
            return [self._doubt(bulk, "close_differs_from_known", self._factor())]
        is_stated = bool(self.series["is_currency_stated"].all())
        if currency not in _UNSTATED and not is_stated and self.both.is_empty():
            told = f"it trades in {currency}, and the file states no currency (--currency USD)"
            return [self._doubt(bulk, "price_currency_not_stated", told)]
        for slug, words in _VOLUME_WORDS.items():
            if slug in found:
                bulk.run(_NO_VOLUMES, self.key)
                return [f"volumes of {self.stated_as} {words}: they are left out, those known stay"]
        return self._few_volumes()

    def _doubt(self, bulk: Bulk, reason: str, told: str) -> str:
        bulk.run("delete from ingest.prices_taken where kind = ? and security_id = ?", self.key)
        bulk.insert("ingest.prices_doubted", [(self.stated_as, reason)])
        return f"prices of {self.stated_as} are refused: {told}"

    def _factor(self) -> str:
        row: dict[str, Any] = self.both.sort("priced_on").row(-1, named=True)
        return (
            f"on {row['priced_on']} the file has {row['close']:,.6g}, known is "
            f"{row['close_known']:,.6g}; another currency or split? --replace takes them anyway"
        )

    def _few_volumes(self) -> list[str]:
        money = (
            (frame["close"] * frame["volume_shares"]).drop_nulls()
            for frame in (self.series, self.reference)
        )
        own, usual = money
        if min(own.len(), usual.len()) < _LEAST_DAYS or self.both.height >= _LEAST_DAYS:
            return []
        own_median, usual_median = own.median(), usual.median()
        if not isinstance(own_median, float) or not isinstance(usual_median, float):
            return []
        if own_median >= _FEW_SHARE * usual_median:
            return []
        share = f"{own_median / usual_median:.1%}"
        told = f"volumes of {self.stated_as} are {share} of those known on other days, in money"
        return [f"{told}: of a single venue?"]


def _split_notes(bulk: Bulk) -> list[str]:
    rows = bulk.rows(
        "select security_id, effective_on, split_ratio, reason, is_raw from ingest.splits_read "
        "order by security_id, effective_on"
    )
    notes = []
    for security_id, effective_on, ratio, reason, is_raw in rows:
        how = f"not adjusted: divided by {ratio:g}" if is_raw else "adjusted already"
        notes.append(
            f"closes of {security_id} before its split of {effective_on} are read as {how} "
            f"({reason}; --splits raw or adjusted settles it)"
        )
    return notes


def _refuse_nothing(bulk: Bulk) -> None:
    read = bulk.rows(
        "select security, currency, count(*) from parsed.prices group by all order by 1"
    )
    if not read or bulk.count(
        "select (select count(*) from ingest.prices_taken) + "
        "(select count(*) from ingest.reports_taken)"
    ):
        return
    rows = bulk.rows("select stated_as, reason from ingest.prices_doubted")
    doubted = {str(row[0]): str(row[1]) for row in rows}
    facts = {}
    for security, currency, count in read:
        unknown = "not a security of the dataset"
        reason = (
            f"in {currency}"
            if currency not in {None, "USD"}
            else doubted.get(str(security), unknown)
        )
        facts[str(security)] = f"{count} rows, {reason}"
    raise DataError(
        "No price of the files can be taken.",
        facts=facts,
        remedy="Give closes in US dollars, adjusted for splits, of securities that the dataset "
        "knows: --security names one, --currency, --splits and --replace settle what a file "
        "does not say.",
    )

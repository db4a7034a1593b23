"""Digital-asset ratios of issuers, from their balance sheets and the prices of their coins.

Owns what one issuer's statement says at its own day and at the review price. Every formula is
``thresholds``'; an unknown input leaves the issuer "not assessed" with the reason, never a guess.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from flowrisk.analytics import thresholds
from flowrisk.domain import Finding
from flowrisk.errors import DataError, QuestionError, join_names, nearest

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.dataset.warehouse import Warehouse
    from flowrisk.domain import Rule


Line = Mapping[str, Any]
STATEMENTS = "marts.treasury_statements"
_SHOWN_COUNT = 6
# code, sentence, severity and remedy of each finding
_OFF_UNITS = (
    "digital_assets_fit_their_units",
    "reported digital assets differ from coins times price by more than 2 %",
    "warn",
    "The reported value is scaled: look for collateral, lent coins or cost basis.",
)
_PARTIAL = (
    "balance_sheets_cover_all_coins",
    "balance sheets count one coin of several: the ratio is at least this",
    "warn",
    "Add the rows of the other coins.",
)
_LATER = (
    "balance_sheets_are_published",
    "balance sheets were published after the as-of date",
    "note",
    "Give --known-on to use only what was published by a day.",
)
NO_STATEMENT = "no balance sheet in the data by the as-of date"
_COINS = """
    select coin from staging.treasuries union select coin from staging.coin_prices order by 1
"""
_COLUMNS = (
    "issuer_id", "coin", "as_of_on", "published_on", "is_published_after_as_of",
    "newest_statement_on", "units", "digital_assets_usd", "total_assets_usd", "cash_usd",
    "debt_usd", "preferred_usd", "statement_coin_price_usd", "review_coin_price_usd",
    "review_priced_on", "is_issuer_total", "indirect_digital_assets_usd", "indirect_holding_kind",
)  # fmt: skip
_CANDIDATES = """
    select securities.security_id, securities.ticker, securities.issuer_id,
        bool_or(candidates.list_id = ?) as is_on_list
    from staging.candidates inner join staging.securities
        on candidates.security_id = securities.security_id
    inner join scenario.securities as asked
        on candidates.security_id = asked.security_id
    group by securities.security_id, securities.ticker, securities.issuer_id
    order by is_on_list desc nulls last, securities.ticker nulls last, securities.security_id
"""
_DISAGREEMENT_TYPES = {
    "security_id": str, "ticker": str, "is_on_list": bool, "meets_rule": bool,
    "digital_asset_ratio": float, "statement_on": dt.date, "reason": str,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Assessment:
    """One issuer's digital assets against its total assets, USD; null where unknown.

    ``review_digital_assets_usd`` are the same coins at the review price, which has no day where the
    question gave it; ``review_coins_usd`` counts those lent or pledged too: the larger of that and
    of all coins at the review price. Of several coins all prices move together; ``unlisted_usd``,
    what was reported beyond the coins that the data lists, moves with none and stays as reported.
    ``indirect_usd`` is held through funds or contracts beyond digital assets: 0 if none is known.
    ``reason`` says why the issuer is not assessed.
    """

    issuer_id: str
    as_of_on: dt.date
    published_on: dt.date | None
    is_published_after_as_of: bool | None
    newest_statement_on: dt.date
    review_priced_on: dt.date | None
    coins: tuple[str, ...]
    digital_assets_usd: float | None
    unlisted_usd: float
    all_coins_usd: float | None
    total_assets_usd: float | None
    cash_usd: float | None
    debt_usd: float | None
    preferred_usd: float | None
    review_digital_assets_usd: float | None
    review_coins_usd: float | None
    review_coin_price_usd: float | None
    is_off_units: bool | None
    is_partial: bool
    indirect_usd: float
    review_indirect_usd: float | None
    indirect_kinds: tuple[str, ...]
    reason: str | None

    @property
    def other_assets_usd(self) -> float | None:
        """Total assets less digital assets, at the day of the statement; null with the ratio."""
        if self.statement_ratio is None:
            return None
        return cast("float", self.total_assets_usd) - cast("float", self.digital_assets_usd)

    @property
    def statement_ratio(self) -> float | None:
        """Digital-asset ratio (0-1) as reported."""
        return thresholds.digital_asset_ratio(self.digital_assets_usd, self.total_assets_usd)

    @property
    def all_coins_ratio(self) -> float | None:
        """Digital-asset ratio (0-1) with all coins held at the day's price, those lent or pledged
        too."""
        return thresholds.digital_asset_ratio(self.all_coins_usd, self.total_assets_usd)

    @property
    def review_ratio(self) -> float | None:
        """Digital-asset ratio (0-1) at the review price, the other assets as reported."""
        if self.review_digital_assets_usd is None or not self.digital_assets_usd:
            return None
        growth = self.review_digital_assets_usd / self.digital_assets_usd
        return thresholds.repriced_ratio(self.digital_assets_usd, self.total_assets_usd, growth)

    @property
    def ratio(self) -> float | None:
        """The ratio that decides: at the review price, else as reported where no price is known."""
        return self.statement_ratio if self.review_ratio is None else self.review_ratio

    def break_even_growth(self, threshold_ratio: float) -> float | None:
        """Return coin prices at which the ratio meets the threshold, over the review prices (those
        of the statement where no review price is known); null where none does.

        Raises: QuestionError for a threshold not strictly inside 0-1.
        """
        digital_usd = self.review_digital_assets_usd or self.digital_assets_usd
        return thresholds.break_even_price_usd(
            self.other_assets_usd,
            None if digital_usd is None else digital_usd - self.unlisted_usd,
            threshold_ratio,
            self.unlisted_usd,
        )

    @property
    def price_sensitivity_ratio(self) -> float | None:
        """Change of the ratio that decides per unit of log price of the coins listed."""
        digital_usd = self.review_digital_assets_usd or self.digital_assets_usd
        if self.ratio is None or not digital_usd:
            return thresholds.price_sensitivity(self.ratio)
        unlisted_ratio = self.ratio * self.unlisted_usd / digital_usd
        return thresholds.price_sensitivity(self.ratio, unlisted_ratio)


def assess(store: Warehouse, coin_prices: Mapping[str, float] | None) -> dict[str, Assessment]:
    """Assess every issuer with a balance sheet by the as-of date, by issuer_id.

    Args:
        store: with ``scenario.assumptions`` loaded.
        coin_prices: review prices in USD a coin by coin, instead of the newest close; or None.

    Raises: DataError without balance sheets.
    """
    if not store.tables["treasuries"].vintage.row_count:
        raise DataError(
            "The dataset has no balance sheets, so digital-asset ratios are not known.",
            facts={"folder": store.folder.path, "missing": "treasuries.parquet"},
            remedy="Add treasuries.parquet and coin_prices.parquet.",
        )
    store.define([STATEMENTS])
    rows = store.engine.rows(f"select {', '.join(_COLUMNS)} from {STATEMENTS}")
    lines = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
    given = {name.casefold(): price for name, price in (coin_prices or {}).items()}
    by_issuer: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        price = given.get(line["coin"].casefold())
        # a price given is that of no day
        review = {} if price is None else {"review_coin_price_usd": price, "review_priced_on": None}
        by_issuer[line["issuer_id"]].append({**line, **review})
    return {issuer_id: _assessed(found) for issuer_id, found in by_issuer.items()}


def refuse_unknown_coins(store: Warehouse, coin_prices: Mapping[str, float]) -> None:
    """Refuse the price of a coin that nobody holds, whether or not an answer reads it.

    Raises: QuestionError.
    """
    if not coin_prices or not store.tables["treasuries"].vintage.row_count:
        return
    store.define(["staging.treasuries", "staging.coin_prices"])
    known = [coin for (coin,) in store.engine.rows(_COINS)]
    for name in coin_prices:
        if name.casefold() not in map(str.casefold, known):
            near = nearest(name, known)
            raise QuestionError(
                f"No issuer in the data holds the coin '{name}'.",
                facts={"coins": join_names(known)} | ({"nearest": near} if near else {}),
                remedy="Check the spelling, or add the coin's holders to treasuries.parquet.",
            )


def _all_coins(lines: Sequence[Line], reported_usd: float | None) -> float | None:
    """Return all coins at the day's price; None where they are worth less than was reported: then
    the value holds coins that the data does not list."""
    counted = _summed(_product(line["units"], line["statement_coin_price_usd"]) for line in lines)
    is_short = (
        counted is not None
        and reported_usd is not None
        and counted < (1 - thresholds.REPORTED_TOLERANCE_RATIO) * reported_usd
    )
    return None if is_short else counted


def _assessed(lines: Sequence[Line]) -> Assessment:
    first = lines[0]
    reported = _summed(_reported_usd(line) for line in lines)
    return Assessment(
        issuer_id=first["issuer_id"],
        as_of_on=first["as_of_on"],
        published_on=first["published_on"],
        is_published_after_as_of=first["is_published_after_as_of"],
        newest_statement_on=first["newest_statement_on"],
        review_priced_on=first["review_priced_on"],
        coins=tuple(line["coin"] for line in lines),
        digital_assets_usd=reported,
        unlisted_usd=sum(_unlisted_usd(line) for line in lines),
        all_coins_usd=_all_coins(lines, reported),
        total_assets_usd=first["total_assets_usd"],
        cash_usd=first["cash_usd"],
        debt_usd=first["debt_usd"],
        preferred_usd=first["preferred_usd"],
        review_digital_assets_usd=_summed(_repriced_usd(line) for line in lines),
        review_coins_usd=_summed(_coins_usd(line) for line in lines),
        review_coin_price_usd=first["review_coin_price_usd"] if len(lines) == 1 else None,
        is_off_units=_any_off_units(lines),
        is_partial=len(lines) == 1 and not first["is_issuer_total"],
        indirect_usd=sum(line["indirect_digital_assets_usd"] or 0.0 for line in lines),
        review_indirect_usd=_summed(_repriced_indirect_usd(line) for line in lines),
        indirect_kinds=tuple(dict.fromkeys(
            line["indirect_holding_kind"] for line in lines if line["indirect_digital_assets_usd"]
        )),
        reason=not_assessed(reported, first["total_assets_usd"]),
    )  # fmt: skip


def _coins_usd(line: Line) -> float | None:
    held = _product(line["units"], line["review_coin_price_usd"])
    return max((usd for usd in (held, _repriced_usd(line)) if usd is not None), default=None)


def _reported_usd(line: Line) -> float | None:
    reported = cast("float | None", line["digital_assets_usd"])
    if reported is not None:
        return reported
    return _product(line["units"], line["statement_coin_price_usd"])


def _unlisted_usd(line: Line) -> float:
    """Return what was reported beyond the coins listed at their price: coins that the data does
    not list. Zero within the tolerance, or where the coins cannot be valued."""
    reported = _reported_usd(line)
    counted = _product(line["units"], line["statement_coin_price_usd"])
    if not reported or not counted:
        return 0.0
    is_short = counted < (1 - thresholds.REPORTED_TOLERANCE_RATIO) * reported
    return reported - counted if is_short else 0.0


def _repriced_usd(line: Line) -> float | None:
    """Scale the reported value by the coin's price, from the statement's day or, without one,
    from the price that value and coins imply; what is of other coins stays as it is."""
    reported, growth = _reported_usd(line), _growth(line)
    if reported is None or growth is None:
        return None
    unlisted = _unlisted_usd(line)
    return (reported - unlisted) * growth + unlisted


def _repriced_indirect_usd(line: Line) -> float | None:
    """Scale what is held through funds or contracts by the price of the row's coin."""
    return _product(line["indirect_digital_assets_usd"] or 0.0, _growth(line))


def _growth(line: Line) -> float | None:
    """Return the coin's review price over that of the statement."""
    reported, units = _reported_usd(line), line["units"]
    base = line["statement_coin_price_usd"] or (reported / units if reported and units else None)
    review = line["review_coin_price_usd"]
    return None if not base or review is None else cast("float", review / base)


def _any_off_units(lines: Sequence[Line]) -> bool | None:
    found = [
        thresholds.differs_from_units(
            line["digital_assets_usd"], line["units"], line["statement_coin_price_usd"]
        )
        for line in lines
    ]
    return True if True in found else None if None in found else False


def not_assessed(digital_assets_usd: float | None, total_assets_usd: float | None) -> str | None:
    """Return why these USD give no ratio, None where they do."""
    if total_assets_usd is None:
        return "total assets unknown"
    if digital_assets_usd is None:
        return "digital assets unknown"
    if thresholds.digital_asset_ratio(digital_assets_usd, total_assets_usd) is None:
        return "digital assets exceed total assets: they belong to different dates"
    return None


def _product(units: float | None, price_usd: float | None) -> float | None:
    return None if units is None or price_usd is None else units * price_usd


def _summed(parts: Iterable[float | None]) -> float | None:
    known = list(parts)
    return None if None in known else sum(cast("list[float]", known))


def rule_disagreements(
    store: Warehouse, rule: Rule, assessed: Mapping[str, Assessment], list_id: str | None
) -> pl.DataFrame:
    """Return the candidates asked about on which the list and the rule differ, and those not
    assessed.

    Columns: security_id, ticker, is_on_list (null without a list), meets_rule (null = not
    assessed), digital_asset_ratio (0-1), statement_on, reason.
    """
    import polars as pl

    store.define(["staging.candidates", "staging.securities"])
    candidates = store.engine.rows(_CANDIDATES, [list_id])
    rows = [
        _disagreement(rule, security_id, ticker, is_on_list, assessed.get(issuer_id))
        for security_id, ticker, issuer_id, is_on_list in candidates
    ]
    return pl.DataFrame(
        [row for row in rows if row[3] is None or row[2] not in (None, row[3])],
        schema=_DISAGREEMENT_TYPES,
        orient="row",
    )


def _disagreement(
    rule: Rule,
    security_id: str,
    ticker: str,
    is_on_list: bool | None,  # noqa: FBT001 - a cell of a row
    found: Assessment | None,
) -> tuple[object, ...]:
    ratio = found.ratio if found else None
    meets = rule.is_met(ratio)
    reason = (found.reason if found else NO_STATEMENT) if meets is None else None
    if meets is not None and meets != is_on_list:
        reason = f"{'meets' if meets else 'does not meet'} {rule}"
    on = found.as_of_on if found else None
    return security_id, ticker, is_on_list, meets, ratio, on, reason


def findings(assessed: Iterable[Assessment]) -> list[Finding]:
    """Return what a reader of these ratios must be told, as findings."""
    told = [each for each in assessed if each.ratio is not None]
    off_units = [_off_units(each) for each in told if each.is_off_units]
    partial = [f"{e.issuer_id}: {e.coins[0]} on {e.as_of_on}" for e in told if e.is_partial]
    later = [
        f"{each.issuer_id}: as of {each.as_of_on}, published {each.published_on}"
        for each in told
        if each.is_published_after_as_of
    ]
    found = ((_OFF_UNITS, off_units), (_PARTIAL, partial), (_LATER, later))
    return [
        Finding(*what, len(examples), tuple(examples[:_SHOWN_COUNT]))
        for what, examples in found
        if examples
    ]


def _off_units(assessed: Assessment) -> str:
    ratio = assessed.all_coins_ratio
    said = "more than the coins listed are worth" if ratio is None else (
        f"{_percent(ratio)} with all coins")  # fmt: skip
    return f"{assessed.issuer_id}: {_percent(assessed.statement_ratio)} as reported, {said}"


def _percent(ratio: float | None) -> str:
    return "unknown" if ratio is None else f"{ratio * 100:.1f} %"

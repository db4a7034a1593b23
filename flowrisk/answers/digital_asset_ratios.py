"""Where each security's issuer stands against the digital-asset line: one row a security.

Owns the frame ``digital_asset_ratios``. What a balance sheet says is ``screening``'s, every formula
``thresholds``'; an unknown input is null, with what is missing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from flowrisk.analytics import thresholds
from flowrisk.domain import frame_of
from flowrisk.question import balance_sheets

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import polars as pl

    from flowrisk.dataset.warehouse import Warehouse
    from flowrisk.domain import Security
    from flowrisk.question.balance_sheets import Assessment


MARKET_VALUES = "marts.market_values"
# a report gives coins of a quarter's end and shares of its cover, up to two months later
_SAME_DATE_DAYS = 60
_TYPES = {
    "security_id": "String", "ticker": "String", "security_name": "String",
    "is_in_basket": "Boolean", "issuer_id": "String", "statement_on": "Date",
    "published_on": "Date", "is_published_after_as_of": "Boolean", "newest_statement_on": "Date",
    "coins": "String", "digital_assets_usd": "Float64", "total_assets_usd": "Float64",
    "unlisted_digital_assets_usd": "Float64",
    "digital_asset_ratio": "Float64", "all_coins_digital_asset_ratio": "Float64",
    "is_off_units": "Boolean", "review_priced_on": "Date", "review_coin_price_usd": "Float64",
    "review_digital_asset_ratio": "Float64", "is_at_or_above": "Boolean",
    "is_at_or_above_with_buffer": "Boolean", "distance_ratio": "Float64",
    "price_sensitivity_ratio": "Float64", "break_even_coin_price_usd": "Float64",
    "break_even_move_ratio": "Float64", "at_or_above_probability_ratio": "Float64",
    "crossing_probability_ratio": "Float64", "touching_probability_ratio": "Float64",
    "not_assessed_reason": "String", "market_value_usd": "Float64",
    "shares_on": "Date", "simple_mnav_ratio": "Float64", "enterprise_mnav_ratio": "Float64",
    "mnav_missing": "String",
    "indirect_digital_assets_usd": "Float64", "indirect_holding_kind": "String",
    "look_through_digital_asset_ratio": "Float64",
    "look_through_review_digital_asset_ratio": "Float64",
    "look_through_is_at_or_above": "Boolean", "look_through_distance_ratio": "Float64",
    "look_through_break_even_coin_price_usd": "Float64",
    "look_through_break_even_move_ratio": "Float64",
    "look_through_at_or_above_probability_ratio": "Float64",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Threshold:
    """The line asked about: enter at or above ``threshold_ratio``, leave below ``exit_ratio``;
    ``years`` until the review (None without one) and a year's volatility of the coins."""

    threshold_ratio: float = thresholds.THRESHOLD_RATIO
    exit_ratio: float | None = None
    years: float | None = None
    volatility_ratio: float | None = None


class IssuerRow(NamedTuple):
    """A security with its name, its issuer, what its common shares are worth and what is known of
    the issuer's balance sheet; None where the data says nothing."""

    security: Security
    security_name: str
    issuer_id: str
    market_value_usd: float | None
    shares_on: dt.date | None
    found: Assessment | None


def named(
    store: Warehouse, securities: Sequence[Security], assessed: Mapping[str, Assessment]
) -> list[IssuerRow]:
    """Return the securities asked about with what is known of their issuers, in their order."""
    store.define(["staging.securities", MARKET_VALUES])
    rows = store.engine.rows("select security_id, security_name, issuer_id from staging.securities")
    known = {security_id: (name, issuer_id) for security_id, name, issuer_id in rows}
    valued = store.engine.rows(
        f"select security_id, market_value_usd, shares_on from {MARKET_VALUES}"
    )
    values = {security_id: (usd, shares_on) for security_id, usd, shares_on in valued}
    return [
        IssuerRow(each, *known[each.security_id], *values[each.security_id],
              assessed.get(known[each.security_id][1]))
        for each in securities
    ]  # fmt: skip


def digital_asset_ratios(issuers: Sequence[IssuerRow], line: Threshold) -> pl.DataFrame:
    """Return each security's ratio (0-1), its distance to the line and its mNAV.

    Returns: grain security_id; ``not_assessed_reason`` where there is no ratio, ``mnav_missing``
        the inputs without which there is no simple or no enterprise mNAV.
    """
    rows = [_row(each, line) for each in issuers]
    return frame_of([{name: row.get(name) for name in _TYPES} for row in rows], _TYPES)


def _row(each: IssuerRow, line: Threshold) -> dict[str, Any]:
    found = each.found
    row: dict[str, Any] = {
        "security_id": each.security.security_id, "ticker": each.security.ticker,
        "security_name": each.security_name, "is_in_basket": each.security.is_in_basket,
        "issuer_id": each.issuer_id, "market_value_usd": each.market_value_usd,
        "shares_on": each.shares_on,
    }  # fmt: skip
    if found is None:
        return row | {"not_assessed_reason": balance_sheets.NO_STATEMENT, "mnav_missing": "coins"}
    return row | {
        "statement_on": found.as_of_on,
        "published_on": found.published_on,
        "is_published_after_as_of": found.is_published_after_as_of,
        "newest_statement_on": found.newest_statement_on,
        "coins": "+".join(found.coins),
        "digital_assets_usd": found.digital_assets_usd,
        "total_assets_usd": found.total_assets_usd,
        "unlisted_digital_assets_usd": found.unlisted_usd,
        "digital_asset_ratio": found.statement_ratio,
        "all_coins_digital_asset_ratio": found.all_coins_ratio,
        "is_off_units": found.is_off_units,
        "review_priced_on": found.review_priced_on,
        "review_coin_price_usd": found.review_coin_price_usd,
        "review_digital_asset_ratio": found.review_ratio,
        "not_assessed_reason": found.reason,
        **_against(found, line),
        **_looking_through(found, line),
        **_mnav(each, found),
    }


def _against(found: Assessment, line: Threshold) -> dict[str, object]:
    """Return where an issuer stands against the line."""
    ratio = found.ratio
    growth = found.break_even_growth(line.threshold_ratio)
    price = found.review_coin_price_usd
    return {
        "is_at_or_above": thresholds.is_at_or_above(ratio, line.threshold_ratio),
        "is_at_or_above_with_buffer": _buffered(found, line),
        "distance_ratio": None if ratio is None else ratio - line.threshold_ratio,
        "price_sensitivity_ratio": found.price_sensitivity_ratio,
        "break_even_coin_price_usd": None if growth is None or price is None else growth * price,
        "break_even_move_ratio": None if growth is None else growth - 1,
        **_probabilities(
            None if found.review_ratio is None else growth,
            line,
            is_above=thresholds.is_at_or_above(ratio, line.threshold_ratio) is True,
        ),
    }


def looked_through(found: Assessment) -> Assessment | None:
    """Return a balance sheet with what is held through funds or contracts counted among its digital
    assets, moving as its coin; None where nothing is, or the digital assets are unknown."""
    digital_usd, review_usd = found.digital_assets_usd, found.review_digital_assets_usd
    if not found.indirect_usd or digital_usd is None:
        return None
    through_usd, moved_usd = digital_usd + found.indirect_usd, found.review_indirect_usd
    return replace(
        found,
        digital_assets_usd=through_usd,
        review_digital_assets_usd=(
            None if review_usd is None or moved_usd is None else review_usd + moved_usd
        ),
        reason=balance_sheets.not_assessed(through_usd, found.total_assets_usd),
    )


def _looking_through(found: Assessment, line: Threshold) -> dict[str, object]:
    """Return where an issuer stands with what it holds through funds or contracts; empty where it
    holds nothing through them."""
    through = looked_through(found)
    if through is None:
        return {}
    stands = _against(through, line)
    shown = ("is_at_or_above", "distance_ratio", "break_even_coin_price_usd",
             "break_even_move_ratio", "at_or_above_probability_ratio")  # fmt: skip
    return {
        "indirect_digital_assets_usd": found.indirect_usd,
        "indirect_holding_kind": "+".join(found.indirect_kinds),
        "look_through_digital_asset_ratio": through.statement_ratio,
        "look_through_review_digital_asset_ratio": through.review_ratio,
        **{f"look_through_{name}": stands.get(name) for name in shown},
    }


def _buffered(found: Assessment, line: Threshold) -> bool | None:
    """Return the state after the statement and the review price, entered at the threshold and
    left below the exit; null without an exit or a ratio."""
    if line.exit_ratio is None or found.ratio is None:
        return None
    return thresholds.buffered_membership(
        [found.statement_ratio, found.review_ratio],
        enter_ratio=line.threshold_ratio,
        leave_ratio=line.exit_ratio,
        reviews_count=1,
    )[-1]


def _probabilities(growth: float | None, line: Threshold, *, is_above: bool) -> dict[str, float]:
    """Return the probabilities of the review date, coin prices moving as one; none without a
    review, a known ratio or any other asset (the ratio then does not depend on the price)."""
    if line.years is None or line.volatility_ratio is None:
        return {}
    if not growth or not math.isfinite(growth):
        return {}
    move = {"volatility_ratio": line.volatility_ratio, "years": line.years}
    above = thresholds.breach_probability(1.0, growth, **move)
    return {
        "at_or_above_probability_ratio": above,
        "crossing_probability_ratio": 1 - above if is_above else above,
        "touching_probability_ratio": thresholds.touching_probability(1.0, growth, **move),
    }


def _mnav(each: IssuerRow, found: Assessment) -> dict[str, object]:
    """Return market value over the coins of the statement at the review price, without and with
    debt and preferred stock less cash; and what is missing for either.

    Shares issued after the statement bought coins that it does not show: a count of another
    quarter is no market value of these coins.
    """
    coins_usd = found.review_coins_usd
    value_usd = each.market_value_usd if _share_a_date(each.shares_on, found.as_of_on) else None
    inputs = {
        "coins at a price": coins_usd, "shares and coins of one date": value_usd,
        "debt": found.debt_usd, "preferred stock": found.preferred_usd, "cash": found.cash_usd,
    }  # fmt: skip
    return {
        "simple_mnav_ratio": thresholds.simple_mnav_ratio(value_usd, coins_usd),
        "enterprise_mnav_ratio": thresholds.enterprise_mnav_ratio(
            value_usd,
            coins_usd,
            debt_usd=found.debt_usd,
            preferred_usd=found.preferred_usd,
            cash_usd=found.cash_usd,
        ),
        "mnav_missing": ", ".join(name for name, usd in inputs.items() if usd is None) or None,
    }


def _share_a_date(shares_on: dt.date | None, statement_on: dt.date) -> bool:
    return shares_on is not None and abs((shares_on - statement_on).days) <= _SAME_DATE_DAYS

"""The treasury company: how far from the digital-asset threshold, and what a fall costs it.

Owns the arithmetic of MSCI's 50 % rule and of mNAV, as functions of plain numbers. An unknown input
is None and so is the answer: "not assessed", never a guess. Never picks a price date: the caller
says whether balance sheet or review cut-off.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Iterable


THRESHOLD_RATIO = 0.5
REPORTED_TOLERANCE_RATIO = 0.02

_EXPONENT_LIMIT = 700.0


def digital_asset_ratio(
    digital_assets_usd: float | None, total_assets_usd: float | None
) -> float | None:
    """Digital assets as a share of total assets; liabilities do not matter.

    R = D/A.

    Returns: 0–1; None where an input is unknown, total assets are not above 0 or digital assets
        are negative or exceed them (the two then belong to different dates).
    Source: MSCI, consultation on digital asset treasury companies, 10 October 2025.
    """
    if digital_assets_usd is None or total_assets_usd is None:
        return None
    if not (total_assets_usd > 0 and 0 <= digital_assets_usd <= total_assets_usd):
        return None
    return digital_assets_usd / total_assets_usd


def repriced_ratio(
    digital_assets_usd: float | None,
    total_assets_usd: float | None,
    price_ratio: float,
    unmoved_usd: float = 0.0,
) -> float | None:
    """Digital-asset ratio after the coin price moved from p₀ to p, the rest unchanged.

    R = (M·g + D₀)/(M·g + D₀ + N), g = p/p₀, D₀ what of the digital assets D the price does not
    move, M = D − D₀, N = total assets − D. It scales the reported value.

    Args:
        digital_assets_usd: reported value of all coins at p₀.
        total_assets_usd: total assets of the same balance sheet.
        price_ratio: g, above 0.
        unmoved_usd: D₀, of other coins, 0 to D.
    Returns: 0–1; None as in ``digital_asset_ratio``.
    Raises: QuestionError for a price ratio not above 0.
    """
    _check_above_zero("price ratio", price_ratio)
    ratio = digital_asset_ratio(digital_assets_usd, total_assets_usd)
    if ratio is None or not total_assets_usd:
        return None
    unmoved = unmoved_usd / total_assets_usd
    digital = (ratio - unmoved) * price_ratio + unmoved
    return digital / (digital + 1 - ratio)


def is_at_or_above(ratio: float | None, threshold_ratio: float = THRESHOLD_RATIO) -> bool | None:
    """Whether the rule is met: R ≥ θ, inclusive; None where R is not assessed.

    Source: MSCI, consultation of 10 October 2025 ("50 % or more of total assets").
    """
    return None if ratio is None else ratio >= threshold_ratio


def differs_from_units(
    digital_assets_usd: float | None, units: float | None, coin_price_usd: float | None
) -> bool | None:
    """Whether reported value and units · p₀ differ by more than 2 % (collateral, lent coin, cost).

    |D − U·p₀| > 2 % of D; the ratio then scales the reported value, and a warning says so.

    Returns: None where an input is unknown.
    """
    if digital_assets_usd is None or units is None or coin_price_usd is None:
        return None
    gap_usd = abs(digital_assets_usd - units * coin_price_usd)
    return gap_usd > REPORTED_TOLERANCE_RATIO * digital_assets_usd


def break_even_price_usd(
    other_assets_usd: float | None,
    units: float | None,
    threshold_ratio: float = THRESHOLD_RATIO,
    unmoved_usd: float = 0.0,
) -> float | None:
    """Coin price at which the ratio meets the threshold, other coins at their own price.

    p* = (θ/(1 − θ) · N − D₀)/U, N total assets less digital assets, D₀ the digital assets that
    the price does not move, U coins held at fair value.

    Returns: USD a coin, ≥ 0; None where an input is unknown, N is negative, no coin is held or D₀
        alone passes the threshold.
    Raises: QuestionError for a threshold not strictly inside 0–1.
    """
    _check_inside("threshold", threshold_ratio)
    if other_assets_usd is None or units is None or other_assets_usd < 0 or units <= 0:
        return None
    wanted_usd = threshold_ratio / (1 - threshold_ratio) * other_assets_usd - unmoved_usd
    return None if wanted_usd < 0 else wanted_usd / units


def price_sensitivity(ratio: float | None, unmoved_ratio: float = 0.0) -> float | None:
    """Change of the ratio per unit of log coin price, 0–0.25; None with R.

    dR/d ln p = (R − R₀)(1 − R), R₀ the part of R that the price does not move.
    """
    return None if ratio is None else (ratio - unmoved_ratio) * (1 - ratio)


def breach_probability(
    coin_price_usd: float,
    barrier_usd: float,
    *,
    volatility_ratio: float,
    years: float,
    drift_ratio: float = 0.0,
) -> float:
    """P(R ≥ θ on the review date), the coin price following geometric Brownian motion.

    Φ((ln(p₀/p*) + (μ − s²/2)·T)/(s·√T)). For a company above the line show 1 − it.

    Args:
        coin_price_usd: p₀, above 0.
        barrier_usd: p*, the break-even price, above 0.
        volatility_ratio: s, a year's volatility, above 0.
        years: T until the review date, above 0.
        drift_ratio: μ, a year's drift.
    Returns: 0–1.
    Raises: QuestionError for an input not above 0.
    """
    distance, spread = _distance(coin_price_usd, barrier_usd, volatility_ratio, years)
    drift = (drift_ratio - volatility_ratio**2 / 2) * years
    return _normal((drift - distance) / spread)


def touching_probability(
    coin_price_usd: float,
    barrier_usd: float,
    *,
    volatility_ratio: float,
    years: float,
    drift_ratio: float = 0.0,
) -> float:
    """P(the coin price touches p* on any day until the review date), from either side.

    With b = ln(p*/p₀), ν = μ − s²/2 and sign k of b:
    Φ((−|b| + kνT)/(s√T)) + e^(2νb/s²)·Φ((−|b| − kνT)/(s√T)), watched continuously.

    Args: as ``breach_probability``.
    Returns: 0–1; 1 at the barrier; never below the probability of being past it at the end.
    Raises: QuestionError for an input not above 0.
    Source: Borodin and Salminen 2002, "Handbook of Brownian Motion", part II, 2.1.1.
    """
    distance, spread = _distance(coin_price_usd, barrier_usd, volatility_ratio, years)
    drift = drift_ratio - volatility_ratio**2 / 2
    towards = math.copysign(drift * years, distance * drift)
    past = _normal((towards - abs(distance)) / spread)
    mirrored = _normal((-towards - abs(distance)) / spread)
    reflection = math.exp(min(2 * drift * distance / volatility_ratio**2, _EXPONENT_LIMIT))
    return min(past + reflection * mirrored, 1.0)


def buffered_membership(
    ratios: Iterable[float | None],
    *,
    enter_ratio: float,
    leave_ratio: float,
    reviews_count: int,
    is_above: bool = False,
) -> list[bool]:
    """State of a company at each review under a buffer: above from θ_hi, below after m reviews.

    Enters at R ≥ θ_hi; leaves after m reviews in a row with R < θ_lo. A review that is not
    assessed changes nothing and breaks no run.

    Args:
        ratios: R at each review, in order; None = not assessed.
        enter_ratio: θ_hi.
        leave_ratio: θ_lo, at most θ_hi.
        reviews_count: m, at least 1.
        is_above: the state before the first review.
    Raises: QuestionError for θ_lo above θ_hi or m below 1.
    Source: the precedent of two lines is MSCI, Islamic Index Series Methodology (33.33 % and 30 %).
    """
    if leave_ratio > enter_ratio or reviews_count < 1:
        raise QuestionError(
            "This buffer cannot work.",
            facts={"enter at": enter_ratio, "leave below": leave_ratio, "reviews": reviews_count},
            remedy="Leave at or below the line of entry, after at least one review.",
        )
    states, below_count = [], 0
    for ratio in ratios:
        if ratio is not None:
            below_count = below_count + 1 if ratio < leave_ratio else 0
            is_above = ratio >= enter_ratio or (is_above and below_count < reviews_count)
        states.append(is_above)
    return states


def simple_mnav_ratio(
    market_cap_usd: float | None, digital_assets_usd: float | None
) -> float | None:
    """Market value over coins: mNAV = market cap/(U·p); above 0, may pass 1; None where unknown."""
    if market_cap_usd is None or digital_assets_usd is None or digital_assets_usd <= 0:
        return None
    return market_cap_usd / digital_assets_usd


def enterprise_mnav_ratio(
    market_cap_usd: float | None,
    digital_assets_usd: float | None,
    *,
    debt_usd: float | None,
    preferred_usd: float | None,
    cash_usd: float | None,
) -> float | None:
    """Enterprise value over coins: (market cap + debt + preferred − cash)/(U·p).

    Returns: may pass 1; None where any part is unknown or no coin is held.
    """
    if market_cap_usd is None or debt_usd is None or preferred_usd is None or cash_usd is None:
        return None
    value_usd = market_cap_usd + debt_usd + preferred_usd - cash_usd
    return simple_mnav_ratio(value_usd, digital_assets_usd)


def _distance(price: float, barrier: float, volatility: float, years: float) -> tuple[float, float]:
    """Return ln(p*/p₀) and s·√T."""
    _check_above_zero("coin price", price)
    _check_above_zero("break-even price", barrier)
    _check_above_zero("volatility", volatility)
    _check_above_zero("time until the review", years)
    return math.log(barrier / price), volatility * math.sqrt(years)


def _check_above_zero(noun: str, value: float) -> None:
    if not (value > 0 and math.isfinite(value)):
        raise QuestionError(
            f"The {noun} must lie above 0.",
            facts={"given": value},
            remedy=f"Give a {noun} above 0.",
        )


def _check_inside(noun: str, value: float) -> None:
    if not 0 < value < 1:
        raise QuestionError(
            f"The {noun} must lie strictly inside 0–1.",
            facts={"given": value},
            remedy=f"Give a {noun} as a fraction, for example 0.5.",
        )


def _normal(distance: float) -> float:
    """Return the standard normal distribution function, from the error function."""
    return 0.5 * math.erfc(-distance / math.sqrt(2))

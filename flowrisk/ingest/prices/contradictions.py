"""Two price series of one security: what they say differently on the days they share."""

from __future__ import annotations

import polars as pl

_LEAST_COMMON_DAYS = 5
SAME_RATIO = 0.2
_FEW_DAYS_RATIO = 0.5
_LOT_SHARES = 100
_PARTIAL_RATIO = 0.5


def contradictions(series: pl.DataFrame, reference: pl.DataFrame) -> tuple[str, ...]:
    """Return what a series says differently from a reference on the days they share.

    Args:
        series: priced_on, close, volume_shares of one security.
        reference: the same of the same security and currency, trusted.

    Returns: slugs, empty where they agree within 20 per cent: ``close_differs_by_a_factor`` (not
        split-adjusted, or another currency; of fewer than 5 common days each must differ by half),
        and of 5 common days or more ``volume_is_in_dollars``, ``volume_is_in_round_lots``,
        ``volume_is_partial`` (one venue).
    """
    both = series.join(reference, on="priced_on", suffix="_reference").drop_nulls(
        ["close", "close_reference"]
    )
    if both.is_empty():
        return ()
    ratio = both["close"] / both["close_reference"]
    if both.height < _LEAST_COMMON_DAYS:
        is_off = ((ratio > 1 + _FEW_DAYS_RATIO) | (ratio < 1 / (1 + _FEW_DAYS_RATIO))).all()
        return ("close_differs_by_a_factor",) if is_off else ()
    found = () if _is_about(ratio, 1) else ("close_differs_by_a_factor",)
    return (*found, *_volume_contradictions(both))


def _volume_contradictions(both: pl.DataFrame) -> tuple[str, ...]:
    """Compare volumes times the close, which no split changes."""
    traded = both.filter((pl.col("volume_shares") > 0) & (pl.col("volume_shares_reference") > 0))
    if traded.height < _LEAST_COMMON_DAYS:
        return ()
    money = traded["volume_shares"] * traded["close"]
    ratio = money / (traded["volume_shares_reference"] * traded["close_reference"])
    if _is_about(ratio, 1):
        return ()
    if _is_about(ratio / traded["close"], 1):
        return ("volume_is_in_dollars",)
    if _is_about(ratio * _LOT_SHARES, 1):
        return ("volume_is_in_round_lots",)
    typical = ratio.median()
    is_partial = isinstance(typical, float) and typical < _PARTIAL_RATIO
    return ("volume_is_partial",) if is_partial else ()


def _is_about(ratio: pl.Series, expected: float) -> bool:
    typical = ratio.median()
    return isinstance(typical, float) and abs(typical / expected - 1) <= SAME_RATIO

"""When the outflow is sold: trading days, and the share of the sale that each of them takes.

Owns the calendar and the schedule. Never prices anything, and never passes weekdays off as
trading days: every row says which calendar it rests on.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from flowrisk.analytics.sessions import trading_sessions
from flowrisk.errors import QuestionError

CLOSING_RATIOS = (0.8, 0.85, 0.9)


def schedule(
    announced_on: date, effective_on: date, *, closing_ratio: float = 0.85, exchange: str = "XNYS"
) -> pl.DataFrame:
    """Spread one provider's sale over its window: most in the close of the effective day.

    The closing share (80–90 %, ``CLOSING_RATIOS``) falls on the effective day; the rest is spread
    evenly over the trading days strictly between announcement and effective day. With none
    between, the effective day takes all.

    Args:
        announced_on: day of the announcement; nothing is sold on it.
        effective_on: last day in the index, a trading day: the change applies after its close.
        closing_ratio: share sold in that close, 0–1.
        exchange: ISO 10383 market code.
    Returns: sold_on (ascending), sold_ratio (0–1, summing to 1), phase ("window" or "close"),
        calendar (in words). Times ``outflow_shares`` it is shares a day.
    Raises: QuestionError for a share outside 0–1, an effective day that is not after the
        announcement or not a trading day, and as ``trading_days``.
    Source: HDFC Bank's MSCI change of 2024, 88–90 % of it in the last 30–90 minutes of
        the effective day; Chinco and Sammon 2024, "The passive-ownership share is
        double what you think it is", JFE (trackers trade the close).
    """
    if not 0 <= closing_ratio <= 1 or effective_on <= announced_on:
        raise QuestionError(
            "This sale cannot be scheduled.",
            facts={"closing": closing_ratio, "announced": announced_on, "effective": effective_on},
            remedy="Give a closing share inside 0–1, and an effective day after the announcement.",
        )
    days, calendar = trading_sessions(announced_on + timedelta(days=1), effective_on, exchange)
    if not days or days[-1] != effective_on:
        raise QuestionError(
            f"{effective_on} is not a trading day.",
            facts={"calendar": calendar, "trading day before": days[-1] if days else "none"},
            remedy="Give the last trading day in the index: the change applies after its close.",
        )
    between = len(days) - 1
    spread = [(1 - closing_ratio) / max(between, 1)] * between
    rows = {"sold_on": days, "sold_ratio": [*spread, closing_ratio if between else 1.0]}
    phases = ["window"] * between + ["close"]
    return pl.DataFrame(rows).with_columns(
        pl.Series("phase", phases), pl.lit(calendar).alias("calendar")
    )

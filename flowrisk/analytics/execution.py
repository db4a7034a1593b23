"""When the outflow is sold: the share of the sale that each session takes, and the path of its
impact over them.

Owns the schedule. Never passes weekdays off as sessions: every row says which calendar it rests on.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from flowrisk.analytics import impact
from flowrisk.analytics.sessions import listed_sessions, trading_sessions
from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CLOSING_RATIOS = (0.5, 0.55, 0.6)
# how much of the fall stays, and how fast the rest fades: judged, see ``impact_path``
PERMANENT_RATIO, DECAY_DAYS = 0.5, 10.0
_AFTER_DAYS = (5, 20, 60)
_KEYS = ("scenario_id", "security_id")
_SCHEDULE = {
    "scenario_id": pl.String, "provider_id": pl.String, "security_id": pl.String,
    "ticker": pl.String, "sold_on": pl.Date, "phase": pl.String, "sold_low_ratio": pl.Float64,
    "sold_ratio": pl.Float64, "sold_high_ratio": pl.Float64, "sold_shares": pl.Float64,
    "calendar": pl.String,
}  # fmt: skip


def schedule(
    announced_on: date,
    effective_on: date,
    *,
    closing_ratio: float = CLOSING_RATIOS[1],
    exchange: str = "XNYS",
) -> pl.DataFrame:
    """Spread one provider's sale over its window: most in the close of the effective day.

    The closing share (50–60 %, ``CLOSING_RATIOS``) falls on the effective day; the rest is spread
    evenly over the sessions strictly between announcement and effective day. With none
    between, the effective day takes all.

    Args:
        announced_on: day of the announcement; nothing is sold on it.
        effective_on: last day in the index, a session: the change applies after its close.
        closing_ratio: share sold in that close, 0–1.
        exchange: ISO 10383 market code.
    Returns: sold_on (ascending), sold_ratio (0–1, summing to 1), phase ("window" or "close"),
        calendar (in words). Times ``outflow_shares`` it is shares a day.
    Raises: QuestionError for a share outside 0–1, an effective day that is not after the
        announcement or not a session, and as ``trading_sessions``.
    Source: Tesla's entry into the S&P 500, December 2020: 69 m shares in the closing print of the
        125–130 m that trackers needed, 53–55 % (ThinkAdvisor, 18 December 2020).
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
    return _shares(days, closing_ratio, calendar)


def _shares(days: Sequence[date], closing_ratio: float, calendar: str) -> pl.DataFrame:
    """Return the share of each session: the last takes the closing share, or all if alone."""
    between = len(days) - 1
    spread = [(1 - closing_ratio) / max(between, 1)] * between
    rows = {"sold_on": days, "sold_ratio": [*spread, closing_ratio if between else 1.0]}
    phases = ["window"] * between + ["close"]
    return pl.DataFrame(rows).with_columns(
        pl.Series("phase", phases), pl.lit(calendar).alias("calendar")
    )


def schedules(timeline: pl.DataFrame, as_of_on: date) -> pl.DataFrame:
    """Return on which sessions each provider's trackers sell, as shares of the sale and of stock.

    A review of one session is spread from its announcement (from the as-of date, if that is later)
    by ``schedule``; where the announcement is not in the data, or the review is traded over several
    sessions, the closes take all of it. Sessions are those of the security's exchange; where these
    are not known, New York's, and ``calendar`` says so.

    Args:
        timeline: rows of the mart that sell something on a known session.
    Returns: scenario_id, provider_id, security_id, ticker, sold_on, phase (window, close, packet),
        sold_low_ratio, sold_ratio, sold_high_ratio (at closing shares of 50, 55 and 60 %),
        sold_shares (null where the outflow is unknown), calendar.
    """
    spread = cache(_spread)
    rows = [
        {
            **{name: row[name] for name in ("scenario_id", "provider_id", "security_id", "ticker")},
            **part,
            "sold_shares": _of_review(row, part["sold_ratio"]),
        }
        for row in timeline.rows(named=True)
        for part in spread(row["announced_on"], row["trades_on"], row["sessions_count"], as_of_on,
                           row["calendar_id"], _assumed_for(row))
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_SCHEDULE, orient="row")


def _assumed_for(row: Mapping[str, Any]) -> str | None:
    """Return for which exchange the sessions are assumed; None where they are its own."""
    if not row["is_calendar_assumed"]:
        return None
    return row["exchange_id"] or "an exchange that is not in the data"


def _of_review(row: Mapping[str, Any], sold_ratio: float) -> float | None:
    shares: float | None = row["outflow_shares"]
    return None if shares is None else shares * row["sessions_count"] * sold_ratio


def _spread(
    announced_on: date | None,
    trades_on: date,
    sessions_count: int,
    as_of_on: date,
    calendar_id: str,
    assumed_for: str | None,
) -> list[dict[str, Any]]:
    """Return the parts of a review that belong to one session of it, as shares of the review."""
    assumed = f", assumed for {assumed_for}" if assumed_for else ""
    opens_on = None if announced_on is None else max(announced_on, as_of_on)
    if sessions_count > 1 or opens_on is None or opens_on >= trades_on:
        names = "sold_low_ratio", "sold_ratio", "sold_high_ratio"
        phase = "packet" if sessions_count > 1 else "close"
        ratios = dict.fromkeys(names, 1 / sessions_count)
        said = f"the day given{assumed}"
        return [{"sold_on": trades_on, "phase": phase, **ratios, "calendar": said}]
    window = opens_on + timedelta(days=1), trades_on
    days = [each.session_on for each in listed_sessions(*window, calendar_id).sessions]
    told = trading_sessions(*window)[1] if assumed else f"sessions of {calendar_id}"
    low, central, high = (_shares(days, ratio, f"{told}{assumed}") for ratio in CLOSING_RATIOS)
    ends = zip(low["sold_ratio"], high["sold_ratio"], strict=True)
    return [
        {**row, "sold_low_ratio": min(pair), "sold_high_ratio": max(pair)}
        for row, pair in zip(central.rows(named=True), ends, strict=True)
    ]


def decayed_bps(
    peak_bps: pl.Expr, days_after: pl.Expr, *, permanent_ratio: float, decay_days: float
) -> pl.Expr:
    """Fall of the price some days after the sale ended at the peak impact I₀.

    P(t) = P₀ · [1 − I₀ · (π + (1 − π) · e^(−(t−T)/τ))], π the share that stays (0–1), τ the decay
    time in days, t − T = ``days_after`` ≥ 0.

    Returns: basis points below P₀, from I₀ down to π·I₀; null where an input is null.
    Raises: QuestionError for a share outside 0–1 or a decay time not above 0.
    """
    if not (0 <= permanent_ratio <= 1 and decay_days > 0):
        raise QuestionError(
            "The decay of the impact cannot be drawn.",
            facts={"permanent share": permanent_ratio, "decay days": decay_days},
            remedy="Give a permanent share inside 0–1 and a decay time above 0 days.",
        )
    fading = (-days_after / decay_days).exp() * (1 - permanent_ratio)
    return peak_bps * (fading + permanent_ratio)


def impact_path(sessions: pl.DataFrame) -> pl.DataFrame:
    """Return how far the price is down after each session, as each sale's impact fades.

    P₀ · [1 − Σ Iᵢ · (π + (1 − π) · e^(−tᵢ/τ))] over the sessions that have been, Iᵢ by the
    square-root law with coefficient 0.75, tᵢ sessions since; π = 0.5 stays, τ = 10 sessions. Both
    are judged: measured impacts fall to about two thirds by the next open and go on fading for
    weeks, while after a deletion all of it or none may stay.

    Args:
        sessions: scenario_id, security_id, trades_on, outflow_shares, adv_shares,
            daily_volatility_ratio, calendar_id (the exchange whose sessions are counted); a row a
            session.
    Returns: scenario_id, security_id, session_on, fall_bps (≥ 0), is_trade_session; after the last
        sale also 5, 20 and 60 sessions on. No rows where an impact is unknown, or where some
        sessions sell and others buy.
    Source: Bucci, Benzaquen, Lillo and Bouchaud 2018, "Slow decay of impact in equity markets",
        Market Microstructure and Liquidity.
    """
    sold = sessions.with_columns(impact.square_root_bps(impact.CENTRAL_COEFFICIENT).alias("bps"))
    unknown = sold.group_by(_KEYS).agg(
        (pl.col("bps").is_null().any() | impact.is_two_sided()).alias("is_unknown")
    )
    sold = sold.join(unknown, on=_KEYS, maintain_order="left").filter(~pl.col("is_unknown"))
    if sold.is_empty():
        return pl.DataFrame(schema=_PATH)
    first, last = (getattr(sold["trades_on"], end)() for end in ("min", "max"))
    until = last + timedelta(days=2 * _AFTER_DAYS[-1])
    days = {
        calendar: [each.session_on for each in listed_sessions(first, until, calendar).sessions]
        for calendar in sold["calendar_id"].unique()
    }
    keyed = sold.partition_by(_KEYS, maintain_order=True)
    rows = [
        row for each in keyed
        for row in _path(each.rows(named=True), days[each["calendar_id"][0]])
    ]  # fmt: skip
    seen = pl.DataFrame(rows, schema=_STEPS, orient="row")
    faded = decayed_bps(
        pl.col("bps"), pl.col("days"), permanent_ratio=PERMANENT_RATIO, decay_days=DECAY_DAYS
    )
    return (
        seen.with_columns(faded.alias("fall_bps"))
        .group_by(*_KEYS, "session_on", maintain_order=True)
        .agg(pl.col("fall_bps").sum(), (pl.col("days") == 0).any().alias("is_trade_session"))
    )


_PATH = {"scenario_id": pl.String, "security_id": pl.String, "session_on": pl.Date,
         "fall_bps": pl.Float64, "is_trade_session": pl.Boolean}  # fmt: skip
_STEPS = {"scenario_id": pl.String, "security_id": pl.String, "session_on": pl.Date,
          "bps": pl.Float64, "days": pl.Int64}  # fmt: skip


def _path(sales: list[dict[str, Any]], days: list[date]) -> Iterable[tuple[object, ...]]:
    """Yield what each sale adds to each session of the path from it on."""
    numbers = {day: number for number, day in enumerate(days)}
    # a day that is no session of the calendar counts as the next one
    sold_on = [each["trades_on"] for each in sales]
    at = [numbers[day] if day in numbers else _next(days, day) for day in sold_on]
    for number in sorted({*at, *(max(at) + after for after in _AFTER_DAYS)}):
        for sale, sold_at in zip(sales, at, strict=True):
            if sold_at <= number < len(days):
                yield (sale["scenario_id"], sale["security_id"], days[number], sale["bps"],
                       number - sold_at)  # fmt: skip


def _next(days: list[date], day: date) -> int:
    return sum(each < day for each in days)

"""Daily price series: the usual CSV and JSON layouts.

Refuses what is not a day's close (intraday rows, several rows a day) and volumes that are not
shares of all venues where that shows. Adjusts nothing: whether a series is split-adjusted, or its
volume that of one venue, shows only against another series (``contradictions``).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from statistics import median
from typing import TYPE_CHECKING, Any

import polars as pl

from flowrisk.errors import DataError, join_names
from flowrisk.ingest.formats.price_layouts import Layout, layout_of
from flowrisk.ingest.readers import cells
from flowrisk.ingest.readers.decoding import read_text
from flowrisk.ingest.readers.parsed import Collected

if TYPE_CHECKING:
    from pathlib import Path

    from flowrisk.ingest.readers.parsed import Hints, Parsed
    from flowrisk.ingest.readers.tabular import Line


_TICKER_NAME = re.compile(r"([A-Z][A-Z0-9.]{0,9})(?:[_ -].*)?")
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?")
_SATURDAY = 5
_LEAST_PER_TRADE_COUNT = 15
_LEAST_COMMON_DAYS = 5
_SAME_RATIO = 0.2
_LOT_SHARES = 100
_PARTIAL_RATIO = 0.5


def read(path: Path, hints: Hints) -> Parsed:
    """Return the daily closes and share volumes of a price file.

    ``Close`` is taken, not the dividend-adjusted close, unless there is nothing else. The security
    is the row's, the hint's, the file's, else the ticker that the file is named after. Rows with a
    time of day, and all rows of a day that has several different ones, are refused.

    Raises: DataError for a page, an empty or foreign file, a series with intraday rows only, or
        one that names no security.
    """
    layout = layout_of(path, read_text(path))
    collected = Collected(read_count=len(layout.lines))
    security = _security(path, layout, hints, collected)
    for line in layout.lines:
        _take(line, layout, security, collected)
    _refuse_crowded_days(collected)
    if not collected.prices and _is_intraday(collected):
        raise DataError(
            f"The file {path.name} has intraday rows only: no day has a close.",
            facts={"rows": len(layout.lines), "days": len({r["value"] for r in collected.rejects})},
            remedy="Give a series with one row a day.",
        )
    _judge_volumes(layout, collected)
    _note_weekends(collected)
    return collected.frozen()


def contradictions(series: pl.DataFrame, reference: pl.DataFrame) -> tuple[str, ...]:
    """Return what a series says differently from a reference on the days they share.

    Args:
        series: ``prices`` of a Parsed, one security.
        reference: priced_on, close, volume_shares of the same security and currency, trusted.

    Returns: slugs, empty where they agree within 20 per cent or share fewer than 5 days:
        ``close_differs_by_a_factor`` (not split-adjusted, or another currency),
        ``volume_is_in_dollars``, ``volume_is_in_round_lots``, ``volume_is_partial`` (one venue).
    """
    both = series.join(reference, on="priced_on", suffix="_reference").drop_nulls(
        ["close", "close_reference"]
    )
    if both.height < _LEAST_COMMON_DAYS:
        return ()
    ratio = both["close"] / both["close_reference"]
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
    return isinstance(typical, float) and abs(typical / expected - 1) <= _SAME_RATIO


def _security(path: Path, layout: Layout, hints: Hints, collected: Collected) -> str:
    stated = hints.security or layout.stated.get("security")
    if stated or "security" in layout.columns:
        return stated or ""
    match = _TICKER_NAME.fullmatch(path.stem)
    if match is None:
        raise DataError(
            f"The file {path.name} does not say whose prices these are.",
            facts={"columns found": join_names(sorted(layout.columns))},
            remedy="Name the file after the ticker, or add a column 'ticker'.",
        )
    collected.notes.append(f"the security {match.group(1)} is taken from the file name")
    return match.group(1)


def _take(line: Line, layout: Layout, security: str, collected: Collected) -> None:
    name = line.get("security") or security
    priced_on, is_utc = _day(line.get("date"))
    refusal = line.fault or _objection(line, name, priced_on)
    notes: list[str] = []
    close, volume = _close(line, notes), _volume(line, notes)
    if refusal is None and (close is None or close <= 0):
        refusal = "close_not_a_positive_number"
    if refusal:
        value = line.get("date") if refusal == "intraday_row" else line.text
        collected.reject(line.row_number, refusal, value, name or None)
        return
    _note_range(line, close or 0, notes)
    if is_utc:
        notes.append("the day is that of a UTC timestamp")
    collected.prices.append(
        {
            "security": name,
            "row_number": line.row_number,
            "priced_on": priced_on,
            "close": close,
            "currency": (line.get("currency") or layout.stated.get("currency", "")).upper() or None,
            "volume_shares": volume,
            "note": "; ".join(notes) or None,
        }
    )


def _objection(line: Line, security: str, priced_on: date | None) -> str | None:
    if priced_on is None:
        return "date_not_a_day"
    if not security:
        return "no_security"
    return "intraday_row" if line.get("time") else None


def _day(text: str) -> tuple[date | None, bool]:
    epoch = _EPOCH.fullmatch(text)
    if epoch:
        return datetime.fromtimestamp(int(epoch.group(1)), tz=UTC).date(), True
    return cells.day(text), False


def _close(line: Line, notes: list[str]) -> float | None:
    for column in ("close", "adjusted"):
        try:
            value = cells.number(line.get(column))
        except ValueError:
            return None
        if value is not None:
            if column == "adjusted":
                notes.append("the close is the dividend-adjusted one: there is no other")
            return value
    return None


def _volume(line: Line, notes: list[str]) -> float | None:
    try:
        volume = cells.number(line.get("volume"))
    except ValueError:
        volume = -1
    if volume is not None and volume < 0:
        notes.append(f"volume {line.get('volume')[:40]!r} is no volume")
        return None
    return volume


def _note_range(line: Line, close: float, notes: list[str]) -> None:
    try:
        low, high = cells.number(line.get("low")), cells.number(line.get("high"))
    except ValueError:
        return
    if low and high and not low * 0.999 <= close <= high * 1.001:
        notes.append(f"the close lies outside the day's range {low:g} to {high:g}")


def _refuse_crowded_days(collected: Collected) -> None:
    """Refuse all rows of a day that has several different ones; keep one of equal rows."""
    days: defaultdict[tuple[str, date], list[dict[str, Any]]] = defaultdict(list)
    for row in collected.prices:
        days[row["security"], row["priced_on"]].append(row)
    kept = []
    for (security, priced_on), rows in days.items():
        is_one = len({(row["close"], row["volume_shares"]) for row in rows}) == 1
        kept += rows[:1] if is_one else []
        for row in rows[1:] if is_one else rows:
            reason = "same_row_again" if is_one else "several_rows_a_day"
            collected.reject(row["row_number"], reason, str(priced_on), security)
    collected.prices = kept


def _is_intraday(collected: Collected) -> bool:
    reasons = {row["reason"] for row in collected.rejects}
    return bool(reasons & {"intraday_row", "several_rows_a_day"})


def _judge_volumes(layout: Layout, collected: Collected) -> None:
    """Drop volumes that cannot be shares: parts of a share, or a few units a trade (round lots)."""
    volumes = [row["volume_shares"] for row in collected.prices if row["volume_shares"]]
    broken = sum(not float(volume).is_integer() for volume in volumes)
    reason = ""
    if volumes and broken * 2 > len(volumes):
        reason = "most volumes are not whole numbers: dollars or parts of a coin, not shares"
    per_trade = _volumes_per_trade(layout)
    if per_trade and median(per_trade) < _LEAST_PER_TRADE_COUNT:
        reason = f"the typical trade is {median(per_trade):.1f} units: round lots, not shares"
    if reason:
        collected.notes.append(f"{reason}; volumes are null")
        for row in collected.prices:
            row["volume_shares"] = None


def _volumes_per_trade(layout: Layout) -> list[float]:
    ratios = []
    for line in layout.lines:
        try:
            volume, trades = cells.number(line.get("volume")), cells.number(line.get("trades"))
        except ValueError:
            continue
        if volume and trades:
            ratios.append(volume / trades)
    return ratios


def _note_weekends(collected: Collected) -> None:
    weekends = Counter(
        row["security"] for row in collected.prices if row["priced_on"].weekday() >= _SATURDAY
    )
    if weekends:
        shown = join_names(f"{name} {count}" for name, count in weekends.items())
        collected.notes.append(f"rows on Saturdays or Sundays, as only coins have: {shown}")

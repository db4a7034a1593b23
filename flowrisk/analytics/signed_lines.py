"""What trades beside the flow of trackers, never inside it: who else buys or sells, and how much.

Owns five lines with their signs and formulas. Quantifies only what is given: no line is guessed.
Positive adds to what trackers trade, negative offsets it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_BPS = 10_000
NOT_GIVEN = "not in the data"
_KEYS = ("scenario_id", "security_id", "ticker")
_TYPES = {
    "scenario_id": pl.String, "security_id": pl.String, "ticker": pl.String, "line": pl.String,
    "side": pl.String, "formula": pl.String, "source": pl.String, "signed_shares": pl.Float64,
    "signed_usd": pl.Float64, "days_to_cover": pl.Float64, "unknown_reason": pl.String,
}  # fmt: skip


class _Line(NamedTuple):
    name: str
    side: str
    formula: str
    source: str


_SHORT = _Line("short-interest", "offsets", "shares sold short, at most all of them; days = ÷ ADV",
               "exchange short interest, published twice a month (FINRA Rule 4560)")  # fmt: skip
_HEDGE = _Line(
    "convert-hedge",
    "offsets",
    "shares sold short against convertibles × fall of delta",
    "holders of the notes: short delta × conversion shares, bought back as it falls",
)
_LEVERAGED = _Line(
    "leveraged",
    "adds",
    "Σ L·(L − 1) × assets × |r|, r the fall as one order",
    "Cheng and Madhavan 2009, The Dynamics of Leveraged and Inverse ETFs",
)
_LENT = _Line(
    "on-loan",
    "offsets",
    "shares that the sellers lent and recall, at most what they sell",
    "securities lent count as held in fund reports (Form N-PORT, Part C.12)",
)
_ACTIVE = _Line(
    "active",
    "adds",
    "b × active assets × index weight, b = 0, 0.15, 0.5",
    "--active-aum; frame active_pass_through holds its low and high",
)


_ON_A_PURCHASE = {
    _HEDGE.name: "trackers buy: hedgers sell more as the price rises, without a bound here",
    _LENT.name: "trackers buy: nothing is recalled",
}


def signed_lines(
    outflows: pl.DataFrame,
    given: Mapping[str, Mapping[str, tuple[float, ...]]],
    active: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return one row a scenario, security and line; what is not given is null and said.

    Args:
        outflows: rows of the mart, with adv_shares, close_usd and the square root's central fall.
        given: by security_id, then by line, its numbers: shares; leverage and US dollars in turn.
        active: the frame active_pass_through, where it was made.
    Returns: scenario_id, security_id, ticker, line, side (``adds`` or ``offsets``), formula,
        source, signed_shares, signed_usd (positive adds to the flow), days_to_cover (of short
        interest), unknown_reason.
    Source: of each line in its row.
    """
    sold = _active(active)
    rows = [
        {**{name: row[name] for name in _KEYS}, "line": line.name, "side": line.side,
         "formula": line.formula, "source": line.source, **amount}
        for row in outflows.rows(named=True)
        for line, amount in _lines(row, given.get(row["security_id"], {}), sold)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_TYPES, orient="row")


def _lines(
    row: Mapping[str, Any], given: Mapping[str, tuple[float, ...]], active: Mapping[Any, float]
) -> Iterable[tuple[_Line, dict[str, object]]]:
    is_bought = (row["outflow_shares"] or 0) < 0
    for line in (_SHORT, _HEDGE, _LENT):
        (shares,) = given.get(line.name, (None,))
        reason = NOT_GIVEN if shares is None else None
        if is_bought and line is not _SHORT:
            shares, reason = None, _ON_A_PURCHASE[line.name]
        elif shares is not None and line is _LENT:
            sold = row["outflow_shares"]
            shares = None if sold is None else min(shares, sold)
            reason = "outflow unknown" if sold is None else None
        amount = _amount(row, None if shares is None else -shares, None, reason)
        if line is _SHORT and shares is not None and row["adv_shares"]:
            amount["days_to_cover"] = shares / row["adv_shares"]
        yield (line._replace(side="adds") if is_bought and line is _SHORT else line), amount
    yield _LEVERAGED, _leveraged(row, given.get(_LEVERAGED.name))
    usd = active.get((row["scenario_id"], row["security_id"]))
    yield _ACTIVE, _amount(row, None, usd, NOT_GIVEN if usd is None else None)


def _leveraged(row: Mapping[str, Any], given: tuple[float, ...] | None) -> dict[str, object]:
    """Return L·(L − 1)·AUM·|r| of the funds: they trade with the price, so with the flow."""
    if given is None:
        return _amount(row, None, None, NOT_GIVEN)
    fall_bps = row.get("square_root_impact_central_bps")
    if fall_bps is None:
        return _amount(row, None, None, "no estimate of the price impact")
    pairs = zip(given[::2], given[1::2], strict=True)
    usd = sum(leverage * (leverage - 1) * assets for leverage, assets in pairs) * fall_bps / _BPS
    return _amount(row, None, usd, None)


def _amount(
    row: Mapping[str, Any], shares: float | None, usd: float | None, reason: str | None
) -> dict[str, object]:
    """Return an amount in shares and dollars, each from the other at the close where one is."""
    close = row["close_usd"]
    if close:
        shares = usd / close if shares is None and usd is not None else shares
        usd = shares * close if usd is None and shares is not None else usd
    return {"signed_shares": shares, "signed_usd": usd, "days_to_cover": None,
            "unknown_reason": reason}  # fmt: skip


def _active(active: pl.DataFrame | None) -> dict[Any, float]:
    """Return the likeliest sale of active money by scenario and security, where it is known."""
    if active is None:
        return {}
    known = active.filter(pl.col("central_usd").is_not_null())
    sums = known.group_by("scenario_id", "security_id").agg(pl.col("central_usd").sum())
    return {(scenario, security): usd for scenario, security, usd in sums.rows()}

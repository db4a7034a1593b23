"""Index changes in words: which indices are entered and left, what is bought and sold of each, the
gross of a net flow, and what a freeze leads to. Computes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from flowrisk.export.tables import grid
from flowrisk.text import formatting
from flowrisk.text.paragraphs.confidence import LOWER_BOUNDS

if TYPE_CHECKING:
    from flowrisk.domain import Scenario, ScenarioAnswer


Row = Mapping[str, Any]
_UNKNOWN = "n/a"


def gross(row: Row) -> str:
    """Return what is bought and sold where both are; empty where the net is all of it."""
    unit = "shares" if row.get("gross_bought_usd") is None else "usd"
    bought, sold = row.get(f"gross_bought_{unit}"), row.get(f"gross_sold_{unit}")
    if not (bought and sold):
        return ""
    told = formatting.money if unit == "usd" else formatting.shares
    return f"{told(bought)} bought, {told(sold)} sold"


def moves(scenario: Scenario, provider_id: str) -> str:
    """Return in brackets which indices of a provider are asked to be entered and left."""
    own = [move for move in scenario.moves if move.provider_id == provider_id and move.is_asked]
    said = ", ".join(f"{'into' if move.is_entry else 'out of'} {move.index_id}" for move in own)
    if not said:
        return ""
    return f" (which blocks: {said})" if own[0].is_blocked else f" ({said})"


def gross_lines(answer: ScenarioAnswer) -> list[str]:
    """Return what the basket buys and sells in each scenario that does both, net in the table."""
    told = ((row["scenario_id"], gross(row))
            for row in answer.rows("scenario_totals"))  # fmt: skip
    return [f"Gross of the basket, {name}: {both}" for name, both in told if both]


def lines(trades: Iterable[Row], how: Callable[[Row], str]) -> list[str]:
    """Return what trackers of each index trade of the basket.

    Args:
        trades: rows of the mart index_trades.
        how: a row to the word for how its amount was found.
    """
    rows = [row for row in trades if row["is_in_basket"]]
    told = ["", "Index by index (the outflow above is the net of these)"]
    told += grid(
        ("security", "index", "scenario", "", "basis", "sold or bought"),
        (
            (row["ticker"], formatting.name(row["index_name"]), row["scenario_id"],
             change(row), how(row), trade(row))
            for row in rows
        ),
    )  # fmt: skip
    reasons = dict.fromkeys(row["reason"] for row in rows if row["reason"])
    return told + [f"  {reason}" for reason in reasons]


def change(row: Row) -> str:
    """Return whether an index is entered or left, and whether that follows from another one."""
    what = "entered" if row["is_entry"] else "left"
    return what if row["is_asked"] else f"{what}, implied"


def trade(row: Row) -> str:
    """Return what the trackers of one index trade; ``≥`` of a lower bound, n/a of the unknown."""
    if row["bound"] == "unknown" or row["traded_shares"] is None:
        return _UNKNOWN
    traded = row["traded_usd"] if row["traded_usd"] is not None else row["traded_shares"]
    told = formatting.money if row["traded_usd"] is not None else formatting.shares
    if not traded:
        return "nothing"
    bound = "≥ " if row["bound"] in LOWER_BOUNDS else ""
    return f"{bound}{told(abs(traded))} {'sold' if traded > 0 else 'bought'}"


def freeze_lines(rows: Iterable[Row]) -> list[str]:
    """Return the frozen positions of the basket, each once, and those that are not known."""
    basket = [row for row in rows if row["is_in_basket"]]
    each = {(row["provider_id"], row["security_id"]): row for row in basket}.values()
    known = [row for row in each if row["unknown_reason"] is None]
    lines = ["", "Freeze, never part of an outflow (foregone = not bought at reviews since)"]
    lines += grid(
        ("security", "provider", "since", "counted", "actual", "ratio now", "foregone",
         "catch-up", "later deletion"),
        (
            (row["ticker"], row["provider_id"], str(row["frozen_from_on"]),
             formatting.shares(row["counted_shares"]), formatting.shares(row["actual_shares"]),
             formatting.percent(row["effective_tracking_ratio"], decimals=3),
             formatting.money(row["foregone_demand_usd"]), formatting.money(row["catch_up_usd"]),
             formatting.money(row["deletion_outflow_usd"]))
            for row in known
        ),
    )  # fmt: skip
    for said, column in (("foregone unknown", "foregone_unknown_reason"),
                         ("unknown", "unknown_reason")):  # fmt: skip
        reasons: dict[str, dict[str, None]] = {}
        for row in each:
            if row[column] is not None:
                reasons.setdefault(row[column], {})[row["ticker"]] = None
        lines += [f"  {said}: {', '.join(names)} ({why})" for why, names in reasons.items()]
    return lines

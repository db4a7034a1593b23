"""The portfolios of a book in words: what each sells or buys, and why something is not traded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flowrisk.errors import join_names
from flowrisk.export.tables import grid
from flowrisk.text import formatting

if TYPE_CHECKING:
    from flowrisk.domain import ScenarioAnswer


Row = Mapping[str, Any]
ACTIVE = tuple(f"active_weight_{when}_ratio" for when in ("before", "untraded", "after"))
_UNKNOWN = "n/a"
_LINES_COUNT, _NOTES_COUNT = 25, 6
_NAME_LENGTH = 24


def known(shown: str) -> str:
    """Return a figure as shown, ``n/a`` where it is not known."""
    return _UNKNOWN if shown == formatting.UNKNOWN else shown


def total(row: Row, column: str) -> str:
    """Return what a portfolio sells or buys in dollars: ``≥`` where a line of it is not known."""
    is_bound = row["bound"] == "at_least"
    if row[column] is None or (is_bound and not row[column]):
        return _UNKNOWN
    return f"≥ {formatting.money(row[column])}" if is_bound else formatting.money(row[column])


def of_flow(row: Row) -> str:
    """Return a trade as a share of the whole flow: ``≤`` where the flow is a lower bound."""
    ratio = row["flow_ratio"]
    shown = known(formatting.percent(None if ratio is None else abs(ratio)))
    is_bound = row["outflow_bound"] == "at_least"
    return f"≤ {shown}" if is_bound and shown[0].isdigit() else shown


def active(ratio: float | None) -> str:
    """Return an active weight in percentage points, to the basis point."""
    return known(formatting.points(ratio, decimals=2))


def trades(answer: ScenarioAnswer) -> list[Row]:
    """Return the lines of the book that are sold or bought, the largest first."""
    rows = answer.rows("book")
    traded = [row for row in rows if row["side"] in ("sell", "buy")]
    return sorted(traded, key=lambda row: -abs(row["traded_usd"] or 0.0))


def reasons(answer: ScenarioAnswer) -> list[tuple[str, list[str]]]:
    """Return why lines of the book are not traded, or not known to be, with those lines once."""
    found: dict[str, dict[tuple[str, str], str]] = {}
    for row in answer.rows("book"):
        if row["no_trade_reason"]:
            what = formatting.name(row["ticker"] or row["identifier"], _NAME_LENGTH)
            said = f"{what} of {formatting.name(row['portfolio'], _NAME_LENGTH)}"
            own = found.setdefault(row["no_trade_reason"], {})
            own[row["portfolio"], row["identifier"]] = said
    return [(reason, list(names.values())) for reason, names in found.items()]


def notes(answer: ScenarioAnswer) -> list[str]:
    """Return what each portfolio of the book trades, one sentence each; none without a book."""
    if "book_totals" not in answer.marts:
        return []
    portfolios: dict[str, list[str]] = {}
    for row in answer.rows("book_totals"):
        bought = f", buys {total(row, 'bought_usd')}" if row["bought_usd"] else ""
        said = f"{formatting.name(row['scenario_id'], _NAME_LENGTH)} sells "
        said += total(row, "sold_usd") + bought
        portfolios.setdefault(row["portfolio"], []).append(said)
    told = [f"Book, {formatting.name(portfolio)}: {'; '.join(said)}"
            for portfolio, said in portfolios.items()]  # fmt: skip
    rest = len(told) - _NOTES_COUNT
    return told[:_NOTES_COUNT] + ([f"Book: {rest} more portfolios"] if rest > 0 else [])


def lines(answer: ScenarioAnswer, days: str) -> list[str]:
    """Return the lines of a terminal on the book, empty without one.

    Args:
        days: what stands above the days of a trade.
    """
    if "book_totals" not in answer.marts:
        return []
    totals, traded = answer.rows("book_totals"), trades(answer)
    said = ["", "Book: what each portfolio sells or buys"]
    said += _shown("portfolios", totals, grid(
        ("portfolio", "scenario", "value", "sells", "buys", "of portfolio"),
        map(_total, totals[:_LINES_COUNT]),
    ))  # fmt: skip
    if traded:
        said += ["", *_shown("trades", traded, grid(
            ("portfolio", "security", "scenario", "side", "shares", "value", days,
             "active before", "untraded", "after", "of flow"),
            map(_trade, traded[:_LINES_COUNT]),
        ))]  # fmt: skip
    said += (f"  {why} ({len(names)}): {join_names(names)}" for why, names in reasons(answer))
    return said


def _shown(what: str, rows: Sequence[Row], laid: Iterable[str]) -> list[str]:
    rest = len(rows) - _LINES_COUNT
    return [*laid, *([f"  and {rest:,} more {what}, in -o FILE.xlsx"] if rest > 0 else [])]


def _total(row: Row) -> list[str]:
    return [
        formatting.name(row["portfolio"], _NAME_LENGTH),
        formatting.name(row["scenario_id"], _NAME_LENGTH),
        known(formatting.money(row["portfolio_value_usd"])),
        total(row, "sold_usd"),
        total(row, "bought_usd"),
        known(formatting.percent(row["traded_of_portfolio_ratio"])),
    ]


def _trade(row: Row) -> list[str]:
    usd = row["traded_usd"]
    return [
        formatting.name(row["portfolio"], _NAME_LENGTH),
        formatting.name(row["ticker"], 16),
        formatting.name(row["scenario_id"], _NAME_LENGTH),
        row["side"],
        formatting.shares(abs(row["traded_shares"])),
        known(formatting.money(None if usd is None else abs(usd))),
        known(formatting.days(row["days_to_trade"])),
        *(active(row[column]) for column in ACTIVE),
        of_flow(row),
    ]

"""The page on the book: what each portfolio must trade, its largest trades, what is not known.

Chooses; what is traded was counted before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowrisk.report.sections import evidence
from flowrisk.text import formatting
from flowrisk.text.paragraphs import book as words

if TYPE_CHECKING:
    from flowrisk.domain import ScenarioAnswer


_NAMED_COUNT = 40


def book(answer: ScenarioAnswer) -> dict[str, Any] | None:
    """Return the parts of the section on the book, by name; None without a book."""
    if "book_totals" not in answer.marts:
        return None
    totals = answer.marts["book_totals"].rows(named=True)
    trades = words.trades(answer)
    return {
        "totals": totals[: evidence.TOP_COUNT],
        "more_totals_count": max(0, len(totals) - evidence.TOP_COUNT),
        "trades": trades[: evidence.TOP_COUNT],
        "more_trades_count": max(0, len(trades) - evidence.TOP_COUNT),
        "reasons": [
            (formatting.capitalized(reason), names[:_NAMED_COUNT], len(names))
            for reason, names in words.reasons(answer)
        ],
        "has_shorts": any(row["shares"] < 0 for row in trades),
        "has_own_values": answer.marts["book"]["value_basis"].eq("book").any(),
    }

"""How an outflow trades, in words: closing auctions, the bounds of its impact, and the signed lines
beside it. Computes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from flowrisk.export.tables import grid
from flowrisk.text import formatting
from flowrisk.text.paragraphs.confidence import LOWER_BOUNDS

if TYPE_CHECKING:
    from flowrisk.domain import Answer


Row = Mapping[str, Any]
LINES = {
    "short-interest": "Short interest",
    "convert-hedge": "Convertible hedges",
    "on-loan": "Lending recall",
    "leveraged": "Leveraged single-stock funds",
    "active": "Benchmark-aware active money",
}
CLOSE_SHARE = "50–60 % in the close itself (Tesla into the S&P 500, 2020: 53–55 %)"


def auctions(row: Row) -> str:
    """Return an outflow, or what all sell on one session, as a multiple of ordinary closing
    auctions, such as ``7.6–13.3×``."""
    low, high = row["auction_multiple_low_days"], row["auction_multiple_high_days"]
    if low is None or high is None:
        return formatting.UNKNOWN
    is_least = row.get("same_day_is_at_least", row["bound"] in LOWER_BOUNDS)
    least = "≥ " if is_least else ""
    return f"{least}{formatting.extent(f'{low:.1f}', f'{high:.1f}')}×"


def auction_share(answer: Answer) -> str:
    """Return the share of a day's volume in the closing auction: ``8–14 % of volume``."""
    low, high = cast("tuple[float, float]", answer.assumptions["auction_share"].value)
    ends = (f"{formatting.axis(f'{end * 100:.2f}')} %" for end in (low, high))
    return f"{formatting.extent(*ends)} of volume"


def lead_auctions(answer: Answer, cells: Sequence[Row]) -> str:
    """Return the line on closing auctions of one security in each scenario, or why there is none.

    Args:
        cells: its outflow in each scenario.
    """
    name = formatting.company(cells[0]["security_name"])
    if all(row["adv_shares"] is None for row in cells):
        return f"Closing auction: no volume of {name} in the data, so no multiple"
    several = {each.scenario_id for each in answer.scenarios if len(each.provider_ids) > 1}
    said = [
        f"{auctions(row)} {formatting.name(row['scenario_id'], 24)}"
        + (" (if simultaneous)" if row["scenario_id"] in several else "")
        for row in cells
    ]
    return f"{name} in ordinary closing auctions ({auction_share(answer)}): {', '.join(said)}"


def bounds(row: Row, name: str, joiner: str = "; ") -> str:
    """Return the bounds of a fall by the square-root law in one sentence, or why there are none.

    Args:
        joiner: stands before what they go beyond.
    """
    if row["reason"] is not None:
        return f"{name}: no bounds of the impact, {row['reason'].replace('_', ' ')}"
    least = "≥ " if row["is_at_least"] else ""
    one, each = (formatting.fall(row[f"{end}_bps"]) for end in ("one_order", "per_session"))
    count = row["sessions_count"]
    return (
        f"{name} by the square-root law: {least}{one} as one order, {least}{each} over {count} "
        f"session{'s' if count > 1 else ''} without decay{beyond(row['caution'], joiner)}"
    )


def beyond(caution: str | None, joiner: str = "; ") -> str:
    """Return what a printed impact goes beyond, to stand behind it; empty where it does not."""
    return f"{joiner}{formatting.name(caution, 100)}" if caution else ""


def lead_bounds(answer: Answer, cells: Sequence[Row]) -> list[str]:
    """Return a line on the bounds of one security's fall in each scenario; empty where they were
    not asked for, or none has any."""
    if "impact_bounds" not in answer.marts:
        return []
    keys = {(row["scenario_id"], row["security_id"]) for row in cells}
    rows = [
        row
        for row in answer.rows("impact_bounds")
        if (row["scenario_id"], row["security_id"]) in keys and row["reason"] is None
    ]
    said = [
        f"{_between(row)} {formatting.name(row['scenario_id'], 24)}"
        + (f" ({beyond(row['caution'], '')})" if row["caution"] else "")
        for row in rows
    ]
    name = formatting.company(cells[0]["security_name"])
    head = f"{name}, bounds of the price impact (one order to per session without decay)"
    return [f"{head}: {', '.join(said)}"] if said else []


def _between(row: Row) -> str:
    one, each = (formatting.fall(row[f"{end}_bps"]) for end in ("one_order", "per_session"))
    least = "≥ " if row["is_at_least"] else ""
    return f"{least}{one}" if one == each else f"{least}{one} to {each}"


def beside(answer: Answer) -> list[str]:
    """Return the quantified lines beside the flow and the names of those that are not, with what
    was given of them; empty where nothing was given."""
    if "signed_lines" not in answer.marts or answer.assumptions["beside"].value is None:
        return []
    rows = answer.rows("signed_lines")
    known = [row for row in rows if row["unknown_reason"] is None]
    cells = (
        (f"{row['ticker']} {LINES[row['line']].lower()}", row["scenario_id"],
         formatting.money(row["signed_usd"], is_signed=True),
         formatting.shares(row["signed_shares"]), days(row))
        for row in known
    )  # fmt: skip
    heads = ("beside the flow, never inside it", "", "amount", "shares", "days to cover")
    unknown = dict.fromkeys(LINES[row["line"]].lower() for row in rows if row not in known)
    said = ["", *grid(heads, cells, indent="")]
    return [*said, *([f"Not in the data: {', '.join(unknown)}"] if unknown else [])]


def days(row: Row) -> str:
    """Return the days to cover of a line that has them."""
    return "" if row["days_to_cover"] is None else formatting.days(row["days_to_cover"])


def missing(answer: Answer) -> str:
    """Return the note on what trades beside the flow and is not in the data."""
    names = ", ".join(LINES.values()).lower()
    told = "" if answer.assumptions["beside"].value is None else ", where not given above"
    return (
        f"beside the flow, never inside it, and not in the data{told}: {names} "
        "(--beside, --active-aum)"
    )

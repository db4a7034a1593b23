"""The answer of ``flowrisk screen`` as the text a person reads. Computes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from flowrisk import figures, text
from flowrisk.summaries import grid, headline

if TYPE_CHECKING:
    from flowrisk.screen import ScreenAnswer

Row = Mapping[str, Any]
_HEADS = ("", "statement", "reported", "all coins", "at review price", "from the line",
          "break-even coin price", "it must move")  # fmt: skip


def screen_table(answer: ScreenAnswer) -> str:
    """Return the ratios against the threshold, those not assessed, the moves, and the notes."""
    rows = answer.marts["digital_asset_ratios"].rows(named=True)
    threshold = cast("float", answer.assumptions["threshold"].value)
    lines = [
        headline(answer, text.subject(answer)),
        f"digital assets over total assets; the line is {figures.percent(threshold)}, inclusive",
        "",
        *_ratios([row for row in rows if row["is_in_basket"]]),
    ]
    others = [row for row in rows if not row["is_in_basket"]]
    if others:
        lines += ["", f"Outside the list ({len(others)}):", *_ratios(others)]
    lines += [*_probabilities(answer, rows), *_moves(answer)]
    return "\n".join([*lines, "", *_notes(rows)]) + "\n"


def _ratios(rows: Sequence[Row]) -> list[str]:
    assessed = [row for row in rows if row["not_assessed_reason"] is None]
    assessed.sort(key=lambda row: -row["distance_ratio"])
    lines = grid(_HEADS, (_ratio(row) for row in assessed), indent="") if assessed else []
    missing = [f"{row['ticker']} ({row['not_assessed_reason']})" for row in rows
               if row["not_assessed_reason"] is not None]  # fmt: skip
    return [*lines, f"Not assessed ({len(missing)}): {', '.join(missing)}"] if missing else lines


def _ratio(row: Row) -> list[str]:
    price, coin = row["break_even_coin_price_usd"], row["coins"]
    later = row["published_on"] is not None and row["is_published_after_as_of"]
    return [
        row["ticker"],
        f"{row['statement_on']}{'*' if later else ''}",
        figures.percent(row["digital_asset_ratio"]),
        figures.percent(row["all_coins_digital_asset_ratio"]),
        figures.percent(row["review_digital_asset_ratio"]),
        _points(row["distance_ratio"]),
        figures.UNKNOWN if price is None else f"{coin} ${price:,.2f}",
        _change(row["break_even_move_ratio"]),
    ]


def _points(distance_ratio: float) -> str:
    return f"{distance_ratio * 100:+.1f} points"


def _change(ratio: float | None) -> str:
    return figures.UNKNOWN if ratio is None else f"{ratio * 100:+,.0f} %"


def _probabilities(answer: ScreenAnswer, rows: Sequence[Row]) -> list[str]:
    review_on = answer.assumptions["review_on"].value
    known = [row for row in rows if row["at_or_above_probability_ratio"] is not None]
    if review_on is None or not known:
        return []
    volatility = cast("float", answer.assumptions["volatility"].value)
    lines = grid(
        ("", "at or above", "to cross", "touching any day"),
        (
            (row["ticker"], figures.percent(row["at_or_above_probability_ratio"]),
             figures.percent(row["crossing_probability_ratio"]),
             figures.percent(row["touching_probability_ratio"]))
            for row in known
        ),
        indent="",
    )  # fmt: skip
    head = f"Probability on {review_on}, coins moving {figures.percent(volatility)} a year"
    return ["", head, *lines]


def _moves(answer: ScreenAnswer) -> list[str]:
    rows = answer.marts["moves"].rows(named=True)
    shown = [row for row in rows if row["digital_asset_ratio"] is not None]
    if not shown:
        return ["", "No issuer asked about can make these moves."] if rows else []
    lines = grid(
        ("ratio after, at the review price", "dollars", "ratio"),
        (
            (f"{row['ticker']} {row['move']}", figures.money(row["moved_usd"]),
             figures.percent(row["digital_asset_ratio"]))
            for row in shown
        ),
        indent="",
    )  # fmt: skip
    return ["", *lines]


def _notes(rows: Sequence[Row]) -> list[str]:
    notes = [
        "note: at review price = coins at the as-of close or --coin-price, the rest as reported"
    ]
    if any(row["is_published_after_as_of"] for row in rows):
        notes.append("note: * published after the as-of date; --known-on leaves such out")
    if any(row["is_off_units"] for row in rows):
        notes.append(
            "note: reported = the value scaled; all coins = those lent or pledged too, at the close"
        )
    return notes

"""The measured error of one tracker's positions foretold from another's, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowrisk.export.tables import Text, grid, text
from flowrisk.text import formatting
from flowrisk.text.heading import headline

if TYPE_CHECKING:
    from flowrisk.domain import Answer
    from flowrisk.text.scenario import Row


def table(told: Answer) -> Text:
    """Return the bands by kind of pair, and every pair."""
    pairs = told.marts["pairs"].rows(named=True)
    lines = [headline(told, f"{len({row['pair_id'] for row in pairs})} pairs of listings"), ""]
    lines += grid(
        ("pairs of", "size", "pairs", "positions", "90 % band", "inside, by the others' bands"),
        (_band(row) for row in told.marts["bands"].rows(named=True)),
    )
    lines += ["", "actual over foretold position, against the middle one of the pair", ""]
    lines += grid(
        ("pair", "size", "positions", "5 %", "25 %", "75 %", "95 %", "inside"),
        (_pair(row) for row in pairs),
    )
    return text(lines)


def finding(told: Answer) -> str:
    """Return the widest and the narrowest band, in one sentence."""
    bands = told.marts["bands"].rows(named=True)
    pairs = f"{told.marts['pairs'].height} pairs of listings"
    if not bands:
        return f"{pairs}, none of which gives a band"
    wide = max(bands, key=lambda row: row["high_ratio"] - row["low_ratio"])
    said = f"{_moved(wide['low_ratio'])} to {_moved(wide['high_ratio'])}"
    return f"{pairs}; the widest 90 % band, {wide['pair_kind']} {wide['size_class']}: {said}"


def notes(told: Answer) -> list[str]:
    """Return what the bands cannot say, one line each."""
    del told
    return [
        "each pair is scored by bands from the other pairs of its kind and size",
        "listings of one fund in a row show what time does; they give no band",
    ]


def _band(row: Row) -> tuple[str, ...]:
    band = f"{_moved(row['low_ratio'])} to {_moved(row['high_ratio'])}"
    return (
        row["pair_kind"], row["size_class"], str(row["pairs_count"]),
        formatting.shares(row["members_count"]), band, formatting.percent(row["inside_ratio"]),
    )  # fmt: skip


def _pair(row: Row) -> tuple[str, ...]:
    quantiles = ("q05_ratio", "q25_ratio", "q75_ratio", "q95_ratio")
    return (
        row["pair_id"], row["size_class"], formatting.shares(row["members_count"]),
        *(_moved(row[name]) for name in quantiles), formatting.percent(row["inside_ratio"]),
    )  # fmt: skip


def _moved(ratio: float) -> str:
    return f"{100 * (ratio - 1):+.1f} %"

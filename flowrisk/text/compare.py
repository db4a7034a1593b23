"""A comparison as the text a person reads. Computes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flowrisk.answers.compare import EFFECTS
from flowrisk.export.tables import Text, grid, text
from flowrisk.text import formatting

if TYPE_CHECKING:
    from flowrisk.domain import Comparison


Row = Mapping[str, Any]


def table(told: Comparison) -> Text:
    """Return the effects of a comparison: basket first, then each security that differs."""
    first, second = told.heads
    lines = [
        f"A {told.labels[0]} (as of {first['as_of_on']}, {(first['digest'] or '')[:8]})",
        f"B {told.labels[1]} (as of {second['as_of_on']}, {(second['digest'] or '')[:8]})",
        "each effect starts where the one before it ended; they add up to the difference",
    ]
    effects = told.marts["effects"].rows(named=True)
    for total in told.marts["totals"].rows(named=True):
        own = [row for row in effects if row["scenario_id"] == total["scenario_id"]]
        rows = [{**total, "ticker": "Basket", "reason": _left_out(total)},
                *(row for row in own if row["difference_usd"] or row["reason"])]  # fmt: skip
        lines += ["", f"{total['scenario_id']}"]
        lines += grid(
            ("security", "A", "B", "difference", *EFFECTS, ""),
            (_effects(row) for row in rows),
        )
    for row in told.marts["changed_assumptions"].rows(named=True):
        lines.append(f"assumption {row['assumption']}: {row['in_a']} → {row['in_b']}")
    count = told.marts["changed_funds"].height
    lines.append(f"funds whose position or provider differs: {count}")
    return text(lines)


def finding(told: Comparison) -> str:
    """Return how the baskets differ and by which effect most, in one sentence."""
    return "; ".join(map(_difference, told.marts["totals"].rows(named=True)))


def notes(told: Comparison) -> list[str]:
    """Return what a reader must know beside the table: days that run backwards."""
    first, second = (head["as_of_on"] for head in told.heads)
    is_backwards = bool(first and second and str(second) < str(first))
    return ["B is the earlier day: the effects run backwards in time"] if is_backwards else []


def _difference(total: Row) -> str:
    head = f"{total['scenario_id']}: {formatting.money(total['outflow_a_usd'])} → "
    head += formatting.money(total["outflow_b_usd"])
    known = {name: total[f"{name}_effect_usd"] for name in EFFECTS
             if total.get(f"{name}_effect_usd")}  # fmt: skip
    if total["difference_usd"] is None or not known:
        return head
    most = max(known, key=lambda name: abs(known[name]))
    difference = formatting.money(total["difference_usd"], is_signed=True)
    return f"{head} ({difference}), most of it {most} " + formatting.money(
        known[most], is_signed=True
    )


def _left_out(total: Row) -> str | None:
    count = total["unknown_count"]
    return f"without {count} whose difference is unknown" if count else None


def _effects(row: Row) -> tuple[str, ...]:
    signed = ("difference_usd", *(f"{name}_effect_usd" for name in EFFECTS))
    return (
        row["ticker"] or row["security_id"] or "unnamed",
        formatting.money(row["outflow_a_usd"]),
        formatting.money(row["outflow_b_usd"]),
        *(formatting.money(row.get(name), is_signed=True) for name in signed),
        row["reason"] or "",
    )

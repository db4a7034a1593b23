"""A calibration in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowrisk.export.tables import Text, grid, text
from flowrisk.text import formatting
from flowrisk.text.heading import headline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flowrisk.domain import Answer
    from flowrisk.text.scenario import Row


def table(answer: Answer) -> Text:
    """Return ratios, price dates, provider sets and readings of a calibration."""
    targets = answer.marts["targets"].rows(named=True)
    ticker = targets[0]["ticker"]
    lines = [headline(answer, f"calibration to published estimates of {ticker}"), ""]
    lines += [f"Implied tracking ratio of {ticker} (estimate ÷ price ÷ shares)"]
    lines += grid(
        ("providers", "estimate", "price", "shares", "ratio", "ratio used", "own ratio (low–high)",
         "observed", "rest"),
        (
            (row["scenario_id"], formatting.money(row["target_usd"]), f"{row['close_usd']:.2f}",
             formatting.shares(row["implied_shares"]),
             formatting.percent(row["tracking_ratio"], decimals=3),
             formatting.percent(row["ratio_in_force"], decimals=3),
             _own(row),
             formatting.shares(row["observed_outflow_shares"]),
             formatting.percent(row["remainder_ratio"], decimals=0))
            for row in targets
        ),
    )  # fmt: skip
    lines += ["", "Closes that reproduce the estimate with the ratios used (* within 1 %)"]
    lines += _tried(answer.marts["price_dates"].rows(named=True), "priced_on", "session")
    lines += ["", "Provider sets that reproduce the estimate (* within 1 %)"]
    lines += _tried(answer.marts["provider_sets"].rows(named=True), "provider_ids", "set")
    lines += ["", *_readings(answer)]
    return text(lines)


def finding(answer: Answer) -> str:
    """Return what the published figures imply, in one sentence."""
    rows = answer.marts["targets"].rows(named=True)
    implied = ", ".join(
        f"{row['scenario_id']} {formatting.money(row['target_usd'])} implies "
        f"{formatting.percent(row['tracking_ratio'], decimals=3)}"
        for row in rows
    )
    return f"Tracking ratio of {rows[0]['ticker']}: {implied} of shares outstanding"


def notes(answer: Answer) -> list[str]:
    """Return what a reader must know beside the figures, one line each."""
    del answer
    return [
        "an implied ratio reproduces the estimate by construction: no independent check",
        "own ratio = the own estimate ÷ shares outstanding; it reads no published figure",
    ]


def _own(row: Row) -> str:
    """Return the ratio that the own estimate comes to, ``≥`` where part of it has no size."""
    central = row["model_central_ratio"]
    if row["model_bound"] == "unknown" or not central:
        return "n/a"
    at_least = "≥ " if row["model_bound"] == "at_least" else ""
    low, high = (f"{row[f'model_{end}_ratio'] * 100:.2f}" for end in ("low", "high"))
    return f"{at_least}{central * 100:.3f} % ({low}–{high})"


def _tried(rows: Iterable[Row], column: str, head: str) -> list[str]:
    return grid(
        ("providers", head, "outflow", "error"),
        (
            (row["scenario_id"], str(row[column]), formatting.money(row["outflow_usd"]),
             f"{row['error_ratio'] * 100:+.1f} %{'*' if row['is_reproduced'] else ' '}")
            for row in rows
        ),
    )  # fmt: skip


def _readings(answer: Answer) -> list[str]:
    rows = answer.marts["readings"].rows(named=True)
    if not rows:
        return ["No estimate contains another, so there are no two readings to compare."]
    whole, part = rows[0]["whole_scenario_id"], rows[0]["part_scenario_id"]
    lines = [f"Two readings of the '{whole}' estimate: the total, or in addition to '{part}'"]
    lines += grid(
        ("reading", "total", "shares", "% of shares", "13F holdings", "dated", "total ÷ 13F", ""),
        (
            (row["reading"], formatting.money(row["total_usd"]),
             formatting.shares(row["total_shares"]),
             formatting.percent(row["total_of_shares_outstanding_ratio"]),
             formatting.money(row["crosscheck_usd"]), str(row["newest_on"] or formatting.UNKNOWN),
             formatting.percent(row["total_of_crosscheck_ratio"], decimals=0),
             "nearer" if row["is_favoured"] else "")
            for row in rows
        ),
    )  # fmt: skip
    favoured = {row["reading"] for row in rows if row["is_favoured"]}
    if not favoured:
        verdict = "No manager holdings in the data: neither reading is favoured."
    elif len(favoured) > 1:
        verdict = "Filings of different dates favour different readings: neither is preferred."
    else:
        verdict = (
            f"Manager-level (13F) holdings favour the '{favoured.pop()}' reading without proof: "
            "they include active assets and miss other managers and non-filers."
        )
    return [*lines, verdict]

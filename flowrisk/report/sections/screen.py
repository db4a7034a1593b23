"""The answer of ``flowrisk screen`` as the sections of its page. Judges, chooses; counts nothing
but rows."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from flowrisk.analytics.eligibility import VERDICTS
from flowrisk.report.charts import lines
from flowrisk.report.page_options import with_data
from flowrisk.report.sections import candidates
from flowrisk.text import formatting, heading, sentences
from flowrisk.text import screen as screen_text

if TYPE_CHECKING:
    from flowrisk.domain import ScreenAnswer


Row = Mapping[str, Any]
NEAR_RATIO = 0.1
_ROWS_COUNT = 200
_CURVES_COUNT = 8
_CHARTS_COUNT = 4
_LIBRARIES = ("duckdb", "polars", "jinja2")
_TABLES = ("digital_asset_ratios",)
SECTIONS = {
    "headline": "Headline",
    "verdicts": "Named rule",
    "ratios": "Ratios",
    "prices": "Ratio by coin price",
    "moves": "Probabilities and transactions",
    "disagreements": "Rule and list compared",
    "profiles": "Candidates",
    "assumptions": "Assumptions",
    "coverage": "Data",
    "method": "Method",
    "limits": "Limitations and direction of bias",
    "reproduce": "Reproduce",
}
_READINGS = (
    "digital_asset_ratio", "all_coins_digital_asset_ratio", "review_digital_asset_ratio",
    "look_through_digital_asset_ratio", "look_through_review_digital_asset_ratio",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sides:
    """The candidates by their side of the threshold; ``near`` are those of either side within
    ``NEAR_RATIO`` of it."""

    above: Sequence[Row]
    near: Sequence[Row]
    below: Sequence[Row]
    unassessed: Sequence[Row]

    @property
    def count(self) -> int:
        """How many candidates there are."""
        return len(self.above) + len(self.below) + len(self.unassessed)


class CoinFigure(NamedTuple):
    """The chart of one coin with its finding: ``today`` labels its price, ``priced`` says of when;
    ``more_count`` holders are left to the table."""

    coin: str
    today: str
    priced: str
    title: str
    chart: lines.RatioChart
    more_count: int


def context(answer: ScreenAnswer) -> dict[str, Any]:
    """Return everything the template of the screen page speaks of, by name."""
    rows = answer.marts["digital_asset_ratios"].rows(named=True)
    scenario_id = answer.scenarios[0].scenario_id if answer.scenarios else None
    drawn, judged = coin_figures(rows, _threshold(answer)), verdicts(answer)
    moves = answer.marts["moves"].rows(named=True)
    profiled = candidates.section(answer, scenario_id)
    review_on = answer.assumptions["review_on"].value
    needed = {"prices": drawn, "moves": moves or review_on, "verdicts": judged["rule_verdicts"],
              "profiles": profiled["candidate_profiles"].shown}  # fmt: skip
    return {
        "answer": answer, "moves": moves, "review_on": review_on,
        "sections": with_data(SECTIONS, needed),
        "subject": heading.subject(answer),
        "title": title(answer),
        "citation": citation(answer),
        "standings": standings(rows),
        "coins_priced": coins_priced(answer),
        "near_ratio": NEAR_RATIO,
        "ratios": _ordered(rows)[:_ROWS_COUNT],
        "sheets": _sheets(answer),
        "more_ratios_count": max(len(rows) - _ROWS_COUNT, 0),
        "figures_by_coin": drawn,
        "undrawn_count": _undrawn_count(rows, drawn),
        **_compared(answer, rows),
        **judged,
        **profiled,
        "csv_tables": _TABLES,
        "verb": "screen",
        "versions": [(library, metadata.version(library)) for library in _LIBRARIES],
    }  # fmt: skip


def verdicts(answer: ScreenAnswer) -> dict[str, Any]:
    """Return the named rule in words, and what it says of each candidate, the list first; no rows
    without a rule."""
    frame = answer.marts.get("rule_verdicts")
    rows: Sequence[Row] = [] if frame is None else frame.rows(named=True)
    order = {verdict: place for place, verdict in enumerate(VERDICTS)}
    return {
        "rule": screen_text.rule(rows[0], answer.as_of_on) if rows else "",
        "rule_verdicts": sorted(
            rows, key=lambda row: (not row["is_in_basket"], order[row["verdict"]])
        ),
    }


def coins_priced(answer: ScreenAnswer) -> str:
    """Return of which close the coin prices are: the as-of date's, or an older one."""
    older = screen_text.coin_price_days(answer)
    return f"the close of {formatting.with_readable_dates(older or str(answer.as_of_on))}"


def _undrawn_count(rows: Sequence[Row], drawn: Sequence[CoinFigure]) -> int:
    """Return how many have a ratio and no curve."""
    assessed_count = sum(row["distance_ratio"] is not None for row in rows)
    return assessed_count - sum(len(each.chart.curves) for each in drawn)


def title(answer: ScreenAnswer) -> str:
    """Return the finding of the page in one sentence."""
    rows = answer.marts["digital_asset_ratios"].rows(named=True)
    line = f"the {formatting.axis(formatting.percent(_threshold(answer)))} threshold"
    if len(rows) == 1:
        return _title_of_one(rows[0], line)
    found = standings(rows)
    total = f"{formatting.counted(found.count)} candidates"
    if not (found.above or found.below):
        return f"None of {total} could be assessed against {line}"
    above, near, below, unassessed = (
        formatting.counted(len(rows)) if rows else "none"
        for rows in (found.above, found.near, found.below, found.unassessed)
    )
    parts = [
        f"{above} of {total} {_be(found.above)} at or above {line} and {below} below",
        f"{near} {_be(found.near)} within {NEAR_RATIO * 100:.0f} percentage points of it",
    ]
    if found.unassessed:
        parts.append(f"{unassessed} could not be assessed")
    return formatting.capitalized("; ".join(parts))


def standings(rows: Sequence[Row]) -> Sides:
    """Return the candidates by their side of the threshold, the nearest to it first."""
    known = sorted(
        (row for row in rows if row["distance_ratio"] is not None),
        key=lambda row: abs(row["distance_ratio"]),
    )
    return Sides(
        above=[row for row in known if row["is_at_or_above"]],
        near=[row for row in known if abs(row["distance_ratio"]) <= NEAR_RATIO],
        below=[row for row in known if not row["is_at_or_above"]],
        unassessed=[row for row in rows if row["distance_ratio"] is None],
    )


def coin_figures(rows: Sequence[Row], line_ratio: float) -> list[CoinFigure]:
    """Return a chart a coin, those of most holders first; of many holders the listed ones, then
    those nearest to the line. An issuer of several coins, or of one without a price, is in none."""
    by_coin: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["review_digital_asset_ratio"] is not None and row["review_coin_price_usd"]:
            by_coin[row["coins"]].append(row)
    ordered = sorted(by_coin.items(), key=lambda item: (-len(item[1]), item[0]))
    return [_coin_figure(coin, found, line_ratio) for coin, found in ordered[:_CHARTS_COUNT]]


def _coin_figure(coin: str, rows: Sequence[Row], line_ratio: float) -> CoinFigure:
    nearest = sorted(rows, key=lambda row: (not row["is_in_basket"], abs(row["distance_ratio"])))
    shown = sorted(nearest[:_CURVES_COUNT], key=lambda row: -row["distance_ratio"])
    price = cast("float", shown[0]["review_coin_price_usd"])
    priced_on = shown[0]["review_priced_on"]
    issuers = [
        lines.Issuer(row["ticker"], row["review_digital_asset_ratio"], row["is_in_basket"],
                     _unmoved_ratio(row)) for row in shown
    ]  # fmt: skip
    return CoinFigure(
        coin=formatting.name(coin, 12),
        today=f"{'given' if priced_on is None else 'now'} {formatting.coin_price(price)}",
        priced="as given" if priced_on is None else f"of {formatting.day(priced_on)}",
        title=_coin_title(formatting.name(coin, 12), rows),
        chart=lines.ratios(issuers, price_usd=price, line_ratio=line_ratio),
        more_count=len(rows) - len(shown),
    )


def _unmoved_ratio(row: Row) -> float:
    """Return the part of the ratio at the review price that is of coins the data does not list."""
    other_usd = row["total_assets_usd"] - row["digital_assets_usd"]
    total_usd = other_usd / (1 - row["review_digital_asset_ratio"]) if other_usd else math.inf
    return cast("float", row["unlisted_digital_assets_usd"] / total_usd)


def _coin_title(coin: str, rows: Sequence[Row]) -> str:
    """Return who is nearest to the line, and what the coin would have to do."""
    movable = [row for row in rows if row["break_even_move_ratio"] is not None]
    if not movable:
        return f"No price of {coin} moves any of its holders across the threshold"
    row = min(movable, key=lambda row: abs(row["break_even_move_ratio"]))
    verb = "would fall below" if row["is_at_or_above"] else "would reach"
    return (
        f"{formatting.company(row['security_name'])} {verb} the threshold with {coin} at "
        f"{formatting.coin_price(row['break_even_coin_price_usd'])} "
        f"({formatting.change(row['break_even_move_ratio'])})"
    )


def _title_of_one(row: Row, line: str) -> str:
    name = formatting.company(row["security_name"])
    if row["distance_ratio"] is None:
        reason = formatting.name(row["not_assessed_reason"], 120)
        return f"{name} could not be assessed against {line}: {reason}"
    side = "above" if row["is_at_or_above"] else "below"
    return f"{name} is {abs(row['distance_ratio']) * 100:.1f} percentage points {side} {line}"


def _be(rows: Sequence[Row]) -> str:
    return "is" if len(rows) == 1 else "are"


def _ordered(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with the list first, the highest ratio first, the unassessed last."""
    return sorted(
        rows,
        key=lambda row: (
            not row["is_in_basket"],
            row["distance_ratio"] is None,
            -(row["distance_ratio"] or 0.0),
        ),
    )


def _sheets(answer: ScreenAnswer) -> dict[str, dict[str, list[str]]]:
    """Return how each issuer's balance sheet is known and where it was read, each once."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"bases": [], "sources": []})
    for row in answer.marts["treasury_statements"].rows(named=True):
        for key, value in (("bases", row["basis"]), ("sources", row["source"])):
            known = found[row["issuer_id"]][key]
            if value not in known:
                known.append(value)
    return dict(found)


def _compared(answer: ScreenAnswer, rows: Sequence[Row]) -> dict[str, Any]:
    """Return where list and line differ, None where no list was asked about; and whose readings
    of one balance sheet do."""
    frame = answer.marts.get("rule_disagreements")
    return {
        "rule_disagreements": None if frame is None else frame.rows(named=True),
        "split_readings": [row for row in rows if _is_split(row, _threshold(answer))],
    }


def _is_split(row: Row, threshold_ratio: float) -> bool:
    """Return whether the readings of one balance sheet lie on both sides of the threshold."""
    sides = {row[name] >= threshold_ratio for name in _READINGS if row[name] is not None}
    return len(sides) > 1


def _threshold(answer: ScreenAnswer) -> float:
    return answer.assumed("threshold", float)


def citation(answer: ScreenAnswer) -> str:
    """Return one sentence to quote: what, of which data, as of when."""
    return (
        f"{title(answer)}: digital assets over total assets of the newest balance sheet, coins at "
        f"{coins_priced(answer)}{_given(answer)}. "
        f"{sentences.produced_by(answer)}. An estimate, not advice."
    )


def _given(answer: ScreenAnswer) -> str:
    """Return the coin prices that the question gave as ``BTC at $60,000``, or nothing."""
    given = answer.assumptions["coin_price"].value
    prices = given if isinstance(given, Mapping) else {}
    said = [
        f"{formatting.name(coin, 16)} at {formatting.coin_price(price_usd)}"
        for coin, price_usd in sorted(prices.items())
    ]
    return f" but {' and '.join(said)} as given" if said else ""

"""The answer of ``flowrisk screen`` as the text a person reads. Computes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from flowrisk.analytics.eligibility import VERDICTS
from flowrisk.domain import RULED
from flowrisk.export.tables import Text, grid, text
from flowrisk.text import formatting, heading
from flowrisk.text.heading import headline, outside_list

if TYPE_CHECKING:
    import datetime as dt

    from flowrisk.domain import ScreenAnswer


Row = Mapping[str, Any]
HEADS = ("", "statement", "reported", "all coins", "at review price", "distance",
          "break-even coin price", "required move")  # fmt: skip
LOOK_THROUGH = "counting what is held through funds or contracts, which the balance sheet does not"


def table(answer: ScreenAnswer) -> Text:
    """Return the ratios against the threshold, those not assessed, the moves, and the notes."""
    rows = answer.marts["digital_asset_ratios"].rows(named=True)
    lines = [
        *headlines(answer),
        *verdicts(answer),
        "",
        *_ratios([row for row in rows if row["is_in_basket"]]),
    ]
    others = [row for row in rows if not row["is_in_basket"]]
    if others:
        lines += ["", f"{outside_list(answer)} ({len(others)}):", *_ratios(others)]
    lines += [*_looking_through(rows), *_probabilities(answer, rows), *_moves(answer)]
    return text(lines)


def headlines(answer: ScreenAnswer) -> list[str]:
    """Return what is asked of which data, and what the threshold is."""
    threshold = formatting.percent(answer.assumed("threshold", float))
    tests = answer.marts.get("rule_tests")
    is_tested = tests is None or tests.is_empty() or RULED in tests["input_id"]
    older = coin_price_days(answer)
    priced = f" · coin prices of {older}" if older else ""
    return [
        headline(answer, heading.subject(answer) + priced),
        f"digital assets over total assets; threshold {threshold}, inclusive"
        + ("" if is_tested else "; beside the rule, which does not test this ratio"),
    ]


def coin_price_days(answer: ScreenAnswer) -> str:
    """Return the days of the coin prices where they are more than a week before the as-of date,
    the oldest to the newest; empty where they are not, or none is known."""
    priced = answer.marts["digital_asset_ratios"]["review_priced_on"].drop_nulls().unique().sort()
    days = priced.to_list()
    if not days or (answer.as_of_on - days[0]).days <= heading.WEEK_DAYS:
        return ""
    return " to ".join(map(str, dict.fromkeys((days[0], days[-1]))))


def verdicts(answer: ScreenAnswer) -> list[str]:
    """Return what the named rule says of whom, a line a verdict, and what is not in the data;
    empty without a rule."""
    frame = answer.marts.get("rule_verdicts")
    rows = [] if frame is None else frame.rows(named=True)
    if not rows:
        return []
    lines = [f"Rule {rule(rows[0], answer.as_of_on)}"]
    for verdict in VERDICTS:
        found = [row for row in rows if row["verdict"] == verdict]
        if found:
            lines.append(f"  {verdict} ({len(found)}): {_named(answer, found)}")
    return [*lines, *_missing(rows), *_yours(answer)]


def _missing(rows: Sequence[Row]) -> list[str]:
    """Return a line on what is not in the data, of whom where that differs."""
    whose: dict[str, list[str]] = {}
    for row in rows:
        if row["missing"]:
            whose.setdefault(row["missing"], []).append(formatting.name(row["ticker"], 16))
    lines = []
    for missing, who in whose.items():
        named = f" of {', '.join(who)}" if len(whose) > 1 else ""
        lines.append(f"  not in the data{named}: {formatting.name(missing, 400)}")
    return lines


def _yours(answer: ScreenAnswer) -> list[str]:
    """Return a line on ratios and thresholds that the question gave; empty where it gave none."""
    ratios = answer.assumptions["rule_input"].value or {}
    tests = answer.assumptions["rule_test"].value or {}
    said = [f"{formatting.name(key, 80)} {':'.join(map(formatting.percent, given))}"
            for key, given in cast("Mapping[str, tuple[float, ...]]", ratios).items()]  # fmt: skip
    said += [f"{formatting.name(key, 80)} {test.replace(':', ' ').replace('_', ' ')}"
             for key, test in cast("Mapping[str, str]", tests).items()]  # fmt: skip
    return [f"  yours, not of the data: {', '.join(said)}"] if said else []


def rule(row: Row, as_of_on: dt.date) -> str:
    """Return a rule's name, what it is, and how often it must be failed."""
    years = row["years_count"]
    often = f", to be failed {years} years in a row" if years > 1 else ""
    published_on = row["rule_published_on"]
    later = published_on is not None and published_on > as_of_on
    return f"{formatting.name(row['rule_id'])}: {formatting.name(row['rule_name'], 120)}{often}" + (
        ", published after the as-of date" if later else ""
    )


def _named(answer: ScreenAnswer, rows: Sequence[Row]) -> str:
    """Return the tickers of the list, then those beside it."""
    sides = {is_in: [formatting.name(row["ticker"], 16) for row in rows
                     if row["is_in_basket"] is is_in] for is_in in (True, False)}  # fmt: skip
    beside = outside_list(answer)
    others = f"{beside[:1].lower()}{beside[1:]}: {', '.join(sides[False])}"
    return " · ".join([*([", ".join(sides[True])] if sides[True] else []),
                       *([others] if sides[False] else [])])  # fmt: skip


def assessed(rows: Sequence[Row]) -> list[Row]:
    """Return the rows that have a ratio, the farthest above the threshold first."""
    known = [row for row in rows if row["not_assessed_reason"] is None]
    return sorted(known, key=lambda row: -row["distance_ratio"])


def not_assessed(rows: Sequence[Row]) -> list[str]:
    """Return the line on those without a ratio and why, none where there are none."""
    missing = [f"{row['ticker']} ({row['not_assessed_reason']})" for row in rows
               if row["not_assessed_reason"] is not None]  # fmt: skip
    return [f"Not assessed ({len(missing)}): {', '.join(missing)}"] if missing else []


def _ratios(rows: Sequence[Row]) -> list[str]:
    known = assessed(rows)
    lines = grid(HEADS, (cells(row) for row in known), indent="") if known else []
    return [*lines, *not_assessed(rows)]


def cells(row: Row) -> list[str]:
    """Return the ratio of one issuer and what would move it to the threshold, as ``HEADS``."""
    later = row["published_on"] is not None and row["is_published_after_as_of"]
    return [
        row["ticker"],
        f"{row['statement_on']}{'*' if later else ''}",
        formatting.percent(row["digital_asset_ratio"]),
        formatting.percent(row["all_coins_digital_asset_ratio"]),
        formatting.percent(row["review_digital_asset_ratio"]),
        formatting.points(row["distance_ratio"]),
        _coin_price(row["break_even_coin_price_usd"], row["coins"]),
        formatting.change(row["break_even_move_ratio"]),
    ]


def _looking_through(rows: Sequence[Row]) -> list[str]:
    """Return the ratios with what is held through funds or contracts; empty where nothing is."""
    heads = ("", "held through", "reported", "at review price", "distance",
             "break-even coin price", "required move")  # fmt: skip
    found = [row for row in rows if row["look_through_digital_asset_ratio"] is not None]
    if not found:
        return []
    table = ((
        row["ticker"],
        f"{row['indirect_holding_kind']} {formatting.money(row['indirect_digital_assets_usd'])}",
        formatting.percent(row["look_through_digital_asset_ratio"]),
        formatting.percent(row["look_through_review_digital_asset_ratio"]),
        formatting.points(row["look_through_distance_ratio"]),
        _coin_price(row["look_through_break_even_coin_price_usd"], row["coins"]),
        formatting.change(row["look_through_break_even_move_ratio"]),
    ) for row in found)  # fmt: skip
    return ["", f"Look-through: {LOOK_THROUGH}", *grid(heads, table, indent="")]


def _coin_price(price_usd: float | None, coin: str) -> str:
    return formatting.UNKNOWN if price_usd is None else f"{coin} ${price_usd:,.2f}"


def _probabilities(answer: ScreenAnswer, rows: Sequence[Row]) -> list[str]:
    review_on = answer.assumptions["review_on"].value
    known = [row for row in rows if row["at_or_above_probability_ratio"] is not None]
    if review_on is None or not known:
        return []
    volatility = answer.assumed("volatility", float)
    lines = grid(
        ("", "at or above", "crossed", "touched any day"),
        (
            (row["ticker"], formatting.odds(row["at_or_above_probability_ratio"]),
             formatting.odds(row["crossing_probability_ratio"]),
             formatting.odds(row["touching_probability_ratio"]))
            for row in known
        ),
        indent="",
    )  # fmt: skip
    head = f"Probability on {review_on}, coins moving {formatting.percent(volatility)} a year"
    return ["", head, *lines]


def _moves(answer: ScreenAnswer) -> list[str]:
    rows = answer.marts["moves"].rows(named=True)
    shown = [row for row in rows if row["digital_asset_ratio"] is not None]
    if not shown:
        return ["", "No issuer of the question can make these transactions."] if rows else []
    lines = grid(
        ("ratio after, at the review price", "dollars", "ratio"),
        (
            (f"{row['ticker']} {row['move']}", formatting.money(row["moved_usd"]),
             formatting.percent(row["digital_asset_ratio"]))
            for row in shown
        ),
        indent="",
    )  # fmt: skip
    return ["", *lines]


def notes(answer: ScreenAnswer) -> list[str]:
    """Return what a reader must know beside the figures, one sentence each."""
    rows = answer.marts["digital_asset_ratios"].rows(named=True)
    closed = f"close of {coin_price_days(answer)}" if coin_price_days(answer) else "as-of close"
    said = [f"at review price = coins at the {closed} or --coin-price, other assets as reported"]
    if any(row["is_published_after_as_of"] for row in rows):
        said.append("* published after the as-of date; --known-on excludes these")
    if any(row["is_off_units"] for row in rows):
        said.append(
            "reported = the value scaled; all coins = including those lent or pledged, at the close"
        )
    if any(row["look_through_is_at_or_above"] not in (None, row["is_at_or_above"]) for row in rows):
        said.append(
            "look-through = what is held through funds or contracts moves as the coin of its row; "
            "rules and baskets take the balance sheet's own digital assets"
        )
    beyond = [row["ticker"] for row in rows if row["unlisted_digital_assets_usd"]]
    if beyond:
        said.append(
            "break-even = the named coin alone; digital assets beyond the coins listed stay "
            f"at their reported value, and all coins is unknown: {', '.join(beyond)}"
        )
    if any(row["at_or_above_probability_ratio"] is not None for row in rows):
        said.append(
            "probabilities: one assumed volatility for all coins (--volatility); none of "
            "single coins is in the data"
        )
    return said

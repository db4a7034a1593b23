"""The titles of the charts: each states its finding in words computed from the data. Draws
nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flowrisk import figures, sentences, text
from flowrisk.grades import NOT_ESTIMATED, NOT_SOLD

if TYPE_CHECKING:
    from flowrisk.charts import BarChart, SpanChart
    from flowrisk.charts import Row as Bar
    from flowrisk.sentences import Subject

Row = Mapping[str, Any]
_SIDES = {"above": "above", "within": "inside the range of", "below": "below"}


def waterfall_title(about: Subject, start: str, added_count: int) -> str:
    """Return what the waterfall finds; ``added_count`` is 0 where it starts from nothing."""
    if not added_count:
        return f"{about.name}: {text.outflow(about.most)}, provider by provider"
    count = sentences.counted(added_count)
    added = f"{count} more provider{'s add' if added_count > 1 else ' adds'}"
    increment = figures.money(about.most["increment_usd"])
    if about.most["method"] in NOT_ESTIMATED:
        increment = f"at least {increment}"
    return f"{start} alone: {text.outflow(about.first)}; {added} {increment}"


def securities_title(rows: Sequence[Row]) -> str:
    """Return how concentrated the outflow is; rows sorted, largest first."""
    known = [row for row in rows if row["outflow_usd"]]
    unpriced = any(row["outflow_shares"] and row["close_usd"] is None for row in rows)
    if rows and all(row["method"] == NOT_SOLD for row in rows):
        return "Nothing is sold of any security of the list"
    if not known and unpriced:
        return "A sale was seen or estimated, but no price to count its dollars at"
    if not known:
        return "No sale was seen or estimated for any security of the list"
    total = sum(row["outflow_usd"] for row in known)
    lead = sentences.company(known[0]["security_name"])
    if len(rows) == 1 and not known[0]["estimated_outflow_usd"]:
        return f"{lead}: {figures.money(total)} was seen, and nothing estimated beyond it"
    if len(rows) == 1:
        seen = figures.percent(known[0]["observed_outflow_usd"] / total, decimals=0)
        return f"{seen} of {lead}'s outflow was seen in fund reports"
    share = figures.percent(known[0]["outflow_usd"] / total, decimals=0)
    of = "what was seen or estimated" + (" and has a price" if unpriced else "")
    return f"{lead} is {share} of {of}"


def sellers_title(bars: Sequence[Bar]) -> str:
    """Return how much of the dollars seen the largest fund holds; the largest bar comes first."""
    share = figures.percent(
        (bars[0].value or 0.0) / sum(bar.value or 0.0 for bar in bars), decimals=0
    )
    return f"{bars[0].label} holds {share} of the dollars seen"


def days_title(rows: Sequence[Row], participation_ratio: float) -> str:
    """Return whose sale takes longest; rows sorted by days, longest first."""
    known = [row for row in rows if row["days_to_sell"]]
    if not known:
        return "No sale to time: nothing was seen or estimated, or volumes are unknown"
    at = figures.percent(participation_ratio, decimals=0)
    lead, longest = known[0]["security_name"], figures.days(known[0]["days_to_sell"])
    return f"{sentences.company(lead)} would take {longest} trading days at {at} of its volume"


def ages_title(chart: BarChart, young_days: int) -> str:
    """Return how much of what was read is old; the first bar holds what is up to ``young_days``."""
    total = sum(bar.row.value or 0.0 for bar in chart.bars)
    old_ratio = 1 - (chart.bars[0].row.value or 0.0) / total
    share = figures.percent(old_ratio, decimals=0)
    return f"{share} of the dollars seen rest on reports older than {young_days} days"


def report_ages_title(rows: Sequence[Row], stale_days: int) -> str:
    """Return how many of the funds shown are stale; rows sorted, the oldest report first."""
    if not rows:
        return "No fund was read that holds these securities"
    stale_count = sum(row["report_age_days"] > stale_days for row in rows)
    oldest = f"the oldest report read is of {sentences.day(rows[0]['as_of_on'])}"
    if not stale_count:
        return f"No fund's newest report is older than {stale_days} days; {oldest}"
    funds = "fund's newest report is" if stale_count == 1 else "funds' newest reports are"
    count = sentences.counted(stale_count).capitalize()
    return f"{count} {funds} older than {stale_days} days; {oldest}"


def decisions_title(treating: Sequence[Row], as_of_on: dt.date) -> str:
    """Return the last decision and where it lies, else how the events fall around that day."""
    decided = [row for row in treating if row["event"] == "decision"]
    if decided:
        last = decided[-1]
        side = "after" if last["happens_on"] > as_of_on else "before"
        who, on = sentences.name(last["provider_name"], 24), sentences.day(last["happens_on"])
        what = sentences.words(last["treatment"])
        return f"{who} decided on {on}: {what}, {side} the as-of date"
    later_count = sum(row["happens_on"] > as_of_on for row in treating)
    return f"{later_count} of {len(treating)} events lie after {sentences.day(as_of_on)}"


def impacts_title(about: Subject, chart: SpanChart) -> str:
    """Return how far the models disagree at their central values and at their ends."""
    central = [bar.row.central for bar in chart.bars if bar.row.central is not None]
    ends = [each for bar in chart.bars for each in bar.row.known]
    what = f"a fall of {about.name}'s price"
    if len(central) == 1:
        return f"One model applies to {what}: {_between(ends)}, {_between(central)} at its centre"
    return (
        f"The models disagree on {what}: {_between(central)} at their central values, "
        f"{_between(ends)} at their ends"
    )


def ranges_title(about: Subject, row: Row) -> str:
    """Return from where to where the widest scenario's outflow may lie."""
    low, central, high = (figures.money(row[f"{end}_usd"]) for end in ("low", "central", "high"))
    if row["high_usd"] is None:
        return f"At least {low} of {about.name} was seen; how much more is not known"
    ends = [f"as little as {low}"] if low != central else []
    ends += [f"as much as {high}"] if high != central else []
    if not ends:
        return f"{about.name}'s {central} was seen, and no source widens it"
    return f"{about.name}'s {central} may be {' or '.join(ends)}"


def sources_title(largest: Row) -> str:
    """Return the source of uncertainty with the most dollars on it."""
    what = largest["says"].partition(";")[0]
    source = largest["source"].capitalize()
    return f"{source} weighs most: {figures.money(largest['amount_usd'])} {what}"


def reconciliation_title(compared: Sequence[Row]) -> str:
    """Return on which side of the published figures ours lies, each at its own price and scope."""
    own = [row for row in compared if not row["is_calibration_input"]] or compared
    sides = ", ".join(
        f"{words} {sentences.counted(count)}"
        for side, words in _SIDES.items()
        if (count := sum(row["our_position"] == side for row in own))
    )
    what = "published figures" if len(own) > 1 else "published figure"
    by = len({row["estimator"] for row in own})
    sources = f" by {sentences.counted(by)} source{'s' if by > 1 else ''}" if len(own) > 1 else ""
    terms = "their own terms" if len(own) > 1 else "its own terms"
    return f"Beside {sentences.counted(len(own))} {what}{sources}, on {terms}, ours lies {sides}"


def _between(values: Sequence[float]) -> str:
    low, high = sentences.fall(min(values)), sentences.fall(max(values))
    if low == high:
        return low
    return f"{low.removesuffix(' %')} to {high}"

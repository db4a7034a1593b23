"""The lines that head every answer in words: what was asked, as of when, what is calibrated."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from flowrisk.text import formatting

if TYPE_CHECKING:
    from flowrisk.domain import Answer


_WEEK_DAYS = 7
_DECISIONS = {"freeze": "freeze share increases", "none": "take no action"}


def headline(answer: Answer, subject: str) -> str:
    """Return the first line of an answer: day, dataset, subject."""
    source = f"{answer.dataset_name} {answer.dataset_digest[:8]}"
    return f"As of {answer.as_of_on} · {source} · {subject} · estimates, not advice"


def ages(answer: Answer) -> list[str]:
    """Return the day of the oldest price of the basket and of the newest fund report, each where
    it is more than a week before the as-of date."""
    outflows, coverage = answer.marts["outflows"], answer.marts["coverage"]
    priced_on = outflows.filter("is_in_basket")["priced_on"].min()
    reported_on = coverage["newest_report_on"].max()
    return [
        f"{what} {found_on}"
        for what, found_on in (("prices of", priced_on), ("newest fund report", reported_on))
        if isinstance(found_on, dt.date) and (answer.as_of_on - found_on).days > _WEEK_DAYS
    ]


_YOURS = {"tracking_ratio": "tracking ratio", "tracked_aum": "assets that track", "pool": "pool",
          "weight": "weight"}  # fmt: skip


def yours(answer: Answer) -> list[str]:
    """Return the assumptions of the user's own, one sentence; empty without any."""
    said = [
        f"{what} {formatting.name(key)} {_assumed(name, value)}"
        for name, what in _YOURS.items()
        if name in answer.assumptions and answer.assumptions[name].value
        for key, value in answer.assumed(name, dict).items()
    ]
    return [f"Yours: {', '.join(said)}"] if said else []


def _assumed(name: str, value: Any) -> str:  # noqa: ANN401 - a ratio, an amount, or low to high
    if name in ("tracking_ratio", "weight"):
        return formatting.percent(value, decimals=3)
    if name == "pool":
        low, central, high = value
        return formatting.ranged(central, low, high, unit="$")
    return formatting.money(value)


def subject(answer: Answer) -> str:
    """Return what the question is about: the list, the rule or the securities, and how many."""
    basket = sum(security.is_in_basket for security in answer.securities)
    rule, chosen = answer.assumptions["rule"].value, answer.assumptions["list"].value
    if rule is not None:
        return f"rule {rule} ({basket})"
    asked = "security" if basket == 1 else "securities"
    return f"list {chosen} ({basket})" if chosen else f"{basket} {asked} asked about"


def decided(answer: Answer) -> list[str]:
    """Return what the providers asked about have decided, one sentence each, newest first."""
    asked = {provider for scenario in answer.scenarios for provider in scenario.provider_ids}
    events = [
        row
        for row in answer.marts["decisions"].rows(named=True)
        if row["event"] == "decision" and row["provider_id"] in asked
    ]
    return [
        f"On {row['happens_on']} {row['provider_name']} decided to "
        + _DECISIONS.get(row["treatment"], formatting.words(row["treatment"]))
        + (f": {row['note'].split('. ')[0].rstrip('.')}" if row["note"] else "")
        for row in reversed(events)
    ]


def calibrated(answer: Answer) -> list[str]:
    """Return the note on securities whose totals are calibrated, if there are any."""
    found = next((f for f in answer.findings if f.code == "ratios_are_independent"), None)
    if found is None:
        return []
    tickers = sorted({example.split(":")[0] for example in found.examples})
    note = (
        f"totals of {', '.join(tickers)} are calibrated to published estimates or allocated for "
        "illustration, so they are no independent check"
    )
    return [note]

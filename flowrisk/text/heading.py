"""The lines that head every answer in words: what was asked, as of when, what is calibrated."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from flowrisk.text import formatting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flowrisk.domain import Answer


WEEK_DAYS = 7
_NAMED_COUNT = 6
_AHEAD = {"decision_due": "due by", "announcement": "review announced on",
          "effective": "effective at the close of"}  # fmt: skip
_DECISIONS = {"freeze": "freeze share increases", "none": "take no action"}


def headline(answer: Answer, subject: str) -> str:
    """Return the first line of an answer: day, dataset, subject."""
    source = f"{answer.dataset_name} {answer.dataset_digest[:8]}"
    return f"As of {answer.as_of_on} · {source} · {subject} · estimates, not advice"


def ages(answer: Answer) -> list[str]:
    """Return the days of the basket's prices and of the newest fund report, each where it is more
    than a week before the as-of date; of prices of several days the oldest and the newest."""
    days = [row["newest_report_on"] for row in answer.rows("coverage")]
    reported_on = max((day for day in days if day is not None), default=None)
    said = _price_days(answer)
    if reported_on is not None and (answer.as_of_on - reported_on).days > WEEK_DAYS:
        said.append(f"newest fund report {reported_on}")
    return said


def _price_days(answer: Answer) -> list[str]:
    by_day: dict[dt.date, dict[str, None]] = {}
    for row in answer.rows("outflows"):
        if row["is_in_basket"] and row["priced_on"] is not None:
            by_day.setdefault(row["priced_on"], {})[formatting.name(row["ticker"], 16)] = None
    if not by_day or (answer.as_of_on - min(by_day)).days <= WEEK_DAYS:
        return []
    if len(by_day) == 1:
        return [f"prices of {min(by_day)}"]
    ends = [f"{on} ({_some(list(by_day[on]))})" for on in (min(by_day), max(by_day))]
    return [f"prices of {' to '.join(ends)}"]


def _some(names: Sequence[str]) -> str:
    rest = len(names) - _NAMED_COUNT
    return ", ".join(names[:_NAMED_COUNT]) + (f" and {rest} more" if rest > 0 else "")


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


def outside_list(answer: Answer) -> str:
    """Return what the candidates beside the list are: those of the watch list, or all others."""
    watched = answer.assumptions["watch_list"].value
    return f"Watch list {formatting.name(str(watched))}" if watched else "Outside the list"


def decided(answer: Answer) -> list[str]:
    """Return what the providers asked about have decided, one sentence each, newest first."""
    asked = {provider for scenario in answer.scenarios for provider in scenario.provider_ids}
    events = [
        row
        for row in answer.rows("decisions")
        if row["event"] == "decision" and row["provider_id"] in asked
    ]
    return [
        f"On {row['happens_on']} {row['provider_name']} decided to "
        + _DECISIONS.get(row["treatment"], formatting.words(row["treatment"]))
        + (f": {row['note'].split('. ')[0].rstrip('.')}" if row["note"] else "")
        for row in reversed(events)
    ]


def pending(answer: Answer) -> list[str]:
    """Return the newest consultation of each provider asked about that was opened by the as-of
    date and has no decision in the data, with the days ahead, one sentence each."""
    asked = {provider for scenario in answer.scenarios for provider in scenario.provider_ids}
    by_provider: dict[str, list[Mapping[str, Any]]] = {}
    for row in answer.rows("decisions"):
        if row["provider_id"] in asked and row["happens_on"] is not None:
            by_provider.setdefault(row["provider_id"], []).append(row)
    known_on = answer.assumptions["known_on"].value
    until = min(answer.as_of_on, known_on) if isinstance(known_on, dt.date) else answer.as_of_on
    return [said for rows in by_provider.values() for said in _pending(rows, until)]


def _pending(rows: Sequence[Mapping[str, Any]], until: dt.date) -> list[str]:
    """Return the sentence on one provider's open consultation, empty without one."""
    opened = [row for row in rows if row["event"] == "consultation_opened"
              and row["treatment"] != "none" and row["happens_on"] <= until]  # fmt: skip
    if not opened:
        return []
    last = opened[-1]
    later = [row for row in rows if row["happens_on"] >= last["happens_on"]]
    if any(row["event"] == "decision" for row in later):
        return []
    on, days = last["happens_on"], []
    for event, words in _AHEAD.items():
        found = next((row["happens_on"] for row in later
                      if row["event"] == event and row["happens_on"] > on), None)  # fmt: skip
        if found is not None:
            on = found
            days.append(f"{words} {found}")
    provider, note = formatting.name(last["provider_name"]), (last["note"] or "").split(". ")[0]
    subject = f" ({formatting.name(note.rstrip('.'), 120)})" if note else ""
    said = f"The consultation that {provider} opened on {last['happens_on']}{subject}"
    ahead = f": {', '.join(days)}" if days else ""
    return [f"{said} has no result in the data, so it is unknown{ahead}"]


def counted(answer: Answer) -> list[str]:
    """Return how many shares of the basket providers count that keep them frozen and are asked
    about as excluding, one sentence each."""
    asked = {
        provider
        for scenario in answer.scenarios
        for provider in scenario.provider_ids
        if scenario.treatments.get(provider, "exclude") == "exclude"
    }
    return [
        _counted(row)
        for row in answer.rows("index_counts")
        if row["is_in_basket"] and row["frozen_from_on"] and row["provider_id"] in asked
    ]


def _counted(row: Mapping[str, Any]) -> str:
    provider, ticker = formatting.name(row["provider_name"]), formatting.name(row["ticker"], 16)
    shares = formatting.shares(row["index_shares"])
    said = f"{provider} counts {shares} shares of {ticker}, frozen since {row['frozen_from_on']}"
    outstanding = row["shares_outstanding"]
    if outstanding is None:
        return said
    return f"{said}; {formatting.shares(outstanding)} are outstanding"


def without_data(answer: Answer) -> list[str]:
    """Return which securities the data holds neither a price nor a position of, one sentence;
    empty without any."""
    known: dict[str, bool] = {}
    for row in answer.rows("outflows"):
        is_known = row["close_usd"] is not None or row["bound"] != "unknown"
        known[row["ticker"]] = known.get(row["ticker"], False) or is_known
    names = [formatting.name(ticker, 16) for ticker, is_known in known.items() if not is_known]
    if not names:
        return []
    said = f"No price and no position in the data, unknown and not zero: {_some(names)}"
    return [f"{said}. Read in prices and holdings of index funds with 'flowrisk ingest'"]


def unavailable(answer: Answer) -> list[str]:
    """Return which estimates of the data were set after the as-of date and are not used, in one
    sentence; empty without any."""
    found = next((f for f in answer.findings if f.code == "estimates_are_of_their_day"), None)
    if found is None:
        return []
    split = ((each.split(":")[0], each.rsplit(" ", 1)[-1]) for each in found.examples)
    named = dict.fromkeys(f"{formatting.name(subject)} ({day})" for subject, day in split)
    rest = found.count - len(found.examples)
    more = f" and {rest} more" if rest else ""
    said = "Calibrated estimates and tracked assets are unavailable before the day they were set"
    return [f"{said}: {', '.join(named)}{more}"]


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

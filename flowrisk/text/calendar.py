"""The answer of ``flowrisk calendar`` as text, and its days as events. Sums the sessions of one
review for a line of text; counts nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flowrisk.analytics.sessions import EXCHANGE
from flowrisk.export import ics
from flowrisk.export.tables import Text, grid, text
from flowrisk.text import formatting, heading
from flowrisk.text import scenario as scenario_text
from flowrisk.text.paragraphs import trading

if TYPE_CHECKING:
    import datetime as dt

    import polars as pl

    from flowrisk.domain import CalendarAnswer


Row = Mapping[str, Any]
HEADS = ("", "", "provider", "decided", "announced", "close of", "in force", "outflow", "x ADV",
         "auctions")  # fmt: skip
TOTAL_HEADS = ("basket by session", "close of", "providers", "securities", "outflow", "")
_NAME_LENGTH, _SCENARIO_LENGTH, _PROVIDER_LENGTH = 10, 16, 22
_INFERRED = "*"
_REWEIGHT = "reweight"


def table(answer: CalendarAnswer) -> Text:
    """Return a line a review: when it is decided, announced, traded and in force; then the sums
    of the basket by session."""
    condition = [scenario_text.treatment_condition(answer.scenarios), *heading.decided(answer)]
    lines = [heading.headline(answer, heading.subject(answer)), ". ".join(condition), ""]
    reviews = _reviews(answer)
    shown = [cells for (_, rows) in reviews for cells in [_cells(rows)] if rows[0]["is_in_basket"]]
    lines += grid(HEADS, shown, indent="") if shown else ["No review of any security to show."]
    totals = answer.marts["session_totals"].rows(named=True)
    if totals:
        lines += ["", *grid(TOTAL_HEADS, map(_total_cells, totals), indent="")]
    return text([*lines, *_bounds(answer)])


def _bounds(answer: CalendarAnswer) -> list[str]:
    """Return the bounds of the impact on each security of the basket, a line a scenario."""
    tickers = {each.security_id: each.ticker for each in answer.securities if each.is_in_basket}
    rows = [row for row in answer.marts["impact_bounds"].rows(named=True)
            if row["security_id"] in tickers]  # fmt: skip
    said = [
        trading.bounds(row, f"{formatting.name(tickers[row['security_id']], _NAME_LENGTH)} "
                            f"{formatting.name(row['scenario_id'], _SCENARIO_LENGTH)}", "\n  ")
        for row in rows
    ]  # fmt: skip
    return ["", *said] if said else []


def finding(answer: CalendarAnswer) -> str:
    """Return the session on which most is sold, in one sentence."""
    totals = answer.marts["session_totals"].rows(named=True)
    most = [row for row in totals if row["is_largest"]]
    if not most:
        return "No review of any security to show"
    said = "; ".join(f"{cells[0]}: {cells[4]} at the close of {cells[1]}"
                     for cells in map(_total_cells, most))  # fmt: skip
    inferred = f" ({_INFERRED} day inferred)" if any(row["is_inferred"] for row in most) else ""
    return f"Largest session, {said}{inferred}"


def notes(answer: CalendarAnswer) -> list[str]:
    """Return what a reader must know beside the figures, one sentence each."""
    timeline = answer.marts["timeline"]
    told = (
        "close of = the session on whose close trackers trade; multiples are of one session, all "
        "its trackers together; auctions = ordinary closing auctions (--auction-share)"
    )
    said = [told]
    if (timeline["sessions_count"] > 1).any():
        said.append("(n) = the last of n sessions over which it is traded in equal parts")
    if timeline["leader_id"].drop_nulls().len():
        said.append("who follows sells at its first review after the decision of the leader")
    if timeline["is_inferred"].any():
        said.append(f"{_INFERRED} day inferred from a rule or an earlier year, not published")
    said += _calendars(timeline)
    if (timeline["treatment"] == _REWEIGHT).any():
        said.append("given = a step of --reweight, on the day given for it")
    outside = timeline.filter(~timeline["is_in_basket"])["security_id"].n_unique()
    if outside:
        said.append(f"{outside} securities outside the list are in csv, json and parquet only")
    return said


def _calendars(timeline: pl.DataFrame) -> list[str]:
    """Return whose sessions these are where that is not New York, and where New York's stand for
    those of an exchange that is not known; of the basket."""
    rows = timeline.filter("is_in_basket").rows(named=True)
    own: dict[str, dict[str, None]] = {}
    assumed: dict[str, None] = {}
    for row in rows:
        ticker = formatting.name(row["ticker"], _NAME_LENGTH)
        if row["is_calendar_assumed"]:
            assumed[f"{ticker} ({row['exchange_id'] or 'exchange not in the data'})"] = None
        elif row["calendar_id"] != EXCHANGE:
            own.setdefault(row["calendar_id"], {})[ticker] = None
    said = [f"sessions of {calendar} for {', '.join(who)}" for calendar, who in own.items()]
    return [*said, *([f"NYSE sessions assumed for {', '.join(assumed)}"] if assumed else [])]


def events(answer: CalendarAnswer) -> bytes:
    """Return the days of the basket as iCalendar: decisions due, announcements, trade sessions.

    A day that several scenarios share is one event.
    """
    rows = [row for row in answer.marts["timeline"].rows(named=True)
            if row["is_in_basket"] and row["outflow_shares"] != 0]  # fmt: skip
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        who, what = row["provider_id"], row["security_id"]
        if row["trades_on"]:
            found.setdefault(("trade", who, what, row["trades_on"]), []).append(row)
        if row["announced_on"] and row["announced_on"] > answer.as_of_on:
            found.setdefault(("announcement", who, "", row["announced_on"]), []).append(row)
        if row["decision_due_on"] and not row["leader_id"]:
            found.setdefault(("decision", who, "", row["decision_due_on"]), []).append(row)
    made = [_event(key, own) for key, own in found.items()]
    made.sort(key=lambda event: (event.happens_on, event.key))
    return ics.calendar(f"flowrisk: {heading.subject(answer)}", answer.as_of_on, made)


def _event(key: tuple[Any, ...], rows: Sequence[Row]) -> ics.Event:
    kind, _, _, happens_on = key
    row = rows[0]
    who = formatting.name(row["provider_name"], _PROVIDER_LENGTH)
    doubt = " (day inferred)" if row["is_inferred"] and kind == "trade" else ""
    scenarios = ", ".join(dict.fromkeys(each["scenario_id"] for each in rows))
    if kind != "trade":
        says = "decision due" if kind == "decision" else "announcement"
        return ics.Event(key[:2], happens_on, f"{who}: {says}", (f"Scenarios: {scenarios}",))
    summary = f"{who}: trackers {_verb(row)} {row['ticker']} at the close, {_flow(row)}{doubt}"
    multiples = f"{_multiple(row)}× ADV, {trading.auctions(row)} the ordinary closing auction"
    details = [
        *([f"NYSE sessions assumed for {row['exchange_id'] or 'an exchange not in the data'}"]
          if row["is_calendar_assumed"] else []),
        f"Session {row['session_number']} of {row['sessions_count']}",
        f"In force on {row['effective_on']}",
        f"{multiples}, all trackers of the session together",
        f"Scenarios: {scenarios}",
        "Scenario, not a forecast; estimates, not advice",
    ]  # fmt: skip
    return ics.Event(key[:3], happens_on, summary, tuple(details))


def _reviews(answer: CalendarAnswer) -> list[tuple[tuple[str, ...], list[Row]]]:
    """Return the rows by scenario, security and provider, without those who sell nothing."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in answer.marts["timeline"].rows(named=True):
        if row["outflow_shares"] != 0:
            key = row["security_id"], row["scenario_id"], row["provider_id"], str(row["review_on"])
            found.setdefault(key, []).append(row)
    places = {each.security_id: place for place, each in enumerate(answer.securities)}
    scenarios = [each.scenario_id for each in answer.scenarios]
    return sorted(found.items(), key=lambda each: (places[each[0][0]], scenarios.index(each[0][1]),
                                                   each[1][0]["trades_on"] is None,
                                                   str(each[1][0]["trades_on"])))  # fmt: skip


def _cells(rows: Sequence[Row]) -> list[str]:
    row, last = rows[0], rows[-1]
    count = row["sessions_count"]
    mark = _INFERRED if row["is_inferred"] else ""
    days = f"{_day(last['trades_on'])}{mark}" + (f" ({count})" if (count or 1) > 1 else "")
    usd, shares = (_sum(rows, column) for column in ("outflow_usd", "outflow_shares"))
    whole = {**row, "outflow_usd": usd, "outflow_shares": shares}
    peak = max(rows, key=lambda each: abs(each["same_day_outflow_shares"] or 0.0))
    return [
        formatting.name(row["ticker"], _NAME_LENGTH),
        formatting.name(row["scenario_id"], _SCENARIO_LENGTH),
        formatting.name(row["provider_name"], _SCENARIO_LENGTH),
        _decided(row),
        _day(row["announced_on"]),
        days,
        _day(row["effective_on"]),
        _flow(whole),
        _multiple(peak),
        _auctions(peak),
    ]


def _sum(rows: Sequence[Row], column: str) -> float | None:
    known = [row[column] for row in rows if row[column] is not None]
    return sum(known) if known else None


def _decided(row: Row) -> str:
    if row["treatment"] == _REWEIGHT:
        return "given"
    if row["decision_due_on"] is not None:
        return f"due {row['decision_due_on']}"
    return _day(row["decided_on"])


def _day(day: dt.date | None) -> str:
    return formatting.UNKNOWN if day is None else str(day)


def _flow(row: Row) -> str:
    """Return the outflow in dollars, or in shares where no price is known."""
    if row["outflow_shares"] is None:
        return scenario_text.UNKNOWN
    size = f"{formatting.shares(abs(row['outflow_shares']))} shares"
    if row["outflow_usd"] is not None:
        known = formatting.flow(row["outflow_usd"])
    else:
        known = f"inflow {size}" if row["outflow_shares"] < 0 else size
    return f"≥ {known}" if row["bound"] == "at_least" else known


def _verb(row: Row) -> str:
    return "buy" if (row["outflow_shares"] or 0) < 0 else "sell"


def _at_least(row: Row, shown: str) -> str:
    is_bound = row["same_day_is_at_least"] and shown != scenario_text.UNKNOWN
    return f"≥ {shown}" if is_bound else shown


def _multiple(row: Row) -> str:
    multiple = row["same_day_adv_multiple_days"]
    return scenario_text.UNKNOWN if multiple is None else _at_least(row, f"{multiple:.2f}")


def _auctions(row: Row) -> str:
    shown = trading.auctions(row)
    return scenario_text.UNKNOWN if shown == formatting.UNKNOWN else shown


def _total_cells(row: Row) -> list[str]:
    unknown = row["unknown_securities_count"]
    securities = f"{row['securities_count']}" + (f", {unknown} n/a" if unknown else "")
    money = scenario_text.UNKNOWN
    if row["outflow_usd"] is not None:
        money = f"{'≥ ' if row['is_at_least'] else ''}{formatting.flow(row['outflow_usd'])}"
    return [
        formatting.name(row["scenario_id"], _SCENARIO_LENGTH),
        f"{row['trades_on']}{_INFERRED if row['is_inferred'] else ''}",
        f"{row['providers_count']}",
        securities,
        money,
        "largest" if row["is_largest"] else "",
    ]

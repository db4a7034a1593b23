"""An answer as the sections of its page: what must be sold, by whom, in how many days.

A key of the context that is the name of a mart holds that mart's rows. Judges and chooses; what
the figures rest on is chosen by ``evidence``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from typing import TYPE_CHECKING, Any

from flowrisk.question import settings
from flowrisk.report.charts import bars
from flowrisk.report.page_options import with_data
from flowrisk.report.sections import (
    book,
    both_sides,
    candidates,
    downloads,
    evidence,
    liquidity,
    own_estimates,
    ranges,
    what_if,
)
from flowrisk.report.sections.evidence import CHARTED_COUNT
from flowrisk.text import formatting, heading, sentences
from flowrisk.text import scenario as scenario_text
from flowrisk.text.paragraphs import confidence, index_changes
from flowrisk.text.paragraphs.confidence import NOT_SOLD

if TYPE_CHECKING:
    from flowrisk.domain import ScenarioAnswer
    from flowrisk.text.paragraphs.confidence import Grade
    from flowrisk.text.sentences import Lead


Row = Mapping[str, Any]
_UNKNOWN_COUNT = 100
_LIBRARIES = ("duckdb", "polars", "jinja2")
SECTIONS = {
    "headline": "Headline",
    "what-if": "What if",
    "decided": "Index events",
    "steps": "By index provider",
    "securities": "By security",
    "book": "Book",
    "own-estimate": "Own estimate",
    "sellers": "Holders",
    "liquidity": "Liquidity and impact",
    "range": "Range",
    "reconciliation": "Published estimates",
    "sides": "Offsetting flows",
    "profiles": "Candidates",
    "assumptions": "Assumptions",
    "coverage": "Data and coverage",
    "method": "Method",
    "limits": "Limitations and direction of bias",
    "reproduce": "Reproduce",
}
_STACK = ("observed_outflow_usd", "estimated_outflow_usd")


@dataclass(frozen=True, slots=True)
class HeadlineCard:
    """One scenario of the headline: the leading security, the basket, and how sure we are.

    ``calibrated`` says what ratios were set to, ``illustrative`` whose were split without source;
    ``beside`` sets the figure beside the own estimate, in one line.
    """

    who: str
    beside: str
    clause: str
    lead: Row
    basket: Row
    bar: bars.Bar
    grade: Grade
    calibrated: tuple[str, ...]
    illustrative: tuple[str, ...]

    @property
    def set_by(self) -> str:
        """How what is estimated was set, in words; empty where it was neither set nor split."""
        bases = {"calibrated": self.calibrated, "illustrative": self.illustrative}
        return confidence.set_by([basis for basis, found in bases.items() if found])


def context(answer: ScenarioAnswer) -> dict[str, Any]:
    """Return everything the template of the scenario page speaks of, by name."""
    about = sentences.subject(answer)
    headline = cards(answer, about)
    widest = widest_card(headline, about)
    movable = what_if.what_if(answer, about)
    profiled = candidates.section(answer, about.widest.scenario_id)
    held = book.book(answer)
    needed = {"what-if": movable, "book": held, "profiles": profiled["candidate_profiles"].shown}
    return {
        "answer": answer,
        "sections": with_data(SECTIONS, needed),
        "about": about,
        "title": sentences.title(about, answer.scenarios),
        "condition": _condition(answer),
        "valued_at": sentences.valued_at(answer),
        "outside_list": heading.outside_list(answer),
        "without_data": heading.without_data(answer),
        "priced": sentences.priced(answer, about.most),
        "cards": headline,
        "widest_card": widest,
        "what_if": movable,
        "book": held,
        "citation": sentences.citation(answer, about, widest.set_by),
        **_figures(answer, about),
        **liquidity.liquidity(answer, about),
        **ranges.confidence(answer, about),
        **both_sides.both_sides(answer, about),
        **profiled,
        **evidence.evidence(answer, about),
        **reproduction(answer),
    }


def _figures(answer: ScenarioAnswer, about: Lead) -> dict[str, Any]:
    return {
        "waterfall": waterfall(answer, about),
        "scenario_totals": answer.marts["scenario_totals"].rows(named=True),
        **{
            name: outflows(answer, about, is_in_basket=name == "outflows")
            for name in ("outflows", "outsiders")
        },
        "provider_outflows": providers(answer, about),
        "index_trades": index_trades(answer, about),
        "estimate_components": own_estimates.own_estimates(answer, about),
    }


def _condition(answer: ScenarioAnswer) -> str:
    yours = (f"{each}." for each in heading.yours(answer))
    return " ".join([sentences.condition(answer.scenarios), *yours])


def reproduction(answer: ScenarioAnswer) -> dict[str, Any]:
    """Return what it takes to make the page again: settings, command, versions, SQL, data."""
    return {
        **{name: answer.assumptions[name].value for name in ("participation", "adv_window")},
        "max_age": answer.assumptions["max_age"].value,
        "command": sentences.command(answer, also=settings.SCENARIO),
        "versions": [(each, metadata.version(each)) for each in _LIBRARIES],
        **downloads.attachments(answer),
    }


def cards(answer: ScenarioAnswer, about: Lead) -> list[HeadlineCard]:
    """Return one card a scenario, their bars on one scale."""
    totals = {row["scenario_id"]: row for row in answer.marts["scenario_totals"].rows(named=True)}
    drawn = bars.bars([_stacked(row["scenario_id"], row) for row in about.rows])
    return [
        _card(answer, about, position, totals[scenario.scenario_id], drawn.bars[position])
        for position, scenario in enumerate(answer.scenarios)
    ]


def widest_card(headline: Sequence[HeadlineCard], about: Lead) -> HeadlineCard:
    """Return the card of the widest scenario, wherever it stands among the others."""
    return next(card for card in headline if card.lead is about.most)


def waterfall(answer: ScenarioAnswer, about: Lead) -> bars.Figure | None:
    """Return the way from the first scenario to the widest, provider by provider; None for one
    provider, who needs no steps, and where nothing is sold."""
    first, lead = answer.scenarios[0], about.most
    rows = [
        row
        for row in answer.marts["provider_outflows"].rows(named=True)
        if row["scenario_id"] == lead["scenario_id"] and row["security_id"] == lead["security_id"]
    ]
    # bars that lead back and forth would cover each other: the table has both sides
    is_mixed = len({scenario_text.is_bought(row) for row in rows if row["outflow_shares"]}) > 1
    if len(rows) == 1 or not lead["outflow_shares"] or is_mixed:
        return None
    if not set(first.provider_ids) < set(about.widest.provider_ids):
        steps, added_count = _steps(rows, about), 0
    else:
        added = [row for row in rows if row["provider_id"] not in first.provider_ids]
        more = (replace(step, label=f"+ {step.label}") for step in _steps(added, about))
        steps = [_stacked(about.who(first), about.first), *more]
        added_count = len(added)
    return bars.Figure(
        waterfall_title(about, about.who(first), added_count),
        bars.bars(bars.waterfall(steps, f"= {about.who(about.widest)}")),
    )


def outflows(answer: ScenarioAnswer, about: Lead, *, is_in_basket: bool) -> dict[str, Any]:
    """Return securities, the largest in the widest scenario first, with a cell a scenario.

    Outside the basket only what is observed or estimated gets a line; the others are named.
    """
    import polars as pl

    frame = answer.marts["outflows"].filter(pl.col("is_in_basket") == is_in_basket)
    widest = frame.filter(pl.col("scenario_id") == about.widest.scenario_id)
    is_sold = pl.col("outflow_shares") != 0
    largest = evidence.top(widest if is_in_basket else widest.filter(is_sold), "outflow_usd")
    shown = pl.col("security_id").is_in([row["security_id"] for row in largest.rows])
    cells = {(row["security_id"], row["scenario_id"]): row
             for row in frame.filter(shown).rows(named=True)}  # fmt: skip
    is_kept = pl.col("method") == confidence.NOT_SOLD
    unknown = widest.filter(~is_kept, is_sold.not_().fill_null(value=True))
    tickers = unknown["ticker"].sort(nulls_last=True)
    return {
        "top": largest,
        "lines": [(row, [cells[row["security_id"], s.scenario_id] for s in answer.scenarios])
                  for row in largest.rows],
        "count": widest.height,
        "unknown": [formatting.name(ticker, 16) for ticker in tickers.head(_UNKNOWN_COUNT)],
        "unknown_count": unknown.height,
        "kept_count": widest.filter(is_kept).height,
        "unpriced_count": widest["close_usd"].null_count(),
        "figure": bars.Figure(
            securities_title(largest.rows),
            bars.bars([_stacked(formatting.company(row["security_name"]), row)
                         for row in largest.rows[:CHARTED_COUNT] if row["outflow_usd"]]),
        ),
    }  # fmt: skip


def providers(answer: ScenarioAnswer, about: Lead) -> evidence.Top:
    """Return the leading security's outflow by provider, each provider once."""
    import polars as pl

    frame = answer.marts["provider_outflows"]
    lead = frame.filter(pl.col("security_id") == about.most["security_id"])
    return evidence.top(lead.unique("provider_id", keep="first", maintain_order=True),
                        "outflow_usd")  # fmt: skip


def index_trades(answer: ScenarioAnswer, about: Lead) -> list[dict[str, Any]]:
    """Return what trackers of each index trade of the leading security, if any is named."""
    if "index_trades" not in answer.marts:
        return []
    lead = about.most["security_id"]
    return answer.marts["index_trades"].filter(security_id=lead).rows(named=True)


def _steps(rows: Sequence[Row], about: Lead) -> list[bars.Row]:
    """Return a step a provider, the largest first; those beyond ``CHARTED_COUNT`` as one."""
    ordered = sorted(rows, key=lambda row: -abs(row["outflow_usd"] or 0.0))
    steps = [_stacked(about.provider(row), row) for row in ordered[:CHARTED_COUNT]]
    if rest := ordered[CHARTED_COUNT:]:
        sums = tuple(sum(part or 0.0 for part in column)
                     for column in zip(*(_parts(row) for row in rest), strict=True))  # fmt: skip
        steps.append(bars.Row(f"{len(rest)} more providers", sums))
    return steps


def _card(
    answer: ScenarioAnswer, about: Lead, position: int, basket: Row, bar: bars.Bar
) -> HeadlineCard:
    lead = about.rows[position]
    ratios = _ratios_used(answer, lead)
    return HeadlineCard(
        who=about.who(answer.scenarios[position]),
        beside=sentences.beside(answer, lead),
        clause=about.clause(answer.scenarios[position], about.name),
        lead=lead,
        basket=basket,
        bar=bar,
        grade=confidence.grade(
            outflow_shares=lead["outflow_shares"],
            observed_shares=lead["observed_outflow_shares"],
            stale_shares=_stale_shares(answer, lead),
            method=lead["method"],
            bound=lead["bound"],
            bases=frozenset(row["basis"] for row in ratios),
        ),
        calibrated=tuple(
            f"{about.provider(row)}: {sentences.set_to(row)}"
            for row in ratios
            if row["basis"] == "calibrated"
        ),
        illustrative=tuple(about.provider(r) for r in ratios if r["basis"] == "illustrative"),
    )


def _ratios_used(answer: ScenarioAnswer, lead: Row) -> list[dict[str, Any]]:
    """Return the tracking ratios that one outflow rests on."""
    import polars as pl

    is_lead = pl.col("security_id") == lead["security_id"]
    used = answer.marts["provider_outflows"].filter(
        is_lead,
        pl.col("scenario_id") == lead["scenario_id"],
        pl.col("method") == "tracking-ratio",
        pl.col("sold_ratio") != 0,
    )["provider_id"]
    estimates = answer.marts["estimates"].filter(
        is_lead, pl.col("tracking_ratio").is_not_null(), pl.col("provider_id").is_in(used.to_list())
    )
    return estimates.rows(named=True)


def _stale_shares(answer: ScenarioAnswer, lead: Row) -> float:
    import polars as pl

    stale = answer.marts["fund_outflows"].filter(
        pl.col("scenario_id") == lead["scenario_id"],
        pl.col("security_id") == lead["security_id"],
        pl.col("is_stale"),
    )
    return float(stale["observed_outflow_shares"].sum())


def _stacked(label: str, row: Row) -> bars.Row:
    side = " (bought)" if scenario_text.is_bought(row) else ""
    return bars.Row(f"{label}{side}", _parts(row), is_at_least=scenario_text.is_at_least(row))


def _parts(row: Row) -> tuple[float | None, ...]:
    """Return the observed and the estimated part as lengths; of a net of both sides the net."""
    parts = tuple(row[column] for column in _STACK)
    if any(part is not None and part < 0 for part in parts):
        is_one_side = all((part or 0.0) <= 0 for part in parts)
        shown = parts if is_one_side else (0.0, row["outflow_usd"])
        return tuple(None if each is None else abs(each) for each in shown)
    return parts


def waterfall_title(about: Lead, start: str, added_count: int) -> str:
    """Return what the waterfall finds; ``added_count`` is 0 where it starts from nothing."""
    if not added_count:
        return f"{about.name}: {scenario_text.outflow(about.most)} by index provider"
    count = formatting.counted(added_count)
    added = f"{count} more provider{'s add' if added_count > 1 else ' adds'}"
    increment = formatting.money(about.most["increment_usd"])
    if scenario_text.is_at_least(about.most):
        increment = f"at least {increment}"
    return f"{start} alone: {scenario_text.outflow(about.first)}; {added} {increment}"


def _single_title(row: Row) -> str:
    lead = formatting.company(row["security_name"])
    if scenario_text.is_bought(row):
        gross = index_changes.gross(row)
        return f"{lead}: {scenario_text.outflow(row)}{f' net ({gross})' if gross else ''}"
    if not row["estimated_outflow_usd"]:
        return (
            f"{lead}: {formatting.money(row['outflow_usd'])} observed, nothing estimated beyond it"
        )
    observed = (row["observed_outflow_usd"] or 0.0) / row["outflow_usd"]
    most = "At most " if scenario_text.is_at_least(row) else ""
    share = formatting.percent(observed, decimals=0)
    return f"{most}{share} of {lead}'s outflow is observed in fund reports"


def securities_title(rows: Sequence[Row]) -> str:
    """Return how concentrated the outflow is; rows sorted, largest first."""
    known = [row for row in rows if row["outflow_usd"]]
    unpriced = any(row["outflow_shares"] and row["close_usd"] is None for row in rows)
    if rows and all(row["method"] == NOT_SOLD for row in rows):
        return "No selling of any security of the basket"
    if not known and unpriced:
        return "Selling observed or estimated, but no price to value it"
    if not known:
        return "Nothing observed or estimated for any security of the basket"
    if len(rows) == 1:
        return _single_title(known[0])
    total = sum(abs(row["outflow_usd"]) for row in known)
    lead = formatting.company(known[0]["security_name"])
    has_both_sides = len({scenario_text.is_bought(row) for row in known}) > 1
    if has_both_sides or scenario_text.is_at_least(known[0]):
        return f"Largest known outflow: {lead}, {scenario_text.outflow(known[0])}"
    share = formatting.percent(abs(known[0]["outflow_usd"]) / total, decimals=0)
    most = "at most " if any(map(scenario_text.is_at_least, rows)) else ""
    side = "inflow" if scenario_text.is_bought(known[0]) else "outflow"
    of = f"the known {side}" + (" with a price" if unpriced else "")
    return f"{lead} is {most}{share} of {of}"

"""An answer as the sections of its page: what must be sold, by whom, in how many days.

A key of the context that is the name of a mart holds that mart's rows. Judges and chooses; what
the figures rest on is chosen by ``evidence``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import metadata
from typing import TYPE_CHECKING, Any, NamedTuple

from flowrisk.report.charts import bars, spans
from flowrisk.report.page_options import with_data
from flowrisk.report.sections import (
    book,
    both_sides,
    candidates,
    downloads,
    evidence,
    liquidity,
    own_estimates,
    published,
    ranges,
    sources,
    what_if,
)
from flowrisk.report.sections.evidence import CHARTED_COUNT
from flowrisk.text import formatting, sentences
from flowrisk.text import scenario as scenario_text
from flowrisk.text.paragraphs import confidence

if TYPE_CHECKING:
    from flowrisk.domain import Scenario, ScenarioAnswer
    from flowrisk.text.paragraphs.confidence import Grade
    from flowrisk.text.sentences import Lead


Row = Mapping[str, Any]
_UNKNOWN_COUNT = 100
_SELLERS_COUNT = 6
_LIBRARIES = ("duckdb", "polars", "jinja2")
SECTIONS = {
    "headline": "Headline",
    "steps": "By index provider",
    "securities": "By security",
    "book": "Book",
    "sellers": "Holders",
    "decided": "Index events",
    "liquidity": "Liquidity and impact",
    "own-estimate": "Own estimate",
    "reconciliation": "Published estimates",
    "range": "Range",
    "what-if": "What if",
    "sides": "Offsetting flows",
    "profiles": "Candidates",
    "assumptions": "Assumptions",
    "coverage": "Data and coverage",
    "method": "Method",
    "limits": "Limitations and direction of bias",
    "sources": "Sources",
    "reproduce": "Reproduce",
}
_STACK = ("observed_outflow_usd", "estimated_outflow_usd")


class HeadlineCard(NamedTuple):
    """One scenario of the headline: the leading security, the basket, and what its figure rests on.

    ``ratios`` are the tracking ratios used; ``stale_shares`` the observed part in stale reports.
    """

    about: Lead
    scenario: Scenario
    lead: Row
    basket: Row
    ratios: Sequence[Row]
    stale_shares: float

    @property
    def who(self) -> str:
        """Who acts."""
        return self.about.who(self.scenario)

    @property
    def clause(self) -> str:
        """What is done to the leading security, in one clause."""
        return self.about.clause(self.scenario, self.about.name)

    @property
    def grade(self) -> Grade:
        """How sure we are, with the reason."""
        return confidence.grade(
            outflow_shares=self.lead["outflow_shares"],
            observed_shares=self.lead["observed_outflow_shares"],
            stale_shares=self.stale_shares,
            method=self.lead["method"],
            bound=self.lead["bound"],
            bases=frozenset(row["basis"] for row in self.ratios),
        )

    @property
    def calibrated(self) -> tuple[str, ...]:
        """What ratios were set to, a phrase each."""
        found = (row for row in self.ratios if row["basis"] == "calibrated")
        return tuple(f"{self.about.provider(row)}: {sentences.set_to(row)}" for row in found)

    @property
    def illustrative(self) -> tuple[str, ...]:
        """Whose ratios were split without source."""
        found = (row for row in self.ratios if row["basis"] == "illustrative")
        return tuple(self.about.provider(row) for row in found)

    @property
    def set_by(self) -> str:
        """How what is estimated was set, in words; empty where it was neither set nor split."""
        return confidence.set_by([row["basis"] for row in self.ratios])


class Waterfall(NamedTuple):
    """The way from the first scenario, or from nothing, to the widest; ``added_count`` providers
    come on top of the first scenario, whose step has no name; 0 where it starts from nothing."""

    steps: Sequence[bars.Row]
    added_count: int


def context(answer: ScenarioAnswer) -> dict[str, Any]:
    """Return everything the template of the scenario page speaks of, by name."""
    about = sentences.subject(answer)
    headline = cards(answer, about)
    evident = evidence.evidence(answer, about)
    movable = what_if.what_if(answer, about)
    profiled = candidates.section(answer, about.widest.scenario_id)
    held = book.book(answer)
    needed = {"what-if": movable, "book": held, "profiles": profiled["candidate_profiles"].shown}
    return {
        "answer": answer,
        "verb": "scenario",
        "csv_tables": downloads.CSV_MARTS,
        "sections": with_data(SECTIONS, needed),
        "about": about,
        "cards": headline,
        "card_rows": card_rows(about),
        "widest_card": widest_card(headline, about),
        "what_if": movable,
        "book": held,
        **_figures(answer, about),
        **liquidity.liquidity(answer, about),
        **ranges.confidence(answer, about),
        **published.published(answer, about),
        **both_sides.both_sides(answer, about),
        **profiled,
        **evident,
        "bibliography": sources.bibliography(answer),
        **reproduction(answer),
    }


def _figures(answer: ScenarioAnswer, about: Lead) -> dict[str, Any]:
    return {
        "waterfall": waterfall(answer, about),
        "scenario_totals": about.totals,
        **{
            name: outflows(answer, about, is_in_basket=name == "outflows")
            for name in ("outflows", "outsiders")
        },
        "provider_outflows": providers(answer, about),
        "selling_providers": selling(answer, about),
        "index_trades": index_trades(answer, about),
        "estimate_components": own_estimates.own_estimates(answer, about),
    }


def reproduction(answer: ScenarioAnswer) -> dict[str, Any]:
    """Return settings that the page speaks of, and the versions that made it."""
    return {
        **{name: answer.assumptions[name].value for name in ("participation", "adv_window")},
        "max_age": answer.assumptions["max_age"].value,
        "versions": [(each, metadata.version(each)) for each in _LIBRARIES],
    }


def cards(answer: ScenarioAnswer, about: Lead) -> list[HeadlineCard]:
    """Return one card a scenario."""
    return [
        HeadlineCard(about, scenario, lead, total, _ratios_used(answer, lead),
                     _stale_shares(answer, lead))
        for scenario, lead, total in zip(answer.scenarios, about.rows, about.totals, strict=True)
    ]  # fmt: skip


def card_rows(about: Lead) -> dict[str, Any]:
    """Return the bars of the cards, one a scenario, and the ranges of the own estimate, to be drawn
    on one scale; ``until`` is the largest value of both."""
    stacks = [_stacked(row["scenario_id"], row) for row in about.rows]
    owned = [spans.Interval(row["scenario_id"], *_own_ends(row)) for row in about.rows]
    tops = [sum(part or 0.0 for part in row.parts) for row in stacks]
    highs = [each.high or 0.0 for each in owned]
    return {"stacks": stacks, "owned": owned, "until": max((*tops, *highs))}


def _own_ends(row: Row) -> tuple[float | None, ...]:
    """Return low, central and high of the own estimate as lengths; None where there is none."""
    ends = (row[f"model_{end}_usd"] for end in ("low", "central", "high"))
    return tuple(None if each is None else abs(each) for each in ends)


def widest_card(headline: Sequence[HeadlineCard], about: Lead) -> HeadlineCard:
    """Return the card of the widest scenario, wherever it stands among the others."""
    return next(card for card in headline if card.lead is about.most)


def waterfall(answer: ScenarioAnswer, about: Lead) -> Waterfall | None:
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
        return Waterfall(_steps(rows, about), 0)
    added = [row for row in rows if row["provider_id"] not in first.provider_ids]
    more = (step._replace(label=f"+ {step.label}") for step in _steps(added, about))
    return Waterfall([_stacked("", about.rows[0]), *more], len(added))


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
        **_concentration([row for row in largest.rows if row["outflow_usd"]]),
        "count": widest.height,
        "unknown": tickers.head(_UNKNOWN_COUNT).to_list(),
        "unknown_count": unknown.height,
        "kept_count": widest.filter(is_kept).height,
        "unpriced_count": widest["close_usd"].null_count(),
        "drawn": [_stacked(formatting.company(row["security_name"]), row)
                  for row in largest.rows[:CHARTED_COUNT] if row["outflow_usd"]],
    }  # fmt: skip


def _concentration(known: Sequence[Row]) -> dict[str, Any]:
    """Return the rows with dollars, what part of them all the first is, and what part of it is
    observed (0-1); 0 without any."""
    total_usd = sum(abs(row["outflow_usd"]) for row in known)
    first = known[0] if known else {}
    observed_usd, outflow_usd = first.get("observed_outflow_usd"), first.get("outflow_usd", 0.0)
    return {
        "known": known,
        "lead_ratio": abs(outflow_usd) / total_usd if known else 0.0,
        "observed_ratio": (observed_usd or 0.0) / outflow_usd if known else 0.0,
    }


def selling(answer: ScenarioAnswer, about: Lead) -> evidence.Top:
    """Return who sells the leading security in the widest scenario, the largest first."""
    import polars as pl

    frame = answer.marts["provider_outflows"].filter(
        pl.col("scenario_id") == about.widest.scenario_id,
        pl.col("security_id") == about.most["security_id"],
        pl.col("outflow_shares") != 0,
    )
    return evidence.top(frame, "outflow_usd", count=_SELLERS_COUNT)


def providers(answer: ScenarioAnswer, about: Lead) -> evidence.Top:
    """Return the leading security's outflow by provider, each provider once, largest first."""
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
    steps = [
        _stacked(about.names.get(row["provider_id"], row["provider_id"]), row)
        for row in ordered[:CHARTED_COUNT]
    ]
    if rest := ordered[CHARTED_COUNT:]:
        sums = tuple(sum(part or 0.0 for part in column)
                     for column in zip(*(_parts(row) for row in rest), strict=True))  # fmt: skip
        steps.append(bars.Row(f"{len(rest)} more providers", sums))
    return steps


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
    is_bought, is_at_least = scenario_text.is_bought(row), scenario_text.is_at_least(row)
    side = " (bought)" if is_bought else ""
    return bars.Row(f"{label}{side}", _parts(row), is_at_least=is_at_least)


def _parts(row: Row) -> tuple[float | None, ...]:
    """Return the observed and the estimated part as lengths; of a net of both sides the net."""
    parts = tuple(row[column] for column in _STACK)
    if any(part is not None and part < 0 for part in parts):
        is_one_side = all((part or 0.0) <= 0 for part in parts)
        shown = parts if is_one_side else (0.0, row["outflow_usd"])
        return tuple(None if each is None else abs(each) for each in shown)
    return parts

"""An answer on one sheet for a board: what would be sold, beside what was published, when, how
hard, how sure, from which sources; of a company without an estimate what is known and what is
missing.

Chooses, cuts and words, so that the sheet holds one company or a list in any paper; counts
nothing.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from flowrisk.question import settings
from flowrisk.report import templates
from flowrisk.report.page_options import PLAIN
from flowrisk.report.sections import gaps, liquidity, published, scenario
from flowrisk.text import formatting, heading, sentences
from flowrisk.text import scenario as scenario_text
from flowrisk.text.paragraphs import index_changes, own_estimate, trading

if TYPE_CHECKING:
    from flowrisk.domain import Scenario, ScenarioAnswer
    from flowrisk.report.page_options import PageOptions
    from flowrisk.text.sentences import Lead

Row = Mapping[str, Any]
COMPANIES_COUNT, SCENARIOS_COUNT = 14, 2
_FIGURES_COUNT, _SESSIONS_COUNT, _SOURCES_COUNT, _NAMED_COUNT = 3, 6, 4, 6
_MEMBERSHIPS_COUNT = _DISAGREEMENTS_COUNT = 2
_TITLE_LENGTH, _LINE_LENGTH = 220, 170
_OWN = "own estimate, from holdings and assets upward"
_ADDRESS = re.compile(r"https?://[^\s;,)\]]+")


@dataclass(frozen=True, slots=True)
class Column:
    """One scenario of the sheet: who does what, how the company's outflow was found, that outflow
    and the basket's, and the published figures of the same scope."""

    clause: str
    how: str
    row: Row
    basket: Row
    published: Sequence[Row]

    @property
    def figures(self) -> list[str]:
        """The published figures, one line each."""
        return _told(self.published)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a published figure was read: what it says, and its address where it has one."""

    words: str
    address: str | None


def context(answer: ScenarioAnswer) -> dict[str, Any]:
    """Return everything the template of the sheet speaks of, by name."""
    about = sentences.subject(answer)
    basket = [cells for cells in scenario_text.by_security(answer) if cells[0]["is_in_basket"]]
    unknown = [cells for cells in basket if _is_unknown(cells)]
    is_single = len(basket) == 1
    missing = gaps.gap(answer, about, unknown[0]) if is_single and unknown else None
    return {
        "answer": answer,
        "about": about,
        "is_single": is_single,
        "is_known": len(unknown) < len(basket),
        "gap": missing,
        "title": title(answer, about, is_single=is_single),
        "condition": sentences.condition(answer.scenarios),
        "yours": heading.yours(answer),
        "participation": answer.assumed("participation", float),
        "command": sentences.command(answer, also=settings.SCENARIO),
        **_figures(answer, about, basket),
        **_beside(answer, about),
        **_sources(answer, about, is_estimated=missing is None),
    }


def _figures(
    answer: ScenarioAnswer, about: Lead, basket: Sequence[Sequence[Row]]
) -> dict[str, Any]:
    """Return what would be sold, company by company, and what has no column or line."""
    columns, shown = _columns(answer, about, is_single=len(basket) == 1), _shown(answer, about)
    return {
        "columns": columns,
        "left_out": [(about.who(each), _total(answer, each)) for each in answer.scenarios
                     if each not in shown],
        "companies": [_by_column(cells, columns) for cells in basket[:COMPANIES_COUNT]],
        "companies_more_count": max(len(basket) - COMPANIES_COUNT, 0),
        "unknown": _unknown(basket, columns),
        "disagreements": own_estimate.disagreements(answer)[:_DISAGREEMENTS_COUNT],
        "valued_at": sentences.valued_at(answer),
        "calibrated": heading.calibrated(answer),
    }  # fmt: skip


def _beside(answer: ScenarioAnswer, about: Lead) -> dict[str, Any]:
    """Return when, how hard and how sure, of the leading company."""
    cards = scenario.cards(answer, about)
    return {
        "dispute": published.dispute(answer, about)
        if any(map(_is_deletion, answer.scenarios))
        else None,
        "when": _when(answer, about),
        "events": _events(answer),
        "hard": _hard(answer, about),
        "grade": scenario.widest_card(cards, about).grade,
    }


def page(answer: ScenarioAnswer, edition: PageOptions = PLAIN) -> bytes:
    """Return the sheet as one self-contained HTML file, UTF-8, that prints on one sheet.

    The same answer gives the same bytes, as the pages of ``report.page`` do.
    """
    style = Markup(f"{templates.source('one_page.css')}{edition.rules}")  # noqa: S704 - edition refuses what could end the style
    said = context(answer)
    flags = " ".join(map(shlex.quote, edition.flags))
    said |= {
        "command": f"{said['command']} -o board.html {flags}",
        "edition": edition,
        "style": style,
        "style_hash": templates.admitting(style),
    }
    return templates.rendered("one_page.html.jinja", said).encode()


def title(answer: ScenarioAnswer, about: Lead, *, is_single: bool) -> str:
    """Return the finding: of the company, or of all companies asked about together."""
    totals = [_total(answer, each) for each in answer.scenarios]
    rows = about.rows if is_single else totals
    count = sum(security.is_in_basket for security in answer.securities)
    it = about.name if is_single else f"{formatting.counted(count)} companies"
    again = _again(is_single=is_single)
    if not any(map(scenario_text.is_known, rows)):
        verb = "sell" if all(map(_is_deletion, answer.scenarios)) else "trade"
        return f"What passive funds would {verb} of {it} is unknown"
    shown = [(each, rows[answer.scenarios.index(each)]) for each in _shown(answer, about)]
    first, row = shown[0]
    told = [f"If {about.clause(first, it, again=again)}, {_must_sell(row)}"]
    for each, other in shown[1:]:
        is_same = each.treatment == first.treatment
        clause = (sentences.likewise(about.who(each)) if is_same
                  else about.clause(each, again, again=again))  # fmt: skip
        is_turned = scenario_text.is_bought(other) != scenario_text.is_bought(row)
        amount = _must_sell(other) if is_turned else _amount(other)
        told.append(f"if {clause}, {amount}")
    return formatting.name("; ".join(told), _TITLE_LENGTH)


def _again(*, is_single: bool) -> str:
    return "it" if is_single else "them"


def _is_deletion(asked: Scenario) -> bool:
    """Whether every provider of a scenario deletes, which published figures speak of."""
    return not asked.treatments


def _must_sell(row: Row) -> str:
    if not scenario_text.is_known(row):
        return "what passive funds would sell is unknown"
    verb = "buy" if scenario_text.is_bought(row) else "sell"
    gross = index_changes.gross(row)
    return f"passive funds must {verb} {_amount(row)}{f' net ({gross})' if gross else ''}"


def _amount(row: Row) -> str:
    """Return an outflow in words; of what is not known none."""
    if not scenario_text.is_known(row):
        return "an unknown amount"
    if not (row["outflow_usd"] or row.get("outflow_shares")):
        return "nothing"
    least = "at least " if scenario_text.is_at_least(row) else "an estimated "
    return f"{least}{scenario_text.amount(row).removeprefix('inflow ')}"


def _shown(answer: ScenarioAnswer, about: Lead) -> list[Scenario]:
    """Return the scenarios that have a column: the first and the widest of those asked."""
    asked = list(answer.scenarios)
    if len(asked) <= SCENARIOS_COUNT:
        return asked
    first = asked[0]
    return [first, about.widest] if about.widest is not first else asked[:SCENARIOS_COUNT]


def _columns(answer: ScenarioAnswer, about: Lead, *, is_single: bool) -> list[Column]:
    again = _again(is_single=is_single)
    published = _published(answer, about)
    return [
        Column(
            clause=about.clause(each, again, again=again),
            how=_how(answer, about.rows[answer.scenarios.index(each)]),
            row=about.rows[answer.scenarios.index(each)],
            basket=_total(answer, each),
            published=[row for row in published if _is_of_scope(row, each, about)],
        )
        for each in _shown(answer, about)
    ]


def _how(answer: ScenarioAnswer, row: Row) -> str:
    if not scenario_text.is_known(row):
        return "not known: nothing observed, nothing estimated"
    return _OWN if row["method"] == "model" else sentences.how(answer, row)


def _total(answer: ScenarioAnswer, asked: Scenario) -> Row:
    frame = answer.marts["scenario_totals"].filter(scenario_id=asked.scenario_id)
    return frame.rows(named=True)[0]


def _by_column(cells: Sequence[Row], columns: Sequence[Column]) -> tuple[Row, list[Row]]:
    by_id = {row["scenario_id"]: row for row in cells}
    return cells[0], [by_id[each.row["scenario_id"]] for each in columns]


def _is_unknown(cells: Sequence[Row]) -> bool:
    """Whether no scenario asked about has anything of a company."""
    return not any(scenario_text.is_known(row) or own_estimate.is_known(row) for row in cells)


def _unknown(basket: Sequence[Sequence[Row]], columns: Sequence[Column]) -> list[str]:
    """Return for which companies there is no estimate, a sentence a scenario."""
    found = [(each.clause, [cells[0] for cells in basket
                            if any(row["scenario_id"] == each.row["scenario_id"]
                                   and not scenario_text.is_known(row) for row in cells)])
             for each in columns]  # fmt: skip
    return [f"No estimate if {clause}: {gaps.some([gaps.named(row) for row in rows])}"
            for clause, rows in found if rows]  # fmt: skip


def _published(answer: ScenarioAnswer, about: Lead) -> list[Row]:
    """Return the published figures on the leading company, each amount and scope once, those of
    the as-of day and before first."""
    found: dict[tuple[str, float], Row] = {}
    rows = answer.marts["reconciliation"].filter(security_id=about.most["security_id"])
    dated = [row for row in rows.rows(named=True) if row["published_usd"] and row["published_on"]]
    for row in sorted(dated, key=lambda row: (row["is_after_as_of"], row["published_on"])):
        found.setdefault((row["scope"], row["published_usd"]), row)
    return list(found.values())


def _is_of_scope(row: Row, asked: Scenario, about: Lead) -> bool:
    """Whether a published figure speaks of the providers of a scenario, or of a part of them."""
    if not _is_deletion(asked):
        return False
    if len(asked.provider_ids) == 1:
        return bool(row["scope"] == asked.provider_ids[0])
    return asked is about.widest and row["scope"] in ("all", "others")


def _told(rows: Sequence[Row]) -> list[str]:
    told = [
        f"{formatting.money(row['published_usd'])}{_more(row)}, "
        f"{formatting.name(row['estimator'], 28)}, {formatting.day(row['published_on'])}"
        f"{'*' if row['is_after_as_of'] else ''}"
        for row in rows[:_FIGURES_COUNT]
    ]
    rest = len(rows) - _FIGURES_COUNT
    return told + ([f"and {rest} more"] if rest > 0 else [])


def _more(row: Row) -> str:
    return " more, from the other providers" if row["reading"] == "additional" else ""


def _sources(answer: ScenarioAnswer, about: Lead, *, is_estimated: bool) -> dict[str, Any]:
    asked = _shown(answer, about)
    published = [row for row in _published(answer, about)
                 if any(_is_of_scope(row, each, about) for each in asked)]  # fmt: skip
    told = [*_cited(published), *([] if is_estimated else _membership_sources(answer, about))]
    return {
        "sources": told,
        "has_later": any(row["is_after_as_of"] for row in published),
        "covered": _covered(answer),
        "priced": _priced(answer, about),
    }


def _priced(answer: ScenarioAnswer, about: Lead) -> str:
    told = sentences.priced(answer, about.most)
    if told == formatting.UNKNOWN:
        return "no price"
    return told if told.startswith("price") else f"price of {told}"


def _cited(rows: Sequence[Row]) -> list[Source]:
    return [
        Source(
            f"{formatting.name(row['estimator'], 32)}, {formatting.day(row['published_on'])}: "
            f"{formatting.money(row['published_usd'])}",
            address[0] if (address := _ADDRESS.search(row["source"] or "")) else None,
        )
        for row in rows[:_SOURCES_COUNT]
    ]


def _membership_sources(answer: ScenarioAnswer, about: Lead) -> list[Source]:
    """Return where it is said that an index holds the leading company."""
    frame = answer.marts["memberships"].filter(security_id=about.most["security_id"])
    texts = list(dict.fromkeys(frame["source"].drop_nulls().to_list()))[:_MEMBERSHIPS_COUNT]
    return [Source(f"Index membership: {formatting.name(each, 120)}", None) for each in texts]


def _covered(answer: ScenarioAnswer) -> dict[str, Any]:
    """Return how many funds' reports the sheet rests on and of which days."""
    asked = {each for one in answer.scenarios for each in one.provider_ids}
    rows = [row for row in answer.marts["coverage"].rows(named=True)
            if row["provider_id"] in asked]  # fmt: skip
    days = [[row[f"{end}_report_on"] for row in rows if row[f"{end}_report_on"]]
            for end in ("oldest", "newest")]  # fmt: skip
    return {
        "count": sum(row["funds_read_count"] for row in rows),
        "oldest_on": min(days[0], default=None),
        "newest_on": max(days[1], default=None),
    }


def _when(answer: ScenarioAnswer, about: Lead) -> list[str]:
    """Return on which sessions each provider's trackers would trade the leading company, also
    where the amount is unknown, a line a provider."""
    rows = answer.marts["timeline"].filter(
        scenario_id=about.widest.scenario_id, security_id=about.most["security_id"]
    ).sort("trades_on", nulls_last=True, maintain_order=True).rows(named=True)  # fmt: skip
    own: dict[str, list[Row]] = {}
    for row in rows:
        if row["outflow_shares"] != 0:
            own.setdefault(about.provider(row), []).append(row)
    told = [f"{who}: {_sessions(days)}" for who, days in own.items()]
    rest = len(told) - _SESSIONS_COUNT
    return told[:_SESSIONS_COUNT] + ([f"and {rest} more providers"] if rest > 0 else [])


def _sessions(rows: Sequence[Row]) -> str:
    days = [row["trades_on"] for row in rows if row["trades_on"]]
    if not days:
        return f"day unknown, {formatting.name(rows[0]['unknown_reason'], 60)}"
    inferred = " (date inferred)" if any(row["is_inferred"] for row in rows) else ""
    if len(days) == 1:
        return f"close of {formatting.day(days[0])}{inferred}"
    ends = f"{formatting.day(days[0])} to {formatting.day(days[-1])}"
    return f"{len(days)} sessions, {ends}{inferred}"


def _events(answer: ScenarioAnswer) -> list[str]:
    """Return what providers decided and what is open, cut to a line each."""
    open_ones = (*heading.pending(answer), *heading.counted(answer))
    return [
        formatting.name(formatting.with_readable_dates(each), _LINE_LENGTH)
        for each in (*heading.decided(answer)[:1], *open_ones[:2])
    ]


def _hard(answer: ScenarioAnswer, about: Lead) -> list[str]:
    """Return how hard the leading company's sale is, a sentence each; empty without an amount."""
    if not scenario_text.is_known(about.most) or not about.most["outflow_shares"]:
        return []
    participation = formatting.percent(answer.assumed("participation", float), decimals=0)
    said = []
    if about.most["days_to_sell"] is not None:
        days = scenario_text.derived(about.most, formatting.days(about.most["days_to_sell"]))
        who = about.who(about.widest)
        joint = f", if {who} act at once" if len(about.widest.provider_ids) > 1 else ""
        said.append(f"{days} trading days at {participation} of an average day's volume{joint}")
    if about.most["auction_multiple_high_days"] is not None:
        said.append(f"{trading.auctions(about.most)} an ordinary closing auction "
                    f"({trading.auction_share(answer)})")  # fmt: skip
    bounds = liquidity.bounds(answer, about)["row"]
    if bounds and bounds["reason"] is None:
        said.append(formatting.capitalized(trading.bounds(bounds, "price impact")))
    return said or ["The data has no trading volume of it, so days and auctions are unknown"]

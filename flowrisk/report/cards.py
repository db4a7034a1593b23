"""An answer in short: the lines that a note and a notebook share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowrisk.text import formatting, heading, risk, screen, sentences
from flowrisk.text import scenario as scenario_text
from flowrisk.text.paragraphs import book, own_estimate, trading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flowrisk.domain import RiskAnswer, ScenarioAnswer, ScreenAnswer


@dataclass(frozen=True, slots=True)
class Card:
    """What a notebook shows: plain text everywhere, the first column to the left.

    Args:
        spans: a head above several columns, each with how many it covers; empty for none.
        rows: as long as ``heads``.
    """

    title: str
    lines: Sequence[str]
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]
    spans: Sequence[tuple[str, int]] = ()


def scenario_card(answer: ScenarioAnswer) -> Card:
    """Return the finding and the outflows of the basket, one group of columns a scenario."""
    grouped = scenario_text.by_security(answer)
    basket = [cells for cells in grouped if cells[0]["is_in_basket"]]
    outside = [cells[0]["ticker"] for cells in grouped if not cells[0]["is_in_basket"]]
    totals = answer.marts["scenario_totals"].rows(named=True)
    heads = scenario_text.heads(answer)
    about = sentences.subject(answer)
    rest = len(answer.scenarios) - 1
    return Card(
        title=sentences.title(about, answer.scenarios),
        lines=_findings(answer, about),
        spans=[("", 1), *zip(_ids(answer), [len(heads) - 1, *[len(heads)] * rest], strict=True)],
        heads=["", *heads[:-1], *(heads * rest)],
        rows=[
            *(_outflows(answer,
                        f"{formatting.company(cells[0]['security_name'])} {cells[0]['ticker']}",
                        cells) for cells in basket),
            _outflows(answer, "Basket", totals),
        ],
        notes=[
            *_outside(answer, outside),
            *heading.without_data(answer),
            *book.notes(answer),
            *scenario_text.notes(answer),
        ],
    )  # fmt: skip


def _findings(answer: ScenarioAnswer, about: sentences.Lead) -> list[str]:
    """Return what was found, a sentence each: of the leading security, then of the basket."""
    return [
        *own_estimate.disagreements(answer, besides=about.most["security_id"]),
        *(f"{about.name}, {scenario.scenario_id}: {sentences.beside(answer, row)}"
          for scenario, row in zip(answer.scenarios, about.rows, strict=True)),
        *scenario_text.headlines(answer),
        *_traded(answer, about),
    ]  # fmt: skip


def _outside(answer: ScenarioAnswer, tickers: Sequence[str]) -> list[str]:
    """Return who is not in the basket, in one line; nothing where all are."""
    said = f"{heading.outside_list(answer)} ({len(tickers)}): {', '.join(tickers)}"
    return [said] if tickers else []


def _traded(answer: ScenarioAnswer, about: sentences.Lead) -> list[str]:
    """Return how the leading security's outflow meets the close and the price, a sentence each."""
    if not about.most["outflow_shares"] or "impact_bounds" not in answer.marts:
        return []
    bounds = [row for row in answer.marts["impact_bounds"].rows(named=True)
              if row["security_id"] == about.most["security_id"]]  # fmt: skip
    return [
        trading.lead_auctions(answer, about.rows),
        *(trading.bounds(row, f"{about.name}, {formatting.name(row['scenario_id'], 24)},")
          for row in bounds),
    ]  # fmt: skip


def risk_card(answer: RiskAnswer) -> Card:
    """Return who excludes how likely and the law of the flow, by security and of the basket."""
    rows = risk.shown(answer)
    return Card(
        title=heading.headline(answer, heading.subject(answer)),
        lines=[risk.judged(answer)],
        heads=risk.heads(answer),
        rows=[risk.cells(row) for row in rows],
        notes=[risk.extremes(rows[-1]), *risk.notes(answer)],
    )


def screen_card(answer: ScreenAnswer) -> Card:
    """Return the ratios of the list against the line, and who is not assessed."""
    rows = answer.marts["digital_asset_ratios"].rows(named=True)
    basket = [row for row in rows if row["is_in_basket"]]
    title, *lines = screen.headlines(answer)
    return Card(
        title=title,
        lines=[*lines, *(line.strip() for line in screen.verdicts(answer))],
        heads=screen.HEADS,
        rows=[screen.cells(row) for row in screen.assessed(basket)],
        notes=[*screen.not_assessed(basket), *screen.notes(answer)],
    )


def _ids(answer: ScenarioAnswer) -> list[str]:
    return [scenario.scenario_id for scenario in answer.scenarios]


def _outflows(answer: ScenarioAnswer, label: str, cells: Sequence[Mapping[str, Any]]) -> list[str]:
    first, *others = scenario_text.shown(answer, cells)
    return [label, *first[:-1], *(figure for each in others for figure in each)]

"""An answer as a notebook shows it: a headline, a table, notes; the words and figures of the text.

Owns the markup. Every text from outside is escaped; there is no script, and the colours are those
of the page around it, light or dark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from flowrisk import risk_text, screen_text, sentences, summaries, text

if TYPE_CHECKING:
    from flowrisk.risk import RiskAnswer
    from flowrisk.scenario import ScenarioAnswer
    from flowrisk.screen import ScreenAnswer

_STYLE = """
.flowrisk { color: inherit; font-size: 0.95em; max-width: 72em; overflow-x: auto; }
.flowrisk h3 { margin: 0.2em 0; font-size: 1.15em; }
.flowrisk p { margin: 0.2em 0; opacity: 0.8; }
.flowrisk table { border-collapse: collapse; margin: 0.6em 0; font-variant-numeric: tabular-nums; }
.flowrisk th, .flowrisk td { background: none; border: 0; padding: 0.15em 0.7em; }
.flowrisk th, .flowrisk td { text-align: right; white-space: nowrap; }
.flowrisk th:first-child, .flowrisk td:first-child { text-align: left; }
.flowrisk th[colspan]:not(:first-child) { border-bottom: 1px dotted; text-align: center; }
.flowrisk thead tr:last-child th { border-bottom: 1px solid; }
.flowrisk tbody tr:last-child > * { border-bottom: 1px solid; }
.flowrisk pre { background: none; color: inherit; white-space: pre; }
"""
_TEXT_LENGTH = 300


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
    grouped = text.by_security(answer)
    basket = [cells for cells in grouped if cells[0]["is_in_basket"]]
    outside = [cells[0]["ticker"] for cells in grouped if not cells[0]["is_in_basket"]]
    totals = answer.marts["scenario_totals"].rows(named=True)
    heads = text.heads(answer)
    rest = len(answer.scenarios) - 1
    return Card(
        title=sentences.title(sentences.subject(answer), answer.scenarios),
        lines=text.headlines(answer),
        spans=[("", 1), *zip(_ids(answer), [len(heads) - 1, *[len(heads)] * rest], strict=True)],
        heads=["", *heads[:-1], *(heads * rest)],
        rows=[
            *(_outflows(f"{sentences.company(cells[0]['security_name'])} {cells[0]['ticker']}",
                        cells) for cells in basket),
            _outflows("Basket", totals),
        ],
        notes=[
            *([f"Outside the list ({len(outside)}): {', '.join(outside)}"] if outside else []),
            *text.notes(answer),
        ],
    )  # fmt: skip


def risk_card(answer: RiskAnswer) -> Card:
    """Return who excludes how likely and the law of the flow, by security and of the basket."""
    rows = risk_text.shown(answer)
    return Card(
        title=summaries.headline(answer, text.subject(answer)),
        lines=[risk_text.judged(answer)],
        heads=risk_text.HEADS,
        rows=[risk_text.cells(row) for row in rows],
        notes=[risk_text.extremes(rows[-1]), *risk_text.notes(answer)],
    )


def screen_card(answer: ScreenAnswer) -> Card:
    """Return the ratios of the list against the line, and who is not assessed."""
    rows = answer.marts["digital_asset_ratios"].rows(named=True)
    basket = [row for row in rows if row["is_in_basket"]]
    title, *lines = screen_text.headlines(answer)
    return Card(
        title=title,
        lines=lines,
        heads=screen_text.HEADS,
        rows=[screen_text.cells(row) for row in screen_text.assessed(basket)],
        notes=[*screen_text.not_assessed(basket), *screen_text.notes(rows)],
    )


def page(card: Card) -> str:
    """Return a card as HTML with a style of its own."""
    spans = "".join(f'<th colspan="{count}">{_shown(head)}</th>' for head, count in card.spans)
    heads = "".join(f"<th>{_shown(head)}</th>" for head in card.heads)
    body = "".join(
        f"<tr><th>{_shown(first)}</th>{''.join(f'<td>{_shown(cell)}</td>' for cell in rest)}</tr>"
        for first, *rest in card.rows
    )
    top = f"<tr>{spans}</tr>" if spans else ""
    table = f"<table><thead>{top}<tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    return _framed(card.title, _lines(card.lines) + table + _lines(card.notes))


def told(said: str) -> str:
    """Return the text of a command as HTML: its first line above, the rest as it is laid out."""
    title, *lines = said.splitlines()
    laid_out = "\n".join(escape(sentences.unmarked(line)) for line in lines)
    return _framed(title, f"<pre>{laid_out.strip(chr(10))}</pre>")


def _framed(title: str, inner: str) -> str:
    return f'<div class="flowrisk"><style>{_STYLE}</style><h3>{_shown(title)}</h3>{inner}</div>'


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"<p>{_shown(line)}</p>" for line in lines)


def _shown(raw: str) -> str:
    return escape(sentences.name(raw, _TEXT_LENGTH)) if raw else ""


def _ids(answer: ScenarioAnswer) -> list[str]:
    return [scenario.scenario_id for scenario in answer.scenarios]


def _outflows(label: str, cells: Sequence[Mapping[str, Any]]) -> list[str]:
    first, *others = (text.shown(row) for row in cells)
    return [label, *first[:-1], *(figure for each in others for figure in each)]

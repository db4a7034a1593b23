"""An answer in short, for a chat or a mail: the finding, a small table, its basis, a
suggested citation, and the command that gives it again.

Chooses sentences; the figures are those of the answer's card.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowrisk.question import settings
from flowrisk.report import cards, templates
from flowrisk.report.sections import risk, scenario, screen
from flowrisk.text import formatting, sentences
from flowrisk.text import scenario as scenario_text
from flowrisk.text.paragraphs import index_changes

if TYPE_CHECKING:
    from flowrisk.domain import RiskAnswer, ScenarioAnswer, ScreenAnswer
    from flowrisk.report.cards import Card


@dataclass(frozen=True, slots=True)
class Memo:
    """``basis`` are sentences on what is observed and what is calibrated; ``command`` asks the
    question again and names no output."""

    finding: str
    card: Card
    basis: tuple[str, ...]
    citation: str
    command: str

    @property
    def about(self) -> tuple[str, ...]:
        """What was asked of which data, one sentence each."""
        head = () if self.card.title == self.finding else (self.card.title,)
        return (*head, *self.card.lines)

    @property
    def rests_on(self) -> tuple[str, ...]:
        """What is observed, calibrated and left out, one sentence each."""
        return (*self.basis, *self.card.notes)

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads of the table, each under the name of the group that spans it."""
        groups = [name for name, count in self.card.spans for _ in range(count)]
        named = zip(groups or [""] * len(self.card.heads), self.card.heads, strict=True)
        return tuple(f"{group}: {head}" if group and head else head for group, head in named)

    def markdown(self, title: str | None = None) -> bytes:
        """Return the memo as Markdown, UTF-8; whatever comes from the data is text, never markup.

        Args:
            title: a heading of the reader's own; the finding then stands below it.
        """
        said = templates.rendered("note.md.jinja", {"memo": self, "title": title})
        return f"{said}\n".encode()


def scenario_memo(answer: ScenarioAnswer) -> Memo:
    """Return the outflows of an answer in short."""
    about = sentences.subject(answer)
    headline = scenario.cards(answer, about)
    widest = scenario.widest_card(headline, about)
    return Memo(
        finding=sentences.title(about, answer.scenarios),
        card=cards.scenario_card(answer),
        basis=(
            *_basis(widest),
            f"Confidence: {widest.grade.word}. {formatting.capitalized(widest.grade.reason)}.",
        ),
        citation=sentences.citation(answer, about, widest.set_by),
        command=sentences.command(answer, also=settings.SCENARIO),
    )


def risk_memo(answer: RiskAnswer) -> Memo:
    """Return the law of the flow in short."""
    return Memo(
        finding=risk.title(answer),
        card=cards.risk_card(answer),
        basis=(),
        citation=risk.citation(answer),
        command=sentences.command(answer, "risk", settings.RISK),
    )


def screen_memo(answer: ScreenAnswer) -> Memo:
    """Return the ratios against the line in short."""
    return Memo(
        finding=screen.title(answer),
        card=cards.screen_card(answer),
        basis=(),
        citation=screen.citation(answer),
        command=sentences.command(answer, "screen", settings.SCREEN),
    )


def _basis(card: scenario.HeadlineCard) -> list[str]:
    """Return what of the largest outflow is observed, calibrated and allocated."""
    lead = card.lead
    if scenario_text.is_bought(lead) or index_changes.gross(lead):
        gross = index_changes.gross(lead)
        return [f"Net of {gross}." if gross else "Bought by trackers; nothing is sold."]
    observed, estimated = (
        formatting.money(lead[f"{part}_outflow_usd"]) for part in ("observed", "estimated")
    )
    if not lead["outflow_shares"]:
        return []
    beyond = f"{estimated} is" if lead["estimated_outflow_shares"] else "nothing is"
    said = [f"At least {observed} is observed in covered funds; {beyond} estimated beyond them."]
    said += [f"Calibrated: {phrase}." for phrase in card.calibrated]
    if card.illustrative:
        said.append(f"Illustrative allocation, no source: {', '.join(card.illustrative)}.")
    return said

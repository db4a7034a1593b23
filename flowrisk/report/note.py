"""An answer in short, for a chat or a mail: the finding, a small table, what it rests on, a
sentence to cite, and the command that gives it again.

Chooses sentences; the figures are those of the answer's card.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowrisk.export import tables
from flowrisk.question import settings
from flowrisk.report.sections import risk, scenario, screen
from flowrisk.text import cards, formatting, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowrisk.domain import RiskAnswer, ScenarioAnswer, ScreenAnswer
    from flowrisk.text.cards import Card


_ADDRESS = re.compile(r"://|@(?=[A-Za-z])|(?<=\bwww)\.", re.IGNORECASE)
_LINE_LENGTH, _COMMAND_LENGTH = 400, 2000


@dataclass(frozen=True, slots=True)
class Memo:
    """``basis`` are sentences on what was seen and what was set to something; ``command`` asks the
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
        """What was seen, set and left out, and how the table is to be read, one sentence each."""
        notes = (note.removeprefix("note: ") for note in self.card.notes)
        return (*self.basis, *notes)

    def markdown(self, title: str | None = None) -> bytes:
        """Return the memo as Markdown, UTF-8; whatever comes from the data is text, never markup.

        Args:
            title: a heading of the reader's own; the finding then stands below it.
        """
        card = self.card
        rule = ["---", *["---:"] * (len(card.heads) - 1)]
        lines = [
            f"# {_said(title or self.finding)}",
            *([f"**{_said(self.finding)}**"] if title else []),
            *map(_said, self.about),
            "\n".join(_row(cells) for cells in (_named(card), rule, *map(_cells, card.rows))),
            "\n".join(f"- {_said(line)}" for line in self.rests_on if line),
            f"> {_said(self.citation)}",
            f"Again: `{_fenced(self.command)} -o note.md`",
        ]
        return ("\n\n".join(filter(None, lines)) + "\n").encode()


def scenario_memo(answer: ScenarioAnswer) -> Memo:
    """Return the outflows of an answer in short."""
    about = sentences.subject(answer)
    headline = scenario.cards(answer, about)
    widest = scenario.widest_card(headline, about)
    return Memo(
        finding=sentences.title(about, answer.scenarios),
        card=cards.scenario_card(answer),
        basis=(
            *_seen(widest),
            f"Confidence: {widest.grade.word}. {formatting.capitalized(widest.grade.reason)}.",
        ),
        citation=sentences.citation(answer, about, widest.set_by),
        command=_question(sentences.command(answer)),
    )


def risk_memo(answer: RiskAnswer) -> Memo:
    """Return the law of the flow in short."""
    return Memo(
        finding=risk.title(answer),
        card=cards.risk_card(answer),
        basis=(),
        citation=risk.citation(answer),
        command=_question(sentences.command(answer, "risk", settings.RISK)),
    )


def screen_memo(answer: ScreenAnswer) -> Memo:
    """Return the ratios against the line in short."""
    return Memo(
        finding=screen.title(answer),
        card=cards.screen_card(answer),
        basis=(),
        citation=screen.citation(answer),
        command=_question(sentences.command(answer, "screen", settings.SCREEN)),
    )


def _question(command: str) -> str:
    return command.removesuffix(" -o report.html")


def _seen(card: scenario.HeadlineCard) -> list[str]:
    """Return what of the largest outflow was seen, what was set, and what was split."""
    lead = card.lead
    seen, estimated = (
        formatting.money(lead[f"{part}_outflow_usd"]) for part in ("observed", "estimated")
    )
    if not lead["outflow_shares"]:
        return []
    beyond = f"{estimated} is" if lead["estimated_outflow_shares"] else "nothing is"
    said = [f"At least {seen} was seen in fund disclosures; {beyond} estimated beyond them."]
    said += [f"Calibrated: {phrase}. Agreement is not validation." for phrase in card.calibrated]
    if card.illustrative:
        said.append(f"Split for illustration, no source: {', '.join(card.illustrative)}.")
    return said


def _named(card: Card) -> list[str]:
    """Return the heads, each under the name of the group that spans it."""
    groups = [name for name, count in card.spans for _ in range(count)]
    named = zip(groups or [""] * len(card.heads), card.heads, strict=True)
    return [_said(f"{group}: {head}" if group and head else head) for group, head in named]


def _cells(row: Sequence[str]) -> list[str]:
    return [_said(cell) for cell in row]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _said(raw: str) -> str:
    """Return a text as Markdown shows it literally, on one line, without a link made of it."""
    if not raw:
        return ""
    plain = formatting.with_readable_dates(formatting.name(raw, _LINE_LENGTH))
    escaped = tables.markdown_text(plain)
    return _ADDRESS.sub(lambda found: f"\u2060{found[0]}\u2060", escaped)


def _fenced(command: str) -> str:
    """Return a command that cannot leave the code span it stands in."""
    return formatting.name(command, _COMMAND_LENGTH).replace("`", "'")

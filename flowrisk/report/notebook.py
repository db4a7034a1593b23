"""An answer as a notebook shows it: one HTML fragment without scripts, its finding above."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from flowrisk.export.tables import Line
from flowrisk.report import templates

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

    from flowrisk.report.cards import Card


class Block(NamedTuple):
    """Lines of text, or a table where there are heads."""

    lines: Sequence[str] = ()
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


def page(card: Card, finding: str) -> str:
    """Return a card as HTML with a style of its own, under its finding."""
    above = [*([card.title] if card.title != finding else []), *card.lines]
    spans = list(card.spans)
    return _rendered(finding, [Block(above), Block((), card.heads, card.rows), Block(card.notes)],
                     spans)  # fmt: skip


def told(finding: str, lines: Iterable[str], notes: Sequence[str]) -> str:
    """Return what a command says as HTML: each of its tables as one, the lines between as text."""
    blocks = []
    for grid, group in groupby(
        lines, key=lambda line: line.grid if isinstance(line, Line) else None
    ):
        if grid is None:
            blocks.append(Block([line.strip() for line in group if line.strip()]))
            continue
        places = [line.place for line in group if isinstance(line, Line)]
        rows = [grid.rows[place] for place in places if place is not None]
        blocks.append(Block((), grid.heads, rows))
    return _rendered(finding, [*blocks, Block([f"note: {note}" for note in notes])])


def rows(finding: str, frame: pl.DataFrame) -> str:
    """Return every row of a frame as a table under a finding."""
    from flowrisk.export.tables import frame_grid

    grid = frame_grid(frame)
    return _rendered(finding, [Block((), grid.heads, grid.rows)])


def _rendered(finding: str, blocks: Sequence[Block], spans: Sequence[tuple[str, int]] = ()) -> str:
    said = {"title": finding, "blocks": blocks, "spans": spans}
    return templates.rendered("card.html.jinja", said)

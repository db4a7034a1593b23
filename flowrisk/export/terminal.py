"""What a terminal shows of a text or a table: fitted to its width, totals in bold, colour by
meaning. What goes anywhere else is never laid out here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from flowrisk.errors import printable
from flowrisk.export.tables import Grid, Line, frame_grid, padded, vertical, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

_GAP = 2
# a text is wrapped down to this many columns before another column is left out
_LEAST_TEXT = 20
# and no word shorter than this is broken
_MOST_WORD = 32
TOTAL = "Basket"
_BOLD, _DIM, _RED, _GREEN, _YELLOW, _PLAIN = (f"\033[{code}m" for code in (1, 2, 31, 32, 33, 0))
# what a word in a cell of its own means, wherever it stands
_MEANINGS = {
    "fail": _RED, "warn": _YELLOW, "pass": _GREEN, "n/a": _DIM, "unknown": _DIM,
    "calibrated": _YELLOW, "nearer": _GREEN, "largest": _YELLOW,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Terminal:
    """How many columns a terminal has, and whether it shows colours."""

    columns_count: int
    is_colored: bool = False


def text(lines: Iterable[str], terminal: Terminal) -> str:
    """Return what a command says as a terminal shows it: grids fitted, other lines wrapped."""
    laid: list[str] = []
    left_out: dict[str, None] = {}
    for made, group in groupby(lines, key=_grid_of):
        if made is None:
            laid += [part for line in group for part in _wrapped(line, terminal.columns_count)]
            continue
        shown, unshown = _fitted(made, [line.place for line in group], terminal)  # type: ignore[attr-defined]
        laid += shown
        left_out |= dict.fromkeys(unshown)
    return "\n".join([*laid, *_said(left_out, terminal)]) + "\n"


def rows(frame: pl.DataFrame, terminal: Terminal) -> str:
    """Return any frame as a terminal shows it."""
    made = frame_grid(frame)
    laid, left_out = _fitted(made, [None, *range(len(made.rows))], terminal, is_ruled=True)
    return "\n".join([*laid, *_said(left_out, terminal)]) + "\n"


def row_bytes(frame: pl.DataFrame, terminal: Terminal) -> bytes:
    """Return what ``rows`` does, as bytes."""
    return rows(frame, terminal).encode()


def upright(lines: Iterable[str]) -> str:
    """Return what a command says with each row of its grids as a block of lines."""
    laid: list[str] = []
    for made, group in groupby(lines, key=_grid_of):
        if made is None:
            laid += group
            continue
        places = [line.place for line in group if line.place is not None]  # type: ignore[attr-defined]
        labels = _labels(made)
        named = [(labels[place], *made.rows[place][1:]) for place in places]
        laid += vertical(replace(made, rows=tuple(named)))
    return "\n".join(laid) + "\n"


def _grid_of(line: str) -> Grid | None:
    return line.grid if isinstance(line, Line) else None


def _labels(made: Grid) -> list[str]:
    """Return the name that stands above each row: its own, or that of the row before."""
    labels: list[str] = []
    for row in made.rows:
        labels.append(row[0] or (labels[-1] if labels else ""))
    return labels


def _fitted(
    made: Grid, places: Sequence[int | None], terminal: Terminal, *, is_ruled: bool = False
) -> tuple[list[str], list[str]]:
    """Return the lines of these rows (None: the heads), and the columns that found no room."""
    room = terminal.columns_count - len(made.indent)
    widths = _widths(made, room)
    labels = _labels(made)
    lines: list[str] = []
    for place in places:
        cells = made.heads if place is None else made.rows[place]
        is_total = place is not None and labels[place].split(" ")[0] == TOTAL
        lines += [
            made.indent + line for line in _row(made, cells, widths, terminal, is_total=is_total)
        ]
        if place is None and is_ruled:
            lines.append("  ".join("-" * wide for wide in widths))
    unshown = (head or f"column {place + 1}" for place, head in enumerate(made.heads))
    return lines, list(unshown)[len(widths) :]


def _row(
    made: Grid, cells: Sequence[str], widths: Sequence[int], terminal: Terminal, *, is_total: bool
) -> list[str]:
    """Return a row as the lines that its longest cell takes; heads stand at the bottom."""
    parts = [_wrapped(cell, wide) for cell, wide in zip(cells, widths, strict=False)]
    count, is_head = max(map(len, parts)), cells is made.heads
    blanks = [[""] * (count - len(part)) for part in parts]
    filled = [blank + part if is_head else part + blank
              for blank, part in zip(blanks, parts, strict=True)]  # fmt: skip
    is_plain = is_head or not terminal.is_colored
    colors = ["" if is_plain else _BOLD if is_total else _MEANINGS.get(cell, "") for cell in cells]
    return [
        "  ".join(
            _colored(padded(cell, wide, is_right=right), color)
            for cell, wide, right, color in zip(line, widths, made.is_right, colors, strict=False)
        ).rstrip()
        for line in zip(*filled, strict=True)
    ]


def _colored(cell: str, color: str) -> str:
    return f"{color}{cell}{_PLAIN}" if color and cell.strip() else cell


def _widths(made: Grid, room: int) -> list[int]:
    """Return how wide each column is that has room, from the left; the first always has."""
    columns = list(zip(made.heads, *made.rows, strict=True))
    whole = [max(map(width, column)) for column in columns]
    least = [
        max(map(width, (_longest(column[0]), *column[1:])))
        if is_right
        else min(wide, max(_LEAST_TEXT, min(_MOST_WORD, max(map(width, map(_longest, column))))))
        for column, wide, is_right in zip(columns, whole, made.is_right, strict=True)
    ]
    count = len(least)
    while count > 1 and _total(least[:count]) > room:
        count -= 1
    widths, ends = [min(wide, max(room, 1)) for wide in whole[:count]], least[:count]
    while _total(widths) > room:
        loose = [place for place in range(count) if widths[place] > ends[place]]
        if not loose:
            break
        widths[max(loose, key=lambda place: widths[place] - ends[place])] -= 1
    return widths


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * (len(widths) - 1)


def _longest(head: str) -> str:
    return max(head.split(), key=width, default="")


def _wrapped(line: str, wide: int) -> list[str]:
    """Return a line in pieces no wider than this, broken at blanks, with its own indent."""
    safe = printable(line)
    if width(safe) <= wide:
        return [safe]
    indent = safe[: len(safe) - len(safe.lstrip())]
    pieces, piece = [], ""
    for word in safe.split():
        for part in _cut(word, max(1, wide - len(indent))):
            joined = f"{piece} {part}" if piece else indent + part
            if piece and width(joined) > wide:
                pieces.append(piece)
                joined = indent + part
            piece = joined
    return [*pieces, piece]


def _cut(word: str, wide: int) -> list[str]:
    """Return a word in parts that fit."""
    parts, part = [], ""
    for sign in word:
        if part and width(part + sign) > wide:
            parts.append(part)
            part = ""
        part += sign
    return [*parts, part]


def _said(left_out: Iterable[str], terminal: Terminal) -> list[str]:
    """Return which columns found no room, and where they are."""
    names = ", ".join(left_out)
    if not names:
        return []
    told = f"no room for: {names}; a wider terminal, '-f vertical' or -o FILE shows all"
    lines = ["", *_wrapped(told, terminal.columns_count)]
    return [_colored(line, _DIM) if terminal.is_colored else line for line in lines]

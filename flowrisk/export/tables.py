"""Rows as text: a table for a terminal, a Markdown table, a grid of cells.

A grid remembers the cells it was laid out from, so that a terminal can lay them out again in its
width and a notebook as a table; the words stay those of the command.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowrisk.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Heads and rows of a table as words, each row as long as the heads.

    ``is_right`` says which columns are set to the right: figures.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_right: tuple[bool, ...]
    indent: str = ""


class Line(str):
    """A line of a grid as it is printed; ``place`` is its row in the grid, None its heads."""

    __slots__ = ("grid", "place")
    grid: Grid
    place: int | None


class Text(str):
    """What a command says, with the lines it is made of."""

    __slots__ = ("lines",)
    lines: tuple[str, ...]


def text(lines: Iterable[str]) -> Text:
    """Return lines as one text that ends with a newline and keeps the grids among them."""
    kept = tuple(lines)
    made = Text("\n".join(kept) + "\n")
    made.lines = kept
    return made


def grid(heads: Iterable[str], rows: Iterable[Iterable[str]], *, indent: str = "  ") -> list[str]:
    """Return lines of aligned columns: the first to the left, the others to the right."""
    cells = [tuple(heads), *map(tuple, rows)]
    is_right = tuple(place > 0 for place in range(len(cells[0])))
    made = Grid(cells[0], tuple(cells[1:]), is_right, indent)
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    return [
        _line(made, None if place == 0 else place - 1, indent + aligned(row, widths, is_right))
        for place, row in enumerate(cells)
    ]


def _line(made: Grid, place: int | None, shown: str) -> Line:
    line = Line(shown.rstrip())
    line.grid, line.place = made, place
    return line


def aligned(cells: Sequence[str], widths: Sequence[int], is_right: Sequence[bool]) -> str:
    """Return cells padded to their columns, as wide as a terminal shows them."""
    columns = zip(cells, widths, is_right, strict=True)
    return "  ".join(padded(cell, wide, is_right=right) for cell, wide, right in columns)


def padded(cell: str, wide: int, *, is_right: bool) -> str:
    """Return a cell with the blanks that fill its column."""
    blank = " " * (wide - width(cell))
    return blank + cell if is_right else cell + blank


# letters, marks and signs of Latin, punctuation, arrows and signs of mathematics: a column each
_NARROW = re.compile("[\x20-\x7e\xa0-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u22ff]*")


def width(cell: str) -> int:
    """Return how many columns of a terminal a text takes: two for a sign of Chinese, none for a
    combining mark."""
    if cell.isascii() or _NARROW.fullmatch(cell):
        return len(cell)
    from rich.cells import cell_len

    return cell_len(printable(cell))


# a cell beyond this is written whole, and only its own row is out of line
_WIDEST = 200
# what Markdown would read as markup, wherever it stands
_MARKUP = re.compile(r"([\\`*{}\[\]<>#|~]|(?<!\w)_|_(?!\w)|&(?=[#\w]+;))")


def frame_grid(frame: pl.DataFrame) -> Grid:
    """Return any frame as a grid, numbers to the right."""
    return Grid(
        tuple(map(printable, frame.columns)),
        tuple(tuple(map(_cell, row)) for row in frame.rows()),
        tuple(dtype.is_numeric() for dtype in frame.dtypes),
    )


def rows_table(frame: pl.DataFrame) -> str:
    """Return any frame as an aligned text table, numbers to the right."""
    made = frame_grid(frame)
    cells = [made.heads, *made.rows]
    widths = [min(_WIDEST, max(map(width, column))) for column in zip(*cells, strict=True)]
    lines = [aligned(row, widths, made.is_right).rstrip() for row in cells]
    rule = "  ".join("-" * wide for wide in widths)
    return "\n".join([lines[0], rule, *lines[1:]]) + "\n"


def rows_vertical(frame: pl.DataFrame) -> str:
    """Return any frame with each row as a block, a line a column."""
    return "\n".join(vertical(frame_grid(frame))) + "\n"


def vertical(made: Grid) -> list[str]:
    """Return a grid with each row as a block, a line a column; what stands under no head
    names the block."""
    wide = max(map(width, made.heads), default=0)
    lines: list[str] = []
    for place, row in enumerate(made.rows):
        cells = list(zip(made.heads, row, strict=True))
        name = " ".join(cell for head, cell in cells if cell and not head)
        lines.append(f"{made.indent}-- {name or f'{place + 1} of {len(made.rows)}'}")
        lines += [
            f"{made.indent}{padded(head, wide, is_right=False)}  {cell}".rstrip()
            for head, cell in cells
            if head
        ]
    return lines


def rows_markdown(frame: pl.DataFrame) -> str:
    """Return any frame as a Markdown table; what would be markup is shown as it stands."""
    head = "| " + " | ".join(map(markdown_text, frame.columns)) + " |"
    rule = "|" + "|".join(" ---: " if d.is_numeric() else " --- " for d in frame.dtypes) + "|"
    body = ("| " + " | ".join(_marked(value) for value in row) + " |" for row in frame.rows())
    return "\n".join([head, rule, *body]) + "\n"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.2f}"  # noqa: PLR2004 - where exponents begin
    return printable(str(value))


def _marked(value: object) -> str:
    is_plain = isinstance(value, int | float | None)
    return _cell(value) if is_plain else markdown_text(_cell(value))


def markdown_text(text: str) -> str:
    """Return a text as Markdown shows it literally, on one line."""
    return _MARKUP.sub(r"\\\1", printable(text))

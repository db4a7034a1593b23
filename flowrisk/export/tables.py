"""Rows as text: a table for a terminal, a Markdown table, a grid of cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowrisk.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl


def grid(heads: Iterable[str], rows: Iterable[Iterable[str]], *, indent: str = "  ") -> list[str]:
    """Return lines of aligned columns: the first to the left, the others to the right."""
    lines = [list(heads), *(list(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return [
        (indent + "  ".join(
            text.rjust(width) if place else text.ljust(width)
            for place, (text, width) in enumerate(zip(line, widths, strict=True))
        )).rstrip()
        for line in lines
    ]  # fmt: skip


# a cell beyond this is written whole, and only its own row is out of line
_WIDEST = 200
# what Markdown would read as markup, wherever it stands
_MARKUP = re.compile(r"([\\`*{}\[\]<>#|~]|(?<!\w)_|_(?!\w)|&(?=[#\w]+;))")


def rows_table(frame: pl.DataFrame) -> str:
    """Return any frame as an aligned text table, numbers to the right."""
    is_number = [dtype.is_numeric() for dtype in frame.dtypes]
    heads = [printable(name) for name in frame.columns]
    cells = [heads, *([_cell(value) for value in row] for row in frame.rows())]
    widths = [min(_WIDEST, max(len(row[i]) for row in cells)) for i in range(len(heads))]
    aligned = [
        "  ".join(
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(row, widths, is_number, strict=True)
        ).rstrip()
        for row in cells
    ]
    rule = "  ".join("-" * width for width in widths)
    return "\n".join([aligned[0], rule, *aligned[1:]]) + "\n"


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

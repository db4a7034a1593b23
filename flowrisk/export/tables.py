"""Rows as text: a table for a terminal, a Markdown table, a grid of cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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


# what would move a terminal's cursor, change its colours or turn its reading direction
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def rows_table(frame: pl.DataFrame) -> str:
    """Return any frame as an aligned text table, numbers to the right."""
    is_number = [dtype.is_numeric() for dtype in frame.dtypes]
    cells = [list(frame.columns), *([_cell(value) for value in row] for row in frame.rows())]
    widths = [max(len(row[i]) for row in cells) for i in range(len(frame.columns))]
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
    """Return any frame as a Markdown table; pipes in cells are escaped."""
    head = "| " + " | ".join(frame.columns) + " |"
    rule = "|" + "|".join(" ---: " if d.is_numeric() else " --- " for d in frame.dtypes) + "|"
    body = (
        "| " + " | ".join(_cell(value).replace("|", "\\|") for value in row) + " |"
        for row in frame.rows()
    )
    return "\n".join([head, rule, *body]) + "\n"


def printable(text: str) -> str:
    """Return text with a blank for each character that would move or colour a terminal."""
    return _CONTROL.sub(" ", text)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.2f}"  # noqa: PLR2004 - where exponents begin
    return printable(str(value))

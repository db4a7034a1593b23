"""Excel 2003 XML workbooks → rows of cells, read by their marks.

Publishers write names such as ``S&P`` into them unescaped, so that they are no XML. One pass over
the text, whatever it holds.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from flowrisk.ingest.readers.workbook_limits import refuse_far
from flowrisk.ingest.values import cells

if TYPE_CHECKING:
    from flowrisk.ingest.readers.tabular import Record

# no mark reaches over the next one: a file of opened marks is read once, not once a mark
_MARK = re.compile(r"<(/?)(?:\w+:)?(Worksheet|Row|Cell|Data)\b([^<>]*)>")
_TAG = re.compile(r"<[^<>]*>")
_NAME = re.compile(r'Name="([^"]*)"')
_INDEX = re.compile(r'Index="(\d+)"')
_MOST_FIGURES_COUNT = 9
_NUMBER = re.compile(r'Type="Number"')
_WORKBOOK = re.compile(r"<(?:\w+:)?Workbook\b")


def is_workbook(head: str) -> bool:
    """Whether a text that begins so is such a workbook."""
    return head.startswith("<") and _WORKBOOK.search(head) is not None


def sheets_of(text: str) -> dict[str, list[Record]]:
    """Return the rows of each sheet, by its name.

    Raises: DataError where its cells reach further than those of a holdings file.
    """
    sheets: dict[str, list[Record]] = {}
    rows: list[Record] = []
    row: list[str] = []
    data: re.Match[str] | None = None
    cell_count = 0
    for mark in _MARK.finditer(text):
        is_end, word, attributes = mark.groups()
        if word == "Data":
            if is_end and data and row:
                row[-1] = _stated(data[3], text[data.end() : mark.start()])
            data = None if is_end else mark
        elif is_end:
            continue
        elif word == "Cell":
            place = _place(attributes, len(row))
            cell_count += place - len(row)
            # before the row is made as long: a cell may claim to stand anywhere
            refuse_far(cell_count, 1, place)
            row += [""] * (place - len(row))
        elif word == "Row":
            row = []
            rows.append((len(rows) + 1, row))
        else:
            rows = sheets[_sheet_name(attributes)] = []
    return sheets


def _place(attributes: str, before_count: int) -> int:
    """Return the column of a cell, counted from 1: the next, or further on where it says so."""
    stated = _INDEX.search(attributes)
    return max(before_count + 1, int(stated[1][:_MOST_FIGURES_COUNT]) if stated else 0)


def _sheet_name(attributes: str) -> str:
    stated = _NAME.search(attributes)
    return html.unescape(stated[1]) if stated else ""


def _stated(attributes: str, content: str) -> str:
    text = html.unescape(_TAG.sub("", content))
    if not _NUMBER.search(attributes):
        return text
    try:
        # a whole number keeps its figures: it may be an identifier
        return text if "." not in text else cells.written(float(text))
    except ValueError:
        return text

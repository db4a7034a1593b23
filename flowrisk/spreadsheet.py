"""Rows as an xlsx workbook. Nothing in it runs, and no digit is lost."""

from __future__ import annotations

import datetime as dt
import math
from io import BytesIO
from typing import TYPE_CHECKING

from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    import polars as pl

# a worksheet's rows (one for the heads) and columns, its first year, and its exact whole numbers
_SHEET_ROWS_COUNT, _SHEET_COLUMNS_COUNT = 2**20, 2**14
_SHEET_FIRST_YEAR = 1900
_LARGEST_EXACT, _LONGEST_CELL = 10**15, 2**15 - 1
_SHEET_TIMES = ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss")
_WORKBOOK = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
    "strings_to_numbers": False, "remove_timezone": True,
}  # fmt: skip


def book(frame: pl.DataFrame) -> bytes:
    """Return a workbook of one worksheet; what Excel's numbers cannot hold becomes text.

    Args:
        frame: flat columns; texts that a spreadsheet would run are harmless already.

    Raises: QuestionError for what a worksheet cannot hold, or without the library.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise QuestionError(
            "The library that writes xlsx is not installed.",
            remedy="Install it with: pip install '.[xlsx]', or write csv or parquet.",
        ) from error
    if frame.height >= _SHEET_ROWS_COUNT or frame.width > _SHEET_COLUMNS_COUNT:
        raise QuestionError(
            "A worksheet cannot hold the result.",
            facts={"rows": frame.height, "columns": frame.width},
            remedy=f"Give --limit {_SHEET_ROWS_COUNT - 1} or less, or write csv or parquet.",
        )
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, _WORKBOOK) as written:
        day, time = (written.add_format({"num_format": form}) for form in _SHEET_TIMES)
        sheet = written.add_worksheet("rows")
        sheet.write_row(0, 0, frame.columns)
        sheet.freeze_panes(1, 0)
        for column, series in enumerate(frame.iter_columns()):
            style = {"Date": day, "Datetime": time}.get(type(series.dtype).__name__)
            sheet.write_column(1, column, map(_cell_value, series.to_list()), style)
    return buffer.getvalue()


def _cell_value(value: object) -> object:
    """Return a value as a worksheet holds it: no number that is none, no digit lost."""
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None) if value.year >= _SHEET_FIRST_YEAR else str(value)
    if isinstance(value, dt.date):
        return value if value.year >= _SHEET_FIRST_YEAR else str(value)
    if isinstance(value, str) and len(value) > _LONGEST_CELL:
        raise QuestionError(
            "A cell of a worksheet cannot hold a text of the result.",
            facts={"characters": len(value), "at most": _LONGEST_CELL},
            remedy="Shorten the text in the SQL, or write csv or parquet.",
        )
    if isinstance(value, bool | str | None):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _LARGEST_EXACT else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return str(value)

"""Rows as an xlsx workbook. Nothing in it runs, and no digit is lost."""

from __future__ import annotations

import datetime as dt
import math
import re
from io import BytesIO
from typing import TYPE_CHECKING

from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl


# a worksheet's rows (one for the heads) and columns, its first year, and its exact whole numbers
_SHEET_ROWS_COUNT, _SHEET_COLUMNS_COUNT = 2**20, 2**14
_SHEET_FIRST_YEAR = 1900
_LARGEST_EXACT, _LONGEST_CELL = 10**15, 2**15 - 1
# a spreadsheet would run a text that begins with one of these as a formula
# (the wide forms of these are its own where Japanese or Chinese is written)
FORMULA_START = "^[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_LABEL_WIDTH, _COVER_COLUMNS_COUNT = 24, 3
_FORMS = (
    {"num_format": "yyyy-mm-dd"}, {"num_format": "yyyy-mm-dd hh:mm:ss"}, {"bold": True},
)  # fmt: skip
_WORKBOOK = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
    "strings_to_numbers": False, "remove_timezone": True,
}  # fmt: skip


def book(frame: pl.DataFrame) -> bytes:
    """Return a workbook of one worksheet; what Excel's numbers cannot hold becomes text.

    Args:
        frame: flat columns; texts that a spreadsheet would run get an apostrophe before them.

    Raises: QuestionError for what a worksheet cannot hold, or without the library.
    """
    return workbook({"rows": frame})


def workbook(
    frames: Mapping[str, pl.DataFrame], *, cover: Sequence[Sequence[object]] = ()
) -> bytes:
    """Return a workbook of one worksheet a frame, in their order; the same frames give the same
    bytes.

    Args:
        frames: by the name of the sheet, as ``book``.
        cover: rows of a sheet ``cover`` before them, a text in the first column being a label.

    Raises: as ``book``.
    """
    import xlsxwriter

    from flowrisk.export.files import reproducible_timestamp

    for frame in frames.values():
        _refuse_large(frame)
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, _WORKBOOK) as written:
        written.set_properties({"created": reproducible_timestamp().replace(tzinfo=None)})
        day, time, bold = (written.add_format(form) for form in _FORMS)
        styles = {"Date": day, "Datetime": time}
        if cover:
            sheet = written.add_worksheet("cover")
            sheet.set_column(0, 0, _LABEL_WIDTH, bold)
            sheet.set_column(1, _COVER_COLUMNS_COUNT, _LABEL_WIDTH)
            for place, row in enumerate(cover):
                sheet.write_row(place, 0, map(_cell_value, row))
        for name, frame in frames.items():
            sheet = written.add_worksheet(name)
            sheet.write_row(0, 0, map(_cell_value, frame.columns), bold)
            sheet.freeze_panes(1, 0)
            for column, series in enumerate(frame.iter_columns()):
                style = styles.get(type(series.dtype).__name__)
                sheet.write_column(1, column, map(_cell_value, series.to_list()), style)
    return buffer.getvalue()


def _refuse_large(frame: pl.DataFrame) -> None:
    if frame.height >= _SHEET_ROWS_COUNT or frame.width > _SHEET_COLUMNS_COUNT:
        raise QuestionError(
            "A worksheet cannot hold the result.",
            facts={"rows": frame.height, "columns": frame.width},
            remedy=f"Ask for {_SHEET_ROWS_COUNT - 1:,} rows or fewer, or write csv or parquet.",
        )


def _cell_value(value: object) -> object:
    """Return a value as a worksheet holds it: no number that is none, no digit lost."""
    if isinstance(value, dt.date):
        bare = value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value
        return bare if value.year >= _SHEET_FIRST_YEAR else str(value)
    if isinstance(value, bool | None):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _LARGEST_EXACT else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return _cell_text(value) if isinstance(value, str) else str(value)


def _cell_text(text: str) -> str:
    if len(text) > _LONGEST_CELL:
        raise QuestionError(
            "A cell of a worksheet cannot hold a text of the result.",
            facts={"characters": len(text), "at most": _LONGEST_CELL},
            remedy="Shorten the text in the SQL, or write csv or parquet.",
        )
    return f"'{text}" if re.match(FORMULA_START, text) else text

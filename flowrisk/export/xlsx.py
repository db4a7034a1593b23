"""Rows as an xlsx workbook. Nothing in it runs, and no digit is lost."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


# a worksheet's rows (one for the heads) and columns, its first year, and its exact whole numbers
_SHEET_ROWS_COUNT, _SHEET_COLUMNS_COUNT = 2**20, 2**14
_SHEET_FIRST_YEAR = 1900
_LARGEST_EXACT, _LONGEST_CELL = 10**15, 2**15 - 1
# a spreadsheet would run a text that begins with one of these as a formula
# (the wide forms of these are its own where Japanese or Chinese is written)
FORMULA_START = "^[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_TEXT_WIDTHS = (26, 60, 24, 24, 24, 14, 48)
_LEAST_WIDTH, _LARGEST_WIDTH, _HEAD_WIDTH = 11, 48, 16
_MEASURED_COUNT = 500
_HEAD_FORM = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
# number formats by what a column's name ends in; its values are what they were
_FORMS = {
    "_usd": "#,##0.00", "_shares": "#,##0", "shares": "#,##0", "_ratio": "0.00%", "_bps": "#,##0.0",
    "_days": "#,##0.00", "_count": "#,##0", "_mw": "#,##0",
}  # fmt: skip
_LITTLE_RATIO, _LITTLE_FORM = 0.0001, "0.000000%"
_DAY, _TIME = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
_WORKBOOK = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
    "strings_to_numbers": False, "remove_timezone": True,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet: lines of text or dates, and below them a table under its heads.

    Args:
        frame: flat columns; None for a sheet of lines alone, whose first column are labels.
        forms: number formats by column, in place of that of its name's ending.
        kept_count: first columns that stay in sight.
        bold_count: last rows that are sums.
    """

    name: str
    frame: pl.DataFrame | None = None
    lines: Sequence[Sequence[object]] = ()
    forms: Mapping[str, str] = field(default_factory=dict)
    kept_count: int = 0
    bold_count: int = 0


def book(frame: pl.DataFrame) -> bytes:
    """Return a workbook of one worksheet; what Excel's numbers cannot hold becomes text.

    Args:
        frame: flat columns; texts that a spreadsheet would run get an apostrophe before them.

    Raises: QuestionError for what a worksheet cannot hold, or without the library.
    """
    return workbook([Sheet("rows", frame)])


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook of these worksheets; the same sheets give the same bytes.

    Raises: as ``book``.
    """
    import xlsxwriter

    from flowrisk.export.files import reproducible_timestamp

    for sheet in sheets:
        if sheet.frame is not None:
            _refuse_large(sheet.frame, len(sheet.lines))
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, _WORKBOOK) as written:
        written.set_properties({"created": reproducible_timestamp().replace(tzinfo=None)})
        forms = _Forms(written)
        for sheet in sheets:
            target = written.add_worksheet(sheet.name)
            if sheet.frame is None:
                _write_text(target, sheet, forms)
            else:
                _write_table(target, sheet, sheet.frame, forms)
    return buffer.getvalue()


class _Forms:
    """The formats of one workbook, each made once."""

    def __init__(self, written: Workbook) -> None:
        self._written = written
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def of(self, **facts: object) -> Format:
        """Return the format with these properties."""
        key = tuple(sorted(facts.items()))
        if key not in self._made:
            self._made[key] = self._written.add_format(facts)
        return self._made[key]


def _write_text(target: Worksheet, sheet: Sheet, forms: _Forms) -> None:
    """Write lines without a table; long texts are wrapped."""
    for column, width in enumerate(_TEXT_WIDTHS):
        target.set_column(column, column, width)
    for place, line in enumerate(sheet.lines):
        for column, value in enumerate(line):
            facts = {"bold": True} if column == 0 else {"text_wrap": True, "align": "left"}
            _write(target, place, column, value, forms, valign="top", **facts)


def _write_table(target: Worksheet, sheet: Sheet, frame: pl.DataFrame, forms: _Forms) -> None:
    """Write lines, then a table that can be filtered below heads that stay in sight."""
    for place, line in enumerate(sheet.lines):
        for column, value in enumerate(line):
            _write(target, place, column, value, forms, bold=place == 0)
    head, last = len(sheet.lines), len(sheet.lines) + frame.height
    for column, series in enumerate(frame.iter_columns()):
        target.write(head, column, _cell_value(series.name), forms.of(**_HEAD_FORM))
        form = sheet.forms.get(series.name) or _form(series)
        facts = {"num_format": form} if form else {}
        target.set_column(column, column, _width(series, form))
        for place, value in enumerate(series.to_list(), head + 1):
            is_sum = place > last - sheet.bold_count
            _write(target, place, column, value, forms, **facts,
                   **({"bold": True} if is_sum else {}))  # fmt: skip
    target.freeze_panes(head + 1, sheet.kept_count)
    if frame.width:
        # sums stay in sight whatever is filtered
        target.autofilter(head, 0, max(last - sheet.bold_count, head), frame.width - 1)


def _write(
    target: Worksheet, place: int, column: int, value: object, forms: _Forms, **facts: object
) -> None:
    """Write a cell; what is unknown stays empty."""
    shown = _cell_value(value)
    if shown is None:
        return
    if isinstance(shown, dt.date) and "num_format" not in facts:
        facts["num_format"] = _TIME if isinstance(shown, dt.datetime) else _DAY
    target.write(place, column, shown, *([forms.of(**facts)] if facts else []))


def _form(series: pl.Series) -> str | None:
    """Return the number format of a column, None for one without."""
    kind = type(series.dtype).__name__
    if kind in ("Date", "Datetime"):
        return _DAY if kind == "Date" else _TIME
    if not series.dtype.is_numeric():
        return None
    form = next((form for end, form in _FORMS.items() if series.name.endswith(end)), None)
    if form == _FORMS["_ratio"] and any(0 < abs(each) < _LITTLE_RATIO
                                        for each in series.drop_nulls().to_list()):  # fmt: skip
        return _LITTLE_FORM
    return form


def _width(series: pl.Series, form: str | None) -> float:
    """Return how wide a column must be for its values and the words of its head."""
    decimals = len(form.partition(".")[2].rstrip("%")) if form else 2
    shown = (
        f"{each:,.{decimals}f}" if isinstance(each, float) else str(each)
        for each in series.head(_MEASURED_COUNT).drop_nulls().to_list()
    )
    longest = max(map(len, shown), default=0)
    head = min(len(series.name), _HEAD_WIDTH) if " " in series.name else len(series.name)
    # room for the button of the filter
    return max(_LEAST_WIDTH, min(max(longest + 1, head + 3), _LARGEST_WIDTH))


def _refuse_large(frame: pl.DataFrame, above_count: int) -> None:
    if frame.height + above_count >= _SHEET_ROWS_COUNT or frame.width > _SHEET_COLUMNS_COUNT:
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

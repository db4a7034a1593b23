"""Files that hold a table, of whatever kind → rows of cells: Excel workbooks, Excel 2003 XML,
parquet, JSON, delimited text, and frames of Python.

Knows no format. Values that are numbers already keep their one reading (``cells.written``).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from flowrisk.dataset import table_formats
from flowrisk.errors import DataError, QuestionError, join_names, nearest
from flowrisk.ingest.readers import spreadsheet_xml, workbook_limits
from flowrisk.ingest.readers.decoding import decoded, json_of, read_bytes, read_text
from flowrisk.ingest.readers.tabular import (
    Columns,
    Record,
    Table,
    best_header,
    head_rows,
    located,
    read_table,
)
from flowrisk.ingest.values import cells

if TYPE_CHECKING:
    from pathlib import Path


_LARGEST_WORKBOOK_BYTES = 64 * 2**20
_HEAD_BYTES = 4096
_SEEN_ROWS = 200
_DEEPEST_COUNT = 6
_THREE_DECIMALS = re.compile(r"-?\d+\.\d{3}")
_NATIVE = re.compile(
    rb"<c\b(?![^<>]*\bt=\"(?!n\"))[^<>]*>(?:<f\b[^<>]*/>|<f\b[^<>]*>[^<]*</f>)?<v>([^<]*)</v>"
)


def read_any(path: Path, columns: Columns, *, format_name: str, sheet: str = "") -> Table:
    """Return the table of a file, whatever kind of file it is.

    Args:
        path: workbook, Excel 2003 XML, parquet, JSON or delimited text.
        columns: what the format wants; of several sheets the first that has it is taken.
        format_name: for the words of a refusal.
        sheet: the sheet to take; empty = ``holdings``, else the first that fits.

    Raises: DataError for a page, an empty, cut or foreign file, or an archive bomb; QuestionError
        for a sheet that the workbook lacks.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith(b"PAR1"):
        return from_frame(path, _parquet(path), columns, format_name=format_name)
    if head.startswith(b"PK"):
        sheets = _workbook(path)
        return _of_sheets(path, sheets, columns, format_name=format_name, sheet=sheet)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise DataError(
            f"The file {path.name} is a workbook of an old Excel (.xls).",
            remedy="Save it as .xlsx or .csv.",
        )
    text_head = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if spreadsheet_xml.is_workbook(text_head):
        sheets = spreadsheet_xml.sheets_of(decoded(path, read_bytes(path)))
        return _of_sheets(path, sheets, columns, format_name=format_name, sheet=sheet)
    text = read_text(path)
    if text_head[:1] in {"{", "["}:
        return located(path, _json(path, text), columns, format_name=format_name)
    return read_table(path, text, columns, format_name=format_name)


def head_of(path: Path) -> list[Record]:
    """Return the first rows of a file of any kind, of every sheet of a workbook.

    Raises: DataError for a page, or an empty, cut or foreign file.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith(b"PAR1"):
        return [(1, list(_parquet(path).columns))]
    text_head = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if head.startswith(b"PK"):
        return [row for rows in _workbook(path).values() for row in rows[:_SEEN_ROWS]]
    if spreadsheet_xml.is_workbook(text_head):
        read = spreadsheet_xml.sheets_of(decoded(path, read_bytes(path)))
        return [row for rows in read.values() for row in rows[:_SEEN_ROWS]]
    text = read_text(path)
    return _json(path, text)[:_SEEN_ROWS] if text_head[:1] in {"{", "["} else head_rows(text)


def frame_given(given: Any) -> pl.DataFrame | None:  # noqa: ANN401 - polars, pandas, or what else
    """Return a polars frame of a frame of either library, None where it is none."""
    if isinstance(given, pl.LazyFrame):
        return given.collect()
    if isinstance(given, pl.DataFrame):
        return given
    is_pandas = type(given).__module__.startswith("pandas") and hasattr(given, "columns")
    if not is_pandas:
        return None
    # column by column, so that no further library is needed to cross over; missing is None, not NaN
    known = given.astype(object).where(given.notna(), None)
    return pl.DataFrame({str(name): known[name].to_list() for name in given.columns}, strict=False)


def from_frame(path: Path, frame: pl.DataFrame, columns: Columns, *, format_name: str) -> Table:
    """Return the table of a polars frame; ``path`` names it in refusals.

    Raises: DataError where it lacks the required columns.
    """
    header: list[Record] = [(1, list(frame.columns))]
    rows = [
        (number, [cells.written(value) for value in row])
        for number, row in enumerate(frame.iter_rows(), start=2)
    ]
    return located(path, header + rows, columns, format_name=format_name)


def _of_sheets(
    path: Path,
    sheets: Mapping[str, list[Record]],
    columns: Columns,
    *,
    format_name: str,
    sheet: str,
) -> Table:
    names = {name.casefold(): name for name in sheets}
    others: tuple[str, ...] = ()
    if sheet:
        if sheet.casefold() not in names:
            raise QuestionError(
                f"The workbook {path.name} has no sheet '{sheet}'.",
                facts={"sheets": join_names(sheets), "nearest": nearest(sheet, sheets) or "none"},
                remedy="Name one of its sheets with --sheet.",
            )
        chosen = names[sheet.casefold()]
    else:
        fitting = [
            name for name, rows in sheets.items() if columns.fits(best_header(rows, columns))
        ]
        chosen = names.get("holdings") or next(iter(fitting or sheets), "")
        others = tuple(name for name in fitting if name != chosen)
    table = located(path, sheets.get(chosen, []), columns, format_name=format_name)
    return replace(table, sheet=chosen, other_sheets=others)


def _workbook(path: Path) -> dict[str, list[Record]]:
    import fastexcel

    raw = workbook_limits.measured(path, read_bytes(path, at_most_bytes=_LARGEST_WORKBOOK_BYTES))
    native = _native_numbers(path, raw)
    try:
        workbook = fastexcel.read_excel(raw)
        return {
            name: _rows_of(workbook.load_sheet(name, header_row=None, dtypes="string"), native)
            for name in workbook.sheet_names
        }
    except (fastexcel.FastExcelError, IndexError, ValueError) as failure:
        raise workbook_limits.damaged(path, failure) from None


def _rows_of(sheet: Any, native: frozenset[float]) -> list[Record]:  # noqa: ANN401 - a library's
    return [
        (number, ["" if cell is None else _settled(str(cell), native) for cell in row])
        for number, row in enumerate(sheet.to_polars().iter_rows(), start=1)
    ]


def _settled(cell: str, native: frozenset[float]) -> str:
    """Return a cell; one that is a number of the workbook's own keeps its decimal point."""
    is_native = bool(_THREE_DECIMALS.fullmatch(cell)) and float(cell) in native
    return cell + "0" if is_native else cell


def _native_numbers(path: Path, raw: bytes) -> frozenset[float]:
    """Return the numbers among the workbook's cells that are numbers, not text."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            found: set[float] = set()
            for entry in archive.infolist():
                if entry.filename.startswith("xl/worksheets/"):
                    for value in _NATIVE.findall(archive.read(entry)):
                        if b"." in value:
                            found.add(float(value))
    except workbook_limits.DAMAGES as failure:
        raise workbook_limits.damaged(path, failure) from None
    return frozenset(found)


def _parquet(path: Path) -> pl.DataFrame:
    if kept := table_formats.around(path):
        raise table_formats.refused(kept, f"{path.name} alone is not what the table holds")
    try:
        return pl.read_parquet(path, hive_partitioning=False, glob=False)
    except (pl.exceptions.PolarsError, OSError) as failure:
        raise DataError(
            f"The parquet file {path.name} is damaged or cut off.",
            facts={"reason": str(failure).splitlines()[0]},
            remedy="Write it again.",
        ) from None


def _json(path: Path, text: str) -> list[Record]:
    """Return the rows of the longest list of objects, below the texts that stand outside it."""
    content = json_of(path, text)
    outside: list[Record] = []
    lists = list(_lists(content, outside, 0))
    rows = max(lists, key=len, default=[])
    flat = [dict(_flattened(row)) for row in rows]
    header = list(dict.fromkeys(name for row in flat for name in row))
    first = len(outside) + 1
    listed = [
        (number, [row.get(name, "") for name in header])
        for number, row in enumerate(flat, start=first + 1)
    ]
    return [*outside, (first, header), *listed]


def _lists(content: object, outside: list[Record], depth: int) -> Iterator[list[Any]]:
    if depth > _DEEPEST_COUNT:
        return
    if isinstance(content, list):
        if content and all(isinstance(row, dict) for row in content):
            yield content
    elif isinstance(content, dict):
        for name, value in content.items():
            if isinstance(value, dict | list):
                yield from _lists(value, outside, depth + 1)
            elif value is not None:
                outside.append((len(outside) + 1, [str(name), cells.written(value)]))


def _flattened(row: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        if isinstance(value, dict) and not prefix:
            yield from _flattened(value, f"{name}.")
        elif not isinstance(value, dict | list):
            yield f"{prefix}{name}", cells.written(value)

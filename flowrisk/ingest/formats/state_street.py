"""State Street (SPDR) holdings workbooks: sheet ``holdings``, no value column.

Needs the extra ``xlsx``. The same table saved as CSV is read too. Owns the refusal of archives
that unpack to far more than they hold.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING
from xml.parsers import expat

from flowrisk.errors import DataError, QuestionError, join_names
from flowrisk.ingest.readers.decoding import read_bytes, read_text
from flowrisk.ingest.readers.holdings_file import (
    Issuer,
    Place,
    Stated,
    kind_without_class,
    parse_holdings_file,
)
from flowrisk.ingest.readers.tabular import Columns, located, read_table

if TYPE_CHECKING:
    from pathlib import Path

    from flowrisk.ingest.readers.parsed import Hints, Parsed
    from flowrisk.ingest.readers.tabular import Line, Record


_FORMAT = "State Street holdings file"
_COLUMNS = Columns(
    aliases={
        "name": ("Name", "Security Name"),
        "ticker": ("Ticker", "Ticker Symbol"),
        "identifier": ("Identifier", "CUSIP", "ISIN"),
        "sedol": ("SEDOL",),
        "weight": ("Weight", "Weight (%)", "Percent of Fund"),
        "shares": ("Shares Held", "Shares", "Par Value"),
        "currency": ("Local Currency",),
    },
    required=("name", "shares"),
)
_LARGEST_WORKBOOK_BYTES = 64 * 2**20
_LARGEST_UNPACKED_BYTES = 512 * 2**20
_MOST_RATIO = 200
_CELL = re.compile(r"\s*\$?([A-Za-z]{0,4})\$?(\d{0,9})")
_MOST_CELLS_COUNT, _MOST_COLUMNS_COUNT = 20_000_000, 1_024
_SMALL_BYTES = 4 * 2**20


def read(path: Path, hints: Hints) -> Parsed:
    """Return the positions of a State Street holdings workbook.

    Values are null: the file has none. The day is ``As of 30-Sep-2025`` in the lines above the
    table, else the hint's.

    Raises: DataError for a page, an empty, cut or foreign file, an archive bomb or a file without a
        day; QuestionError where the extra ``xlsx`` is not installed.
    """
    raw = read_bytes(path, at_most_bytes=_LARGEST_WORKBOOK_BYTES)
    if raw.startswith(b"PK"):
        table = located(path, _sheet_rows(path, raw), _COLUMNS, format_name=_FORMAT)
    else:
        table = read_table(path, read_text(path), _COLUMNS, format_name=_FORMAT)
    stated = Stated(
        fund_name=table.stated("Fund Name"),
        ticker=table.stated("Ticker Symbol").upper(),
        day=table.stated("Holdings").removeprefix("As of").strip(": "),
    )
    return parse_holdings_file(path, table, _ISSUER, stated, hints)


def _place_of(line: Line) -> Place:
    return Place(kind=kind_without_class(line))


_ISSUER = Issuer(
    manager_name="State Street Investment Management", format_name=_FORMAT, place_of=_place_of
)


def _sheet_rows(path: Path, raw: bytes) -> list[Record]:
    _refuse_bomb(path, raw)
    _refuse_vast(path, raw)
    try:
        import fastexcel
    except ImportError:
        raise QuestionError(
            "Reading Excel workbooks needs the extra 'xlsx', which is not installed.",
            facts={"file": path.name},
            remedy="Install it with: pip install '.[xlsx]'",
        ) from None
    try:
        workbook = fastexcel.read_excel(raw)
        names = workbook.sheet_names
        chosen = next((name for name in names if name.casefold() == "holdings"), names[0])
        sheet = workbook.load_sheet(chosen, header_row=None, dtypes="string").to_polars()
    except (fastexcel.FastExcelError, IndexError, ValueError) as failure:
        raise _broken(path, failure) from None
    return [
        (number, ["" if cell is None else str(cell) for cell in row])
        for number, row in enumerate(sheet.iter_rows(), start=1)
    ]


def _refuse_bomb(path: Path, raw: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError) as failure:
        raise _broken(path, failure) from None
    unpacked = sum(entry.file_size for entry in entries)
    is_bomb = unpacked > max(_SMALL_BYTES, len(raw) * _MOST_RATIO)
    if is_bomb or unpacked > _LARGEST_UNPACKED_BYTES:
        raise DataError(
            f"The workbook {path.name} unpacks to far more than a holdings file: refused.",
            facts={"packed": f"{len(raw):,} bytes", "unpacked": f"{unpacked:,} bytes"},
            remedy="Download it again from the issuer.",
        )
    if not any(entry.filename.startswith("xl/") for entry in entries):
        raise DataError(
            f"The file {path.name} is a zip archive, not an Excel workbook.",
            facts={"holds": join_names(entry.filename for entry in entries)},
            remedy="Unpack it first.",
        )


def _refuse_vast(path: Path, raw: bytes) -> None:
    """Refuse a sheet whose outermost cell lies so far out that its grid would fill the memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for name in archive.namelist():
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    row, column = _outermost(archive.read(name))
                    if row * column > _MOST_CELLS_COUNT or column > _MOST_COLUMNS_COUNT:
                        raise DataError(
                            f"The workbook {path.name} reaches further than a holdings file: "
                            "refused.",
                            facts={"sheet": name, "rows": f"{row:,}", "columns": f"{column:,}"},
                            remedy="Delete the cells far outside the table, or download it again.",
                        )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as failure:
        raise _broken(path, failure) from None


def _outermost(sheet: bytes) -> tuple[int, int]:
    """Return the largest row and column that a sheet names, however its text is encoded."""
    parser = expat.ParserCreate()
    row = column = 1

    def measure(_: str, attributes: dict[str, str]) -> None:
        nonlocal row, column
        found = _CELL.match(attributes.get("r", ""))
        if found:
            row = max(row, int(found[2] or 1))
            column = max(column, _column_number(found[1]))

    parser.StartElementHandler = measure
    with suppress(expat.ExpatError):  # what is broken, the reader of the sheet says
        parser.Parse(sheet, True)
    return row, column


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _broken(path: Path, failure: Exception) -> DataError:
    return DataError(
        f"The workbook {path.name} is damaged or cut off.",
        facts={"reason": str(failure).splitlines()[0] if str(failure) else type(failure).__name__},
        remedy="Download it again.",
    )

"""State Street (SPDR) holdings workbooks: sheet ``holdings``, no value column.

Needs the extra ``xlsx``. The same table saved as CSV is read too. Owns the refusal of archives
that unpack to far more than they hold.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

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


def _broken(path: Path, failure: Exception) -> DataError:
    return DataError(
        f"The workbook {path.name} is damaged or cut off.",
        facts={"reason": str(failure).splitlines()[0] if str(failure) else type(failure).__name__},
        remedy="Download it again.",
    )

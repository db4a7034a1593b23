"""What of a workbook is looked at before it is opened: how much it unpacks to, what it is, how far
out its cells lie.

The library that reads workbooks makes a grid up to the outermost cell, from whichever part of the
archive the workbook names as its sheet; so every part is measured, under whatever name it lies.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.parsers import expat

from flowrisk.errors import DataError, join_names
from flowrisk.ingest.readers.archive import unbelieved

if TYPE_CHECKING:
    from pathlib import Path

DAMAGES = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, ValueError, OverflowError, EOFError,
    OSError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What zipfile raises of bytes that are no archive, or no longer one."""

_LARGEST_UNPACKED_BYTES = 512 * 2**20
_MOST_RATIO = 200
_SMALL_BYTES = 4 * 2**20
_CELL = re.compile(r"\s*\$?([A-Za-z]{0,4})\$?(\d{0,9})")
_MOST_CELLS_COUNT, _MOST_COLUMNS_COUNT = 20_000_000, 1_024
# workbooks of other kinds, which the library would take as well
_OTHERS = {"xl/workbook.bin": "a binary workbook (.xlsb)", "content.xml": "an OpenDocument sheet"}


def measured(path: Path, raw: bytes) -> bytes:
    """Return a workbook of the parts that were measured, and nothing else: what an archive says of
    itself is read differently by different libraries.

    Raises: DataError for what is no workbook, or one whose grid or parts would fill the memory.
    """
    clean = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive, zipfile.ZipFile(clean, "w") as written:
            entries = archive.infolist()
            _refuse_bomb(path, raw, entries)
            _refuse_others(path, [entry.filename for entry in entries])
            for entry in entries:
                part = _part(archive, entry)
                _refuse_vast(path, entry.filename, part)
                written.writestr(entry.filename, part)
    except DAMAGES as failure:
        raise damaged(path, failure) from None
    return clean.getvalue()


def refuse_far(cell_count: int, row_count: int, column_count: int, **where: object) -> None:
    """Refuse cells that reach further than those of any holdings file.

    Args:
        cell_count: cells of the grid that would be made.
        row_count: rows of it, for the words alone.
        column_count: columns of it.
        where: the workbook and sheet, for the words.

    Raises: DataError.
    """
    if cell_count > _MOST_CELLS_COUNT or column_count > _MOST_COLUMNS_COUNT:
        raise DataError(
            "The workbook reaches further than a holdings file: refused.",
            facts={**where, "rows": f"{row_count:,}", "columns": f"{column_count:,}"},
            remedy="Delete the cells far outside the table, or download it again.",
        )


def damaged(path: Path, failure: object) -> DataError:
    """Return the refusal of a workbook that cannot be read."""
    reason = str(failure).splitlines()
    return DataError(
        f"The workbook {path.name} is damaged or cut off.",
        facts={"reason": reason[0] if reason else type(failure).__name__},
        remedy="Download it again.",
    )


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(unbelieved(entry)) as source:
        part = source.read(entry.file_size + 1)
    if len(part) != entry.file_size:
        raise zipfile.BadZipFile(f"{entry.filename} is not as long as it claims")
    return part


def _refuse_bomb(path: Path, raw: bytes, entries: Sequence[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    is_bomb = unpacked > max(_SMALL_BYTES, len(raw) * _MOST_RATIO)
    if is_bomb or unpacked > _LARGEST_UNPACKED_BYTES:
        raise DataError(
            f"The workbook {path.name} unpacks to far more than a holdings file: refused.",
            facts={"packed": f"{len(raw):,} bytes", "unpacked": f"{unpacked:,} bytes"},
            remedy="Download it again from the issuer.",
        )


def _refuse_others(path: Path, names: Sequence[str]) -> None:
    inside = {name.replace("\\", "/").lstrip("/").casefold() for name in names}
    kind = next((kind for name, kind in _OTHERS.items() if name in inside), "")
    if kind:
        raise DataError(f"The file {path.name} is {kind}.", remedy="Save it as .xlsx or .csv.")
    if len(inside) < len(names):
        raise damaged(path, "one part of it stands twice")
    if not any(name.startswith("xl/") for name in inside):
        raise DataError(
            f"The file {path.name} is a zip archive, not an Excel workbook.",
            facts={"holds": join_names(names)},
            remedy="Unpack it first.",
        )


def _refuse_vast(path: Path, name: str, part: bytes) -> None:
    try:
        row, column = _outermost(part)
    except expat.ExpatError as failure:
        # the library is less strict than this: what it may yet take for a sheet is not measured
        if b"sheetData" in part.replace(b"\0", b""):
            raise damaged(path, f"{name}: {failure}") from None
        return
    refuse_far(row * column, row, column, workbook=path.name, sheet=name)


def _outermost(part: bytes) -> tuple[int, int]:
    """Return the largest row and column that a part names or counts, however it is encoded.

    Raises: ExpatError for a part that is no XML.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    row = column = furthest_row = furthest_column = 0

    def measure(element: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, furthest_row, furthest_column
        name = element.rpartition(" ")[2]
        if name not in {"row", "c"}:
            return
        found = _CELL.match(attributes.get("r", ""))
        letters, digits = found.groups() if found else ("", "")
        if name == "row":
            row, column = int(digits or row + 1), 0
        else:
            row, column = int(digits or row), _column_number(letters) or column + 1
        furthest_row, furthest_column = max(furthest_row, row), max(furthest_column, column)

    parser.StartElementHandler = measure
    parser.Parse(part, True)
    return furthest_row, furthest_column


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number

"""A workbook is measured before it is opened: every part, whatever it is called and says."""

from __future__ import annotations

import io
import struct
import time
import warnings
import zipfile
from pathlib import Path

import pytest

from flowrisk.errors import DataError
from flowrisk.ingest.readers import sheets
from flowrisk.ingest.readers.workbook_limits import measured

BOOK = Path("x.xlsx")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


def workbook(rows: str, part: str = "xl/worksheets/sheet1.xml", **others: str | bytes) -> bytes:
    """A workbook whose one sheet lies in a part of this name."""
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    kind = f"{_OFFICE}/worksheet"
    parts: dict[str, str | bytes] = {
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="holdings" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" '
        f'Type="{kind}" Target="/{part}"/></Relationships>',
        part: sheet, **others,
    }  # fmt: skip
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def cell(said: str) -> str:
    return f"<row r='1'><c {said}/></row>"


@pytest.mark.parametrize(
    "rows",
    [FAR, cell('r="XFD1048576"'), cell("r='XFD1'"), cell('r = "&#88;FD9"'), cell('r="AAAA1"'),
     "<row>" + "<c/>" * 1025 + "</row>",
     "<row>" + "<c/>" * 1000 + '</row><row r="1048576"><c/></row>',
     '<row><c r="ALL1"/></row><row r="1048576"/>', '<row><c r="AAA1"/></row>' + "<row/>" * 40_000,
     f"<!-- x --><row/>{FAR}", "<row x='>'><c y='>' r='ZZZ1'/></row>",
     '<x:row xmlns:x="' + _MAIN + '" r="9999999"><x:c r="ZZ9999999"/></x:row>'],
    ids=lambda rows: rows[:30],
)  # fmt: skip
@pytest.mark.parametrize(
    "part",
    ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.XML", "xl/other/s.dat", "elsewhere/s.xml",
     "xl/sharedStrings.xml"],
)  # fmt: skip
def test_a_far_cell_is_refused_before_its_grid_is_made(rows: str, part: str) -> None:
    with pytest.raises(DataError, match="reaches further"):
        measured(BOOK, workbook(rows, part))


@pytest.mark.parametrize("broken", ["&bogus;", "<c x=1/>", "</row>", "<x:c/>", "\x01"])
def test_what_cannot_be_measured_is_refused(broken: str) -> None:
    with pytest.raises(DataError, match="damaged"):
        measured(BOOK, workbook(f"<row/>{broken}{FAR}", "xl/odd.bin"))


def test_other_workbooks_and_doubled_parts_are_named() -> None:
    for name, kind in (("xl/workbook.bin", "binary workbook"), ("Content.XML", "OpenDocument"),
                       ("xl\\workbook.bin", "binary workbook")):  # fmt: skip
        with pytest.raises(DataError, match=kind):
            measured(BOOK, workbook(cell('r="A1"'), **{name: ""}))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        buffer = io.BytesIO(workbook(cell('r="A1"')))
        with zipfile.ZipFile(buffer, "a") as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(DataError) as refusal:
        measured(BOOK, buffer.getvalue())
    assert "twice" in str(refusal.value)


def test_only_what_was_measured_is_opened() -> None:
    """An archive that claims less than it holds: a library that trusts the stream reads on."""
    raw = workbook(FAR.replace("XFD1048576", "B2").replace("1048576", "2"))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
        text = archive.read(entry)
    shown = text[: text.index(b"<row r=") + 40]
    lied = raw.replace(
        struct.pack("<LLL", entry.CRC, entry.compress_size, len(text)),
        struct.pack("<LLL", zipfile.crc32(shown), entry.compress_size, len(shown)),
    )
    assert lied != raw
    with pytest.raises(DataError, match="damaged"):
        measured(BOOK, lied)


def test_an_honest_workbook_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook('<row r="1"><c r="A1"><v>1</v></c><c r="Z1"><v>2</v></c></row>'))
    (number, cells), *rest = sheets.head_of(path)
    assert (number, cells[0], cells[25], rest) == (1, "1", "2", [])


@pytest.mark.parametrize("mark", ['<c r="A1"', "<c><f>", "<c", "<f", "<v>"])
def test_marks_that_never_end_take_no_time(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook("<!--" + mark * 400_000 + "-->" + cell('r="A1"')))
    started = time.monotonic()
    sheets._native_numbers(path, path.read_bytes())  # noqa: SLF001 - alone: the rest refuses it
    assert time.monotonic() - started < 10

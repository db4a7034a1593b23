"""The bytes of a file → text, or a refusal that says what the file really is.

Owns size limits, encodings and the recognition of pages, archives and cut files; knows no format.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, Any

from flowrisk.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path


LARGEST_TEXT_BYTES = 256 * 2**20
"""Largest file read as one text; the largest N-PORT filing known is 143 MB."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = {
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"PK\x05\x06": "an empty zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF document",
    b"PAR1": "a parquet file",
}
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|meta|script)\b", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.{0,200}?)</title>", re.IGNORECASE | re.DOTALL)
_SEEN_BYTES = 4096


def read_bytes(path: Path, *, at_most_bytes: int = LARGEST_TEXT_BYTES) -> bytes:
    """Return the bytes of a file.

    Raises: DataError where the file is missing, unreadable, empty or larger than the limit.
    """
    try:
        size_bytes = path.stat().st_size
        if size_bytes > at_most_bytes:
            raise DataError(
                f"The file {path.name} is too large to be of this format.",
                facts={"size": f"{size_bytes:,} bytes", "limit": f"{at_most_bytes:,} bytes"},
                remedy="Split it, or use the format's bulk reader.",
            )
        raw = path.read_bytes()
    except (OSError, ValueError) as failure:
        raise DataError(
            f"The file {path.name} cannot be read.",
            facts={"reason": getattr(failure, "strerror", None) or failure},
            remedy="Check the path and the permissions.",
        ) from None
    if not raw.strip(b" \t\r\n\x00"):
        raise DataError(
            f"The file {path.name} is empty.",
            facts={"size": f"{len(raw):,} bytes"},
            remedy="Download it again.",
        )
    return raw


def read_text(path: Path) -> str:
    """Return the text of a file: UTF-8 with or without mark, UTF-16, UTF-32, else Windows-1252.

    Raises: DataError for an unreadable or empty file, an archive, a web page, or bytes that are
    no text in any of these encodings.
    """
    raw = read_bytes(path)
    kind = next((name for magic, name in _MAGIC.items() if raw.startswith(magic)), None)
    if kind:
        raise DataError(
            f"The file {path.name} is {kind}, not text.",
            facts={"first bytes": repr(raw[:16])},
            remedy="Unpack it, or pick the format that it is in.",
        )
    text = decoded(path, raw)
    refuse_page(path, text)
    return text


def json_of(path: Path, text: str) -> Any:  # noqa: ANN401 - whatever the file holds
    """Return the content of a JSON file from its text.

    Raises: DataError for what is no JSON, or nested deeper than can be read.
    """
    try:
        return json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as failure:
        raise DataError(
            f"The JSON of {path.name} is damaged or cut off.",
            facts={"reason": failure, "begins": text[:80]},
            remedy="Download it again.",
        ) from None


def refuse_page(path: Path, text: str) -> None:
    """Refuse a web page where data was expected.

    Raises: DataError for HTML, with the title of the page.
    """
    head = text[:_SEEN_BYTES].lstrip("\ufeff \t\r\n")
    if head.startswith("<") and _HTML.search(head):
        title = _TITLE.search(text[: _SEEN_BYTES * 16])
        raise DataError(
            f"The file {path.name} is a web page, not data: the download failed.",
            facts={"title": title.group(1).strip() if title else "none", "begins": head[:80]},
            remedy="Download it again; a missing fund is answered with a page.",
        )


def decoded(path: Path, raw: bytes) -> str:
    """Return bytes as text: by their mark, else UTF-16, UTF-8 or Windows-1252.

    Raises: DataError for bytes that are no text in any of these encodings.
    """
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    for candidate in [encoding] if encoding else [*_guessed_wide(raw), "utf-8", "cp1252"]:
        try:
            text = raw.decode(candidate)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise DataError(
        f"The file {path.name} is no text in a known encoding.",
        facts={"first bytes": repr(raw[:40]), "tried": "UTF-8, UTF-16, Windows-1252"},
        remedy="Save it as UTF-8, or download it again.",
    )


def _guessed_wide(raw: bytes) -> list[str]:
    """Return the UTF-16 that a text without mark is in: every other byte of it is NUL."""
    head = raw[: _SEEN_BYTES // 2 * 2]
    halves = {"utf-16-be": head[0::2], "utf-16-le": head[1::2]}
    return [name for name, half in halves.items() if half and half.count(0) * 2 > len(half)]

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest

from flowrisk.errors import DataError
from flowrisk.ingest.readers.decoding import read_bytes, read_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_with_and_without_mark_is_read(write: Callable[..., Path], encoding: Any) -> None:
    assert (
        read_text(write("a.csv", "Name\nÅkeß Ω\n", encoding)).lstrip("\ufeff") == "Name\nÅkeß Ω\n"
    )


def test_windows_text_is_read(write: Callable[..., Path]) -> None:
    assert read_text(write("a.csv", "Name\nSociété\n".encode("cp1252"))) == "Name\nSociété\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \r\n\t\x00", "is empty"),
        (b"PK\x03\x04rest", "a zip archive or an Excel workbook"),
        (gzip.compress(b"a,b", mtime=0), "a gzip archive"),
        (b"%PDF-1.7", "a PDF document"),
        (b"PAR1....", "a parquet file"),
        (b"Name,Sha\x00res\n", "no text in a known encoding"),
        (b"Name\x81\n", "no text in a known encoding"),
        (b"\xff\xfeN\x00a", "no text in a known encoding"),
    ],
)
def test_what_is_no_text_is_named(write: Callable[..., Path], content: Any, said: Any) -> None:
    with pytest.raises(DataError, match=said):
        read_text(write("a.csv", content))


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html><html><head><title>Page not found</title></head></html>",
        "\ufeff\n <HTML><title>Page not found</title>",
    ],
)
def test_a_page_is_refused_with_its_title(write: Callable[..., Path], page: Any) -> None:
    with pytest.raises(DataError, match="web page") as refusal:
        read_text(write("a.csv", page))
    assert refusal.value.facts["title"] == "Page not found"


def test_a_missing_file_and_a_folder_are_data_errors(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(DataError, match="cannot be read"):
            read_text(path)


def test_a_file_over_the_limit_is_refused_before_it_is_read(write: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match="too large"):
        read_bytes(write("a.csv", "x" * 11), at_most_bytes=10)

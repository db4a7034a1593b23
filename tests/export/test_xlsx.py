"""xlsx: what a worksheet shows is what the rows hold, and nothing in it runs."""

from __future__ import annotations

import datetime as dt
import zipfile
from io import BytesIO

import polars as pl
import pytest

from flowrisk.errors import QuestionError
from flowrisk.export import formats

fastexcel = pytest.importorskip("fastexcel")


def cells(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    book = fastexcel.read_excel(formats.frame_bytes(frame, "xlsx"))
    sheet = book.load_sheet(0, header_row=None, dtypes="string")
    return pl.DataFrame(sheet.to_polars()).rows()


def test_every_kind_of_value_comes_back() -> None:
    frame = pl.DataFrame({
        "text": ["a", None], "number": [1.5, -2.0], "whole": [7, None],
        "on": [dt.date(2025, 11, 20), None], "is_true": [True, None], "list": [[1, 2], [3]],
    })  # fmt: skip
    assert cells(frame) == [
        ("text", "number", "whole", "on", "is_true", "list"),
        ("a", "1.5", "7", "2025-11-20 00:00:00", "true", "[1, 2]"),
        (None, "-2", None, None, None, "[3]"),
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_text_never_becomes_a_formula(start: str) -> None:
    frame = pl.DataFrame({"a": [f"{start}1+1"]})
    with zipfile.ZipFile(BytesIO(formats.frame_bytes(frame, "xlsx"))) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    assert cells(frame)[1] == (f"'{start}1+1",)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (2**60, "1152921504606846976"), (float("nan"), None), (float("inf"), None),
        ("http://example.org", "http://example.org"), ("0123", "0123"),
        (dt.date(1800, 1, 1), "1800-01-01"),
    ],
)  # fmt: skip
def test_what_excel_would_bend_keeps_its_shape(value: object, shown: str | None) -> None:
    found = cells(pl.DataFrame({"a": [value], "b": ["x"]}))[1]
    assert found == (shown, "x")


@pytest.mark.parametrize(
    "frame",
    [pl.DataFrame({"a": ["x" * 32_768]}), pl.DataFrame({f"c{i}": [1] for i in range(16_385)}),
     pl.DataFrame({"a": range(2**20)})],
    ids=["cell", "columns", "rows"],
)  # fmt: skip
def test_what_a_worksheet_cannot_hold_is_refused(frame: pl.DataFrame) -> None:
    with pytest.raises(QuestionError, match="worksheet cannot hold"):
        formats.frame_bytes(frame, "xlsx")

"""A result as data: what stands in the file, and that no file is ever half there."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from flowrisk.errors import QuestionError
from flowrisk.export import files, formats

if TYPE_CHECKING:
    from flowrisk.api import ScenarioResult

FRAME = pl.DataFrame({"name": ["a|b", None], "value_usd": [1.5, None],
                      "seen_on": [dt.date(2025, 11, 20), None]})  # fmt: skip


def cells(frame: pl.DataFrame) -> list[list[str]]:
    return list(csv.reader(io.StringIO(formats.frame_bytes(frame, "csv").decode())))


def document(frame: pl.DataFrame) -> Any:
    def refuse(word: str) -> float:
        raise AssertionError(word)

    return json.loads(formats.frame_bytes(frame, "json"), parse_constant=refuse)


def test_forms() -> None:
    assert cells(FRAME) == [["name", "value_usd", "seen_on"], ["a|b", "1.5", "2025-11-20"],
                            ["", "", ""]]  # fmt: skip
    assert document(FRAME) == [{"name": "a|b", "value_usd": 1.5, "seen_on": "2025-11-20"},
                               {"name": None, "value_usd": None, "seen_on": None}]  # fmt: skip
    lines = formats.frame_bytes(FRAME, "jsonl").decode().splitlines()
    assert [json.loads(line) for line in lines] == document(FRAME)
    assert pl.read_parquet(io.BytesIO(formats.frame_bytes(FRAME, "parquet"))).equals(FRAME)
    assert formats.frame_bytes(FRAME, "markdown").decode().splitlines() == [
        "| name | value_usd | seen_on |", "| --- | ---: | --- |", "| a\\|b | 1.5 | 2025-11-20 |",
        "|  |  |  |",
    ]  # fmt: skip
    assert formats.frame_bytes(FRAME, "table").decode() == (
        "name  value_usd  seen_on\n----  ---------  ----------\na|b         1.5  2025-11-20\n\n"
    )
    with pytest.raises(QuestionError, match="no format 'xml'"):
        formats.frame_bytes(FRAME, "xml")


@pytest.mark.parametrize("form", formats.FORMATS)
def test_no_rows_are_written_as_no_rows(form: str) -> None:
    content = formats.frame_bytes(FRAME.clear(), form)
    assert b"a|b" not in content
    assert (b"value_usd" in content) == (form not in {"json", "jsonl", "xlsx"})


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_a_spreadsheet_would_run_is_prefixed_in_csv(start: str) -> None:
    frame = pl.DataFrame({"first": [f"{start}cmd", "plain"], "second": ["plain", f"{start}1+1"],
                          "n": [-1.5, 2.0]})  # fmt: skip
    assert cells(frame)[1:] == [[f"'{start}cmd", "plain", "-1.5"], ["plain", f"'{start}1+1", "2.0"]]
    assert document(frame)[0]["first"] == f"{start}cmd", "JSON keeps the text as it is"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_what_is_no_number_is_null_in_json(number: float, form: str) -> None:
    frame = pl.DataFrame({"a": [number, 1.0], "b": [[number], [2.0]], "c": [{"d": number}, None]})
    first = formats.frame_bytes(frame, form)
    assert b"NaN" not in first
    assert b"Infinity" not in first
    rows = json.loads(first) if form == "json" else [json.loads(r) for r in first.splitlines()]
    assert rows == [{"a": None, "b": [None], "c": {"d": None}}, {"a": 1.0, "b": [2.0], "c": None}]


def test_nested_and_binary_cells_become_text_in_csv() -> None:
    frame = pl.DataFrame({"a": [[1, 2], None], "b": [{"x": "=1"}, None], "c": [b"\x00\xff", None]})
    assert cells(frame)[1:] == [["[1, 2]", '{"x": "=1"}', "00ff"], ["", "", ""]]


def test_csv_survives_commas_quotes_and_line_ends() -> None:
    text = 'a,"b"\nc'
    assert cells(pl.DataFrame({"name": [text]}))[1:] == [[text]]


def test_the_envelope_is_strict_json_with_every_mart(sample_result: ScenarioResult) -> None:
    whole = json.loads(formats.envelope(sample_result.answer))
    assert whole["schema_version"] == 2
    assert whole["as_of_on"] == "2025-11-20"
    for name, frame in sample_result.answer.marts.items():
        assert len(whole[name]) == frame.height
        assert not frame.height or list(whole[name][0]) == frame.columns
    assert whole["assumptions"]["participation_ratio"] == {
        "value": 0.2, "unit": "share of a day's volume", "set_by": "default",
    }  # fmt: skip


def test_a_file_is_written_whole_and_its_absolute_path_returned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert files.write(Path("x.csv"), b"1", is_forced=False) == tmp_path / "x.csv"
    assert (tmp_path / "x.csv").read_bytes() == b"1"
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE((tmp_path / "x.csv").stat().st_mode) == 0o666 & ~umask
    assert os.listdir(tmp_path) == ["x.csv"]  # noqa: PTH208 - names only


def test_nothing_is_overwritten_without_force(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"old")
    with pytest.raises(QuestionError, match="exists already"):
        files.write(path, b"new", is_forced=False)
    assert path.read_bytes() == b"old"
    files.write(path, b"new", is_forced=True)
    assert path.read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir()] == ["x.csv"]


@pytest.mark.parametrize("is_forced", [True, False])
def test_a_folder_is_never_replaced(is_forced: bool, tmp_path: Path) -> None:  # noqa: FBT001
    (tmp_path / "x.csv").mkdir()
    with pytest.raises(QuestionError, match="is a folder"):
        files.write(tmp_path / "x.csv", b"new", is_forced=is_forced)


@pytest.mark.parametrize(
    ("name", "said"),
    [("nowhere/x.csv", "cannot be written"), ("file/x.csv", "cannot be written"),
     ("n" * 300 + ".csv", "A path cannot be followed")],
)  # fmt: skip
def test_an_output_that_cannot_be_written_leaves_nothing_behind(
    name: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(QuestionError, match=said):
        files.write(tmp_path / name, b"1", is_forced=False)
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_of_several_files_all_are_written_or_none(tmp_path: Path) -> None:
    kept, lost = tmp_path / "a.csv", tmp_path / "nowhere" / "b.csv"
    kept.write_bytes(b"old")
    with pytest.raises(QuestionError, match="cannot be written"):
        files.write_all([(kept, b"new"), (lost, b"new")], is_forced=True)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.csv", b"old")]
    (tmp_path / "nowhere").mkdir()
    assert files.write_all([(kept, b"1"), (lost, b"2")], is_forced=True) == [kept, lost]
    assert (kept.read_bytes(), lost.read_bytes()) == (b"1", b"2")


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_while_writing_leaves_the_old_file_and_no_other(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises((QuestionError, KeyboardInterrupt)):
        files.write(path, b"new", is_forced=True)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["x.csv"]

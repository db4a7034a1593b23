"""Texts stay texts: nothing of the data steers a terminal, is markup, or runs in a spreadsheet."""

from __future__ import annotations

import csv
import io
import sys
import unicodedata
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowrisk import api, errors
from flowrisk.cli import completion
from flowrisk.errors import printable, printable_lines
from flowrisk.export import formats

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

STEERING = "\x1b[2J\x1b]0;x\x07\u202e\u2066\x9b31m\x00\r\u2028\ufeff\U000e0041"
TEXTS = st.text(
    st.characters() | st.sampled_from(list(STEERING) + list("|<>[]`*_&=+-@\n\t")), max_size=60
)


def steers(text: str) -> set[str]:
    return {c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp", "Cs"}} - {
        "\n", "\u200c", "\u200d",
    }  # fmt: skip


def test_every_character_that_steers_is_a_blank() -> None:
    for point in range(sys.maxunicode + 1):
        shown = printable(chr(point))
        assert not steers(shown), hex(point)
        is_meant = steers(chr(point)) or unicodedata.category(chr(point)) == "Cn"
        assert shown == chr(point) or is_meant or chr(point) == "\n", hex(point)


def test_a_login_is_never_shown() -> None:
    for address in ("sc://me:PASSWORD@host:15002", "https://me:PASSWORD@host/ds?x=1",
                    "sc://me:p@PASSWORD@host"):  # fmt: skip
        told = str(errors.DataError(f"No {address}.", facts={"at": address}, remedy=address))
        assert "PASSWORD" not in told
        assert "host" in told


@settings(deadline=None, max_examples=60)
@given(TEXTS, TEXTS)
def test_no_error_and_no_table_steers_a_terminal(name: str, value: str) -> None:
    error = errors.DataError(name, facts={name: value}, remedy=value)
    assert not steers(str(error))
    name, value = (text.encode(errors="replace").decode() for text in (name, value))
    frame = pl.DataFrame({"a" + name: [value], "b": [[value]]})
    for form in ("table", "markdown"):
        text = formats.frame_bytes(frame, form).decode()
        assert not steers(text)
        assert text.count("\n") == 3
    assert not steers(printable_lines(value))


def test_a_markdown_table_holds_no_markup() -> None:
    hostile = "<script>x</script> [a](b) **c** `d` &lt; | e"
    for frame in (pl.DataFrame({"a": [hostile]}), pl.DataFrame({hostile: [1]})):
        text = formats.frame_bytes(frame, "markdown").decode()
        assert all(f"\\{mark}" in text for mark in "<[*`&|")
        assert "<script>" not in text


@pytest.mark.parametrize("start", list("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"))
def test_nothing_in_a_csv_runs_in_a_spreadsheet(start: str) -> None:
    text = f"{start}1+1"
    for kind in (pl.String, pl.Enum([text]), pl.Categorical):
        frame = pl.DataFrame({text: pl.Series([text], dtype=kind)})
        head, row = csv.reader(io.StringIO(formats.frame_bytes(frame, "csv").decode(), newline=""))
        assert (head, row) == ([f"'{text}"], [f"'{text}"])


def test_blanks_beside_a_wide_cell_are_bounded() -> None:
    frame = pl.DataFrame({"a": ["x" * 1_000_000, *["y"] * 20_000], "b": [1] * 20_001})
    assert len(formats.frame_bytes(frame, "table")) < 1_000_000 + 20_001 * 300


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A dataset whose every text is hostile, in a folder whose name is."""
    data = api.init(tmp_path / "a\x1b[31mb\u202e").path
    for path in data.glob("*.parquet"):
        frame = pl.read_parquet(path, glob=False)
        names = [name for name in frame.columns if name.endswith("_name") or name == "source"]
        frame.with_columns(pl.col(name) + STEERING for name in names).write_parquet(path)
    return data


COMMANDS = [
    ("scenario",), ("scenario", "--verbose"), ("scenario", "--format", "markdown"), ("check",),
    ("screen",), ("explain", "MSTR", "--provider", "msci"), ("tables", "marts.outflows"),
    ("query", "from staging.providers"),
    ("query", "from staging.providers", "--format", "markdown"),
    ("query", "select provider_name::int from staging.providers"),
    ("query", 'select 1 as "a\x1b[31m"'), ("query", "select error(chr(27) || '[2J')"),
    ("query", "select error(chr(27) || '[2J')", "--isolated"), ("query", 'from "\x1b[2J"'),
    ("query", "from staging.providers", "--isolated"), ("scenario", "--providers", "\x1b[2J"),
    ("scenario", "--list", "\x1b[2J\u202e"), ("scenario", "--no-such-\x1b[2J"), ("\x1b[2J",),
    ("ingest", "ark", "no\x1b[2J.csv"), ("ingest", "\x1b[2J", "x.csv"),
    ("query", "--param", "\x1b"),
]  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: repr(" ".join(words)))
def test_no_command_lets_the_data_steer_the_terminal(
    within: Callable[..., Run], hostile: Path, words: tuple[str, ...]
) -> None:
    data = (hostile,) if words[0] == "check" else ("--data", hostile)
    run = within(*words, *data)
    assert run.code in {0, 2, 3}
    assert not steers(run.out + run.err)


def test_no_name_that_steers_is_completed(hostile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWRISK_DATA", str(hostile))
    lists = hostile / "candidates.parquet"
    frame = pl.read_parquet(lists, glob=False)
    odd = frame.head(1).with_columns(list_id=pl.lit("a" + STEERING, frame.schema["list_id"]))
    pl.concat([frame, odd]).write_parquet(lists)
    found = completion.words("lists")
    assert "msci-reported" in found
    assert not [name for name in found if steers(name)]


def test_nothing_printed_in_python_or_written_as_text_steers_a_terminal(
    hostile: Path, tmp_path: Path
) -> None:
    dataset = api.open_dataset(hostile)
    result = dataset.scenario()
    told = [repr(dataset), str(result), repr(result), *result.notes, *result.warnings,
            str(dataset.explain("MSTR", provider="msci")), str(dataset.screen())]  # fmt: skip
    told.append(result.write(tmp_path / "x.txt").read_text("utf-8"))
    assert not steers("".join(told))

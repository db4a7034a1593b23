"""What a command writes beside its result: every form, or nothing at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Flowrisk = Callable[..., Any]
PROBABILITIES = "msci=.4,sp-dji=.2,nasdaq=.3,ftse-russell=.2,crsp=.25"
COMMANDS = [("scenario",), ("risk", "--probabilities", PROBABILITIES), ("screen",)]
BEGINS = {
    "html": b"<!doctype html>",
    "xlsx": b"PK\x03\x04",
    "md": b"# ",
    "txt": b"As of 2025-11-20",
}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_each_question_is_written_in_every_form(
    command: tuple[str, ...], within: Flowrisk, tmp_path: Path
) -> None:
    words = [word for suffix in BEGINS for word in ("-o", tmp_path / f"x.{suffix}")]
    run = within(*command, *words, "--title", "Ours")
    assert run.code == 0, run.err
    for suffix, begin in BEGINS.items():
        assert (tmp_path / f"x.{suffix}").read_bytes().startswith(begin)
        assert f"written: {tmp_path / f'x.{suffix}'}" in run.err
    notes = "".join(f"{line}\n" for line in run.err.splitlines() if line.startswith("note: "))
    assert notes
    assert (tmp_path / "x.txt").read_text("utf-8") == f"{run.out}\n{notes}"
    assert "# Ours\n" in (tmp_path / "x.md").read_text("utf-8")
    assert "<h1>Ours</h1>" in (tmp_path / "x.html").read_text("utf-8")


@pytest.mark.browser
@pytest.mark.usefixtures("printer")
@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_each_question_is_printed(
    command: tuple[str, ...], within: Flowrisk, tmp_path: Path
) -> None:
    run = within(*command, "-o", tmp_path / "x.pdf", "-q")
    assert run.code == 0, run.err
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF-")
    assert [path.name for path in tmp_path.iterdir()] == ["x.pdf"]


def test_no_chromium_is_said_before_any_work(
    within: Flowrisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWRISK_CHROMIUM", str(tmp_path / "nowhere"))
    run = within("scenario", "--data", tmp_path / "no-data", "-o", tmp_path / "x.pdf")
    assert (run.code, run.out) == (2, "")
    assert "No Chromium was found" in run.err


@pytest.mark.parametrize(
    ("words", "problem", "hint"),
    [
        (("--sections", "methd", "-o", "x.html"), "no section 'methd'", "nearest: method"),
        (("--sections", "headline", "-o", "x.csv"), "what --sections asks for", "-o report.html"),
        (("--title", "Ours"), "what --title asks for", "outputs: none"),
        (("--theme", "none.css", "-o", "x.html"), "cannot be read", "No such file"),
        (("-o", "x.html", "-o", "./x.html"), "named twice", "x.html"),
        (("-o", "x.docx"), "names no format", ".xlsx"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_a_slip_is_refused_and_nothing_is_written(
    command: tuple[str, ...], words: tuple[str, ...], problem: str, hint: str,
    within: Flowrisk, tmp_path: Path,
) -> None:  # fmt: skip
    if problem.startswith("no section"):
        words = ("-o", "first.csv", *words)
    run = within(*command, *words)
    assert (run.code, run.out) == (2, "")
    assert problem in run.err
    assert hint in run.err
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_leaves_the_old_file(
    within: Flowrisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    run = within("scenario", "-o", "x.xlsx", "--force")
    assert (run.code, run.out) == (2, "")
    assert "No space left" in run.err
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x.xlsx", b"old")]


def test_a_theme_reaches_the_page(within: Flowrisk, tmp_path: Path) -> None:
    (tmp_path / "house.css").write_text(":root { --accent: #7a1f1f; }\n", "utf-8")
    run = within("scenario", "--theme", "house.css", "-o", "x.html")
    page = (tmp_path / "x.html").read_text("utf-8")
    assert run.code == 0, run.err
    assert ":root { --accent: #7a1f1f; }\n</style>" in page
    assert "House style house.css, SHA-256" in page
    assert "--theme house.css" in page


def test_a_board_page_is_written_and_quiet_says_nothing(within: Flowrisk, tmp_path: Path) -> None:
    run = within("scenario", "-s", "MSTR", "--one-page", "--paper", "A4", "-o", "x.html", "-q")
    assert (run.code, run.err) == (0, "")
    page = (tmp_path / "x.html").read_text("utf-8")
    assert "@page { size: a4; }" in page
    assert "--securities MSTR -o board.html --one-page --paper a4</code>" in page


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_charts_are_written_to_a_folder_of_their_own(
    command: tuple[str, ...], within: Flowrisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWRISK_CHROMIUM", str(tmp_path / "nowhere"))
    run = within(*command, "--charts", "charts", "-o", "x.csv")
    assert run.code == 0, run.err
    names = sorted(path.name for path in (tmp_path / "charts").iterdir())
    assert names
    assert all(re.fullmatch(rf"{command[0]}-[a-z0-9-]+\.svg", name) for name in names)
    assert run.err.count("written: ") == len(names) + 1
    assert "note: charts are SVG only: No Chromium was found to make the PNG with." in run.err
    again = within(*command, "--charts", "charts", "-o", "y.csv", "-q")
    assert (again.code, again.out) == (2, "")
    assert "exists already" in again.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["charts", "x.csv"]
    quiet = within(*command, "--charts", "charts", "--force", "-q")
    assert (quiet.code, quiet.err) == (0, "")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--one-page",), "what --one-page asks for"),
        (("--one-page", "--sections", "headline", "-o", "x.html"), "no sections to choose from"),
        (("--paper", "a5", "-o", "x.html"), "The value of --paper is not known"),
        (("--paper", "a4", "--charts", "x"), "what --paper asks for"),
        (("--charts", "charts/below"), "cannot be written"),
        (("--charts", __file__), "folder for outputs is none"),
        (("--charts", "charts", "--sections", "methd"), "no section 'methd'"),
    ],
)  # fmt: skip
def test_a_slip_of_board_page_or_charts_writes_nothing(
    words: tuple[str, ...], problem: str, within: Flowrisk, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("FLOWRISK_CHROMIUM", str(tmp_path / "nowhere"))
    run = within("scenario", *words)
    assert (run.code, run.out) == (2, "")
    assert problem in run.err
    assert list(tmp_path.iterdir()) == []


def test_a_report_without_charts_makes_no_folder(within: Flowrisk, tmp_path: Path) -> None:
    run = within("scenario", "--charts", "charts", "--sections", "method")
    assert run.code == 0, run.err
    assert "note: the report has no chart to write" in run.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["scenario", "check"])
def test_large_json_points_to_forms_that_are_smaller(
    command: str, within: Flowrisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "MB of JSON; -o FILE.parquet or -o FILE.jsonl"
    assert told not in within(command, "-f", "json").err
    monkeypatch.setattr("flowrisk.cli.outputs._LARGE_BYTES", 1_000)
    printed = within(command, "-f", "json").err
    assert re.search(rf"^note: stdout holds \d+ {told}", printed, re.MULTILINE)
    file = tmp_path / "x.json"
    written = within(command, "-o", file).err
    assert re.search(rf"^note: {re.escape(str(file))} holds \d+ {told}", written, re.MULTILINE)
    small = within(command, "-o", tmp_path / "x.jsonl", "-o", tmp_path / "x.parquet")
    assert told not in small.err
    assert told not in within(command, "-f", "json", "--quiet").err

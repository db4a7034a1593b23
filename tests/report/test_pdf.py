"""The PDF: printed by the Chromium of this machine, bounded in time, with nothing left behind."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flowrisk.errors import QuestionError, TimeoutError  # noqa: A004 - the name of the house
from flowrisk.export import files
from flowrisk.report import pdf

if TYPE_CHECKING:
    from flowrisk.api import ScenarioResult

PAGE = b"<!doctype html><html lang='en'><title>A page</title><p>Hello</p></html>"


def program(folder: Path, script: str) -> str:
    """A program that stands in for Chromium; ``$TARGET`` is where it should print."""
    path = folder / "browser"
    finds = (
        'for each in "$@"; do case "$each" in --print-to-pdf=*) TARGET="${each#*=}";; esac; done'
    )
    path.write_text(f"#!/bin/sh\n{finds}\n{script}\n", "utf-8")
    path.chmod(0o755)
    return str(path)


def has_ended(pid: int) -> bool:
    """Whether a process is gone, or waits for nothing but to be reaped."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.browser
@pytest.mark.usefixtures("printer")
def test_the_report_is_printed_the_same_each_time(sample_result: ScenarioResult) -> None:
    first = sample_result.render("pdf")
    assert first.startswith(b"%PDF-")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", first)) <= 14
    assert first.count(b"(D:19800101000000") == 2
    assert sample_result.render("pdf") == first


@pytest.mark.browser
@pytest.mark.usefixtures("printer")
def test_the_source_date_is_the_date_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1763596800")  # 20 Nov 2025, midnight UTC
    assert pdf.to_pdf(PAGE).count(b"(D:20251120000000") == 2


@pytest.mark.browser
@pytest.mark.usefixtures("printer")
def test_nothing_is_fetched_and_no_place_of_this_machine_enters(tmp_path: Path) -> None:
    found = pdf.to_pdf(PAGE)
    assert str(tmp_path.parent).encode() not in found
    assert b"file://" not in found


def test_no_chromium_is_said_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv(pdf.VARIABLE, raising=False)
    with pytest.raises(QuestionError, match="No Chromium") as error:
        pdf.to_pdf(PAGE)
    assert "chromium-browser" in str(error.value.facts["looked for"])
    assert "FLOWRISK_CHROMIUM" in error.value.remedy


def test_the_program_named_is_the_program_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = program(
        tmp_path, r'printf "%%PDF-1.4\n/CreationDate (D:20260101101010+00)\n%%%%EOF\n" > "$TARGET"'
    )
    monkeypatch.setenv(pdf.VARIABLE, made)
    assert pdf.to_pdf(PAGE) == b"%PDF-1.4\n/CreationDate (D:19800101000000+00)\n%%EOF\n"
    monkeypatch.setenv(pdf.VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(QuestionError, match="No Chromium") as error:
        pdf.browser()
    assert error.value.facts["looked for"] == str(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "script", ["exit 0", 'printf "%%PDF-1.4\n half" > "$TARGET"', 'echo "no display" >&2; exit 1']
)
def test_no_pdf_or_half_of_one_is_refused_with_what_was_said(
    script: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(pdf.VARIABLE, program(tmp_path, script))
    with pytest.raises(QuestionError, match="printed no PDF") as error:
        pdf.to_pdf(PAGE)
    assert error.value.facts["it said"] == ("no display" if "display" in script else "nothing")


def test_a_file_that_is_no_program_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "browser"
    path.write_bytes(b"\x7fELF nothing")
    path.chmod(0o755)
    monkeypatch.setenv(pdf.VARIABLE, str(path))
    with pytest.raises(QuestionError, match="printed no PDF") as error:
        pdf.to_pdf(PAGE)
    assert error.value.facts["it said"] == "Exec format error"


def test_a_browser_that_hangs_is_ended_with_its_children(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pid_file = tmp_path / "pid"
    made = program(tmp_path, f'sleep 600 & echo $! > "{pid_file}"; sleep 600')
    monkeypatch.setenv(pdf.VARIABLE, made)
    monkeypatch.setattr(pdf, "LIMIT_SECONDS", 1)
    began = time.monotonic()
    with pytest.raises(TimeoutError, match="in time"):
        pdf.to_pdf(PAGE)
    assert time.monotonic() - began < 20
    time.sleep(0.2)
    assert has_ended(int(pid_file.read_text()))


@pytest.mark.parametrize("given", ["soon", "1e5", "9" * 30])
def test_a_source_date_that_is_none_is_refused(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    with pytest.raises(QuestionError, match="no number of seconds"):
        files.reproducible_timestamp()


def test_a_date_before_the_archives_begin_is_their_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert files.reproducible_timestamp().isoformat() == "1980-01-01T00:00:00+00:00"

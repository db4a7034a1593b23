"""``flowrisk fetch``: what it prints, how it ends, and that nothing else uses the network."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loopback import (
    BLOCK_PAGE,
    CONTACT,
    NPORT_FOLDER,
    NPORT_PAGE,
    OTHER_PAGE,
    THIRTEEN_F_PAGE,
    Answer,
    Publisher,
    always,
    data_sets,
    file_of,
    nport_zip,
    page,
    zipped,
)
from paths import ROOT

from flowrisk.cli.commands.fetch import EPILOG

Within = Callable[..., Any]
ZIP = nport_zip(1_000_000)


@pytest.fixture
def fetch(publisher: Publisher, within: Within) -> Within:
    """Run the command against the publisher, with a contact."""

    def run(*words: str | Path) -> Any:
        return within("fetch", *words, "--base-url", publisher.url, "--contact", CONTACT)

    return run


def test_the_newest_quarter_comes_and_is_told(
    fetch: Within, publisher: Publisher, tmp_path: Path
) -> None:
    data_sets(publisher, **{"2026q1": nport_zip(10), "2026q2": ZIP})
    run = fetch("nport", "--format", "json")
    assert run.code == 0, run.err
    (row,) = json.loads(run.out)
    assert (row["file"], row["status"], row["bytes"]) == ("2026q2_nport.zip", "new", len(ZIP))
    assert Path(row["path"]).read_bytes() == ZIP
    assert Path(row["path"]).parent == tmp_path / "downloads"
    assert "2026q2_nport.zip (1.0 MB) from https://www.sec.gov/files/dera" in run.err
    assert "terms: US government work" in run.err
    again = fetch("nport", "2026q2", "--format", "json")
    assert json.loads(again.out)[0]["status"] == "unchanged"


def test_the_plan_alone_fetches_nothing(
    fetch: Within, publisher: Publisher, tmp_path: Path
) -> None:
    data_sets(publisher, **{"2026q1": nport_zip(10), "2026q2": ZIP})
    run = fetch("nport", "--since", "2026q1", "--dry-run", "--format", "json")
    assert [row["bytes"] for row in json.loads(run.out)] == [len(nport_zip(10)), len(ZIP)]
    assert not (tmp_path / "downloads").exists()


def test_what_there_is_is_listed_without_a_contact(within: Within) -> None:
    run = within("fetch", "--list", "--format", "json")
    assert run.code == 0
    rows = {row["source"]: row for row in json.loads(run.out)}
    assert rows["ishares"]["fetched_by"] == "you"
    assert rows["nport"]["fetched_by"] == "flowrisk"
    assert all(row["terms"] and row["checked_on"] for row in rows.values())


@pytest.mark.parametrize(
    ("answer", "code", "told", "requests"),
    [
        (always(403, BLOCK_PAGE), 4, "Wait ten minutes", 1),
        (always(200, BLOCK_PAGE), 4, "Wait ten minutes", 1),
        (always(200, OTHER_PAGE), 3, "web page, sent under the name of the file", 1),
        (always(200, ZIP[:-50]), 3, "damaged or cut off", 1),
        (always(404, OTHER_PAGE), 3, "There is no such file", 1),
        (always(302, b"", Location="https://evil.example/x.zip"), 3, "not asked", 1),
        (always(429, b"", Retry_After="900"), 4, "does not answer", 1),
        (file_of(ZIP, headers={"Content-Length": "5000000000"}), 3, "larger than such", 1),
    ],
)
def test_each_trap_ends_in_words_with_nothing_half_written(
    fetch: Within, publisher: Publisher, tmp_path: Path, answer: Answer, code: int, told: str,
    requests: int,
) -> None:  # fmt: skip
    data_sets(publisher, **{"2026q2": ZIP})
    path = f"{NPORT_FOLDER}/2026q2_nport.zip"

    def after_the_plan(handler: Any, count: int) -> None:
        (file_of(ZIP) if handler.command == "HEAD" else answer)(handler, count)

    publisher.answers[path] = after_the_plan
    run = fetch("nport")
    assert (run.code, run.out) == (code, "")
    assert told in run.err
    assert len(run.err.splitlines()) < 12
    assert len(publisher.got(path)) == requests
    assert not list((tmp_path / "downloads").iterdir())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "What is to be fetched?"), (("npor",), "nearest: nport"),
        (("ishares",), "are not fetched"), (("nport", "2026"), "is no period"),
        (("nport", "--as-of", "2026-01-01"), "--as-of goes with --fund"),
        (("nport", "--fund", "VTI", "--as-of", "soon"), "--as-of"),
        (("nport", "--format", "pdf"), "pdf"),
    ],
)  # fmt: skip
def test_a_call_that_cannot_be_meant_ends_with_2(
    fetch: Within, publisher: Publisher, words: tuple[str, ...], told: str
) -> None:
    data_sets(publisher, **{"2026q2": ZIP})
    run = fetch(*words)
    assert (run.code, run.out) == (2, "")
    assert told in run.err


def test_a_contact_is_needed_and_found_in_flag_variable_and_file(
    within: Within, publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_sets(publisher, **{"2026q2": ZIP})
    words = ("fetch", "nport", "--dry-run", "--base-url", publisher.url)
    refused = within(*words)
    assert (refused.code, refused.out) == (2, "")
    assert "FLOWRISK_CONTACT" in refused.err
    assert not publisher.asked
    (tmp_path / "flowrisk.toml").write_text('contact = "File file@example.org"\n', "utf-8")
    assert within(*words).code == 0
    monkeypatch.setenv("FLOWRISK_CONTACT", "Variable variable@example.org")
    assert within(*words).code == 0
    assert within(*words, "--contact", "Flag flag@example.org").code == 0
    asked = [each.headers["User-Agent"].split()[0] for each in publisher.asked]
    assert list(dict.fromkeys(asked)) == ["File", "Variable", "Flag"]
    # the same file stays usable for every other command
    assert within("scenario", "--securities", "MSTR").code == 0


def test_above_a_gigabyte_somebody_has_to_agree(
    fetch: Within, publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flowrisk.download.run.LARGE_BYTES", 1000)
    data_sets(publisher, **{"2026q2": ZIP})
    refused = fetch("nport")
    assert refused.code == 2
    assert "--yes" in refused.err
    assert not (tmp_path / "downloads").exists()
    assert fetch("nport", "--yes").code == 0


def test_what_was_fetched_is_read_and_its_source_says_so(
    fetch: Within, within: Within, publisher: Publisher, tmp_path: Path
) -> None:
    made = tmp_path / "quarter"
    subprocess.run([sys.executable, ROOT / "benchmarks/generate_quarter.py", made, "--holdings",
                    "300", "--funds", "3"], check=True, capture_output=True)  # fmt: skip
    with zipfile.ZipFile(tmp_path / "q.zip", "w") as packed:
        for table in sorted(made.rglob("*.tsv")):
            packed.write(table, table.name)
    data_sets(publisher, **{"2026q2": (tmp_path / "q.zip").read_bytes()})
    assert fetch("nport").code == 0
    assert within("init", "mine").code == 0
    read = within("ingest", "nport", "downloads/2026q2_nport.zip", "--data", "mine")
    assert read.code == 0, read.err
    rows = within("query", "select count(*) as n from staging.fund_reports where source like "
                  "'%fetched from https://www.sec.gov/files/dera/%2026q2_nport.zip on 2%'",
                  "--data", "mine", "--format", "json")  # fmt: skip
    assert json.loads(rows.out)[0]["n"] == 3


def test_the_examples_of_the_help_run(fetch: Within, publisher: Publisher) -> None:
    sys.path.insert(0, str(ROOT / "tests/download"))
    from test_filings import NEWEST, publish

    publish(publisher, NEWEST)
    data_sets(publisher, **{"2026q2": ZIP})
    name = "01jun2026-31aug2026_form13f.zip"
    publisher.answers[THIRTEEN_F_PAGE] = always(200, page(f"/files/{name}"))
    publisher.serve(f"/files/{name}", zipped("SUBMISSION", "INFOTABLE"))
    lines = [line.strip() for line in EPILOG.splitlines() if "flowrisk fetch" in line]
    assert len(lines) >= 3
    for line in lines:
        run = fetch(*shlex.split(line)[2:])
        assert run.code == 0, run.err
        assert run.out


@pytest.mark.slow
def test_a_fetch_that_is_killed_goes_on_where_it_stopped(
    flowrisk: Callable[..., Any], publisher: Publisher, tmp_path: Path
) -> None:
    whole = nport_zip(4_000_000)
    data_sets(publisher, **{"2026q2": whole})
    path = f"{NPORT_FOLDER}/2026q2_nport.zip"
    words = ["fetch", "nport", "--base-url", publisher.url, "--contact", CONTACT,
             "--to", str(tmp_path / "d")]  # fmt: skip
    running: list[subprocess.Popen[bytes]] = []

    def kill_midway(handler: Any, count: int) -> None:
        if handler.command == "HEAD" or count > 1:
            file_of(whole, etag='"1"')(handler, count)
            return
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(whole)))
        handler.send_header("ETag", '"1"')
        handler.end_headers()
        handler.wfile.write(whole[:2_000_000])
        handler.wfile.flush()
        part = tmp_path / "d/2026q2_nport.zip.part"
        while not part.exists() or part.stat().st_size < 1_000_000:
            pass
        running[0].kill()
        handler.close_connection = True

    publisher.answers[path] = kill_midway
    running.append(subprocess.Popen([sys.executable, "-m", "flowrisk", *words],
                                    env={"PYTHONPATH": str(ROOT), "PATH": ""}))  # fmt: skip
    assert running[0].wait(timeout=60) != 0
    assert {each.name for each in (tmp_path / "d").iterdir()} == {
        "2026q2_nport.zip.part", "2026q2_nport.zip.part.json"
    }  # fmt: skip
    run = flowrisk(*words)
    assert run.code == 0, run.err
    assert publisher.got(path)[-1].headers["Range"].startswith("bytes=")
    assert (tmp_path / "d/2026q2_nport.zip").read_bytes() == whole


def test_the_page_of_the_data_sets_may_be_the_page_of_a_block(
    fetch: Within, publisher: Publisher
) -> None:
    publisher.answers[NPORT_PAGE] = always(200, BLOCK_PAGE)
    assert fetch("nport").code == 4
    publisher.answers[NPORT_PAGE] = always(200, OTHER_PAGE)
    run = fetch("nport")
    assert run.code == 3
    assert "last checked on" in run.err

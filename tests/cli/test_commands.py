"""What the commands print, where, and that they print the same again."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from paths import ROOT

from flowrisk.__main__ import app

COMMANDS = {str(command.name): command for command in app.registered_commands}
EXAMPLES = [
    line.strip()
    for command in COMMANDS.values()
    for line in str(command.epilog).splitlines()
    if re.match(r"\s+(flowrisk|echo)\b", line)
]
# files or whole listings of the user's own: no sample of ours can stand for them
# or a publisher that stands for the SEC: tests/cli/test_fetch.py
OF_OWN_FILES = ("flowrisk ingest", "--leave-one-out", "flowrisk fetch nport", "flowrisk fetch 13f")
ENDLESS = "with recursive t as (select 1 as a union all select a + 1 from t) select count(*) from t"
HEAVY = ("duckdb", "polars", "numpy", "rich", "jinja2")
Flowrisk = Callable[..., Any]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_the_same_question_gives_the_same_bytes_from_anywhere(
    form: str, flowrisk: Flowrisk
) -> None:
    first = flowrisk("scenario", "--format", form)
    again = flowrisk("scenario", "--format", form, cwd=Path("/"))
    assert (first.code, again.code) == (0, 0)
    assert first.out == again.out
    assert first.out


def test_the_table_carries_the_headline(flowrisk: Flowrisk) -> None:
    run = flowrisk("scenario", "--providers", "msci,all")
    row = next(line for line in run.out.splitlines() if line.startswith("Strategy"))
    assert row.split()[1:] == ["MSTR", "msci", "$2.80bn", "calibrated", "$2.60bn", "(1.57–3.89)",
                               "$486m", "5.3"]  # fmt: skip
    below = run.out.splitlines()[run.out.splitlines().index(row) + 1]
    assert below.split() == ["all", "$8.80bn", "calibrated", "≥", "$7.89bn", "(6.37–9.98)",
                             "$4.37bn", "16.7", "+$6.00bn"]  # fmt: skip
    assert "warning: holdings_are_fresh" in run.err
    assert "\x1b" not in run.out + run.err


def test_the_data_forms_carry_the_same_rows(flowrisk: Flowrisk, tmp_path: Path) -> None:
    outputs = [tmp_path / f"x.{suffix}" for suffix in ("csv", "json", "jsonl", "parquet")]
    words = [word for path in outputs for word in ("-o", path)]
    run = flowrisk("scenario", "-s", "MSTR", "--format", "csv", *words)
    assert run.code == 0
    assert all(f"written: {path}" in run.err for path in outputs)
    rows = list(csv.DictReader(io.StringIO(run.out)))
    whole = json.loads(outputs[1].read_text("utf-8"))
    assert (tmp_path / "x.csv").read_text("utf-8") == run.out
    assert [json.loads(line) for line in outputs[2].read_text("utf-8").splitlines()] == (
        whole["outflows"])  # fmt: skip
    assert [float(row["outflow_usd"]) for row in rows] == (
        [row["outflow_usd"] for row in whole["outflows"]])  # fmt: skip
    assert all(not isinstance(v, str) or "bn" not in v for v in whole["outflows"][0].values())


@pytest.mark.parametrize(
    "words",
    [
        ("scenario", "-q"),
        ("scenario", "--data", "D", "-p", "msci", "-q"),
        ("scenario", "--providers=msci", "-q", "--data=D"),
    ],
)  # fmt: skip
def test_options_may_stand_anywhere_after_the_command(
    words: tuple[str, ...], flowrisk: Flowrisk, small: Path
) -> None:
    given = [word.replace("D", str(small)) if word in {"D", "--data=D"} else word for word in words]
    run = flowrisk(*given)
    assert run.code == 0, run.err
    assert run.out.startswith("As of 2025-11-20")


def test_quiet_says_nothing_beside_the_result_and_verbose_says_more(flowrisk: Flowrisk) -> None:
    quiet = flowrisk("scenario", "-s", "MSTR", "-q")
    verbose = flowrisk("scenario", "-s", "MSTR", "-v")
    assert quiet.err == ""
    # what is told in more detail is two lines more of the table's notes, nothing else
    more = [line for line in verbose.out.splitlines() if line not in quiet.out.splitlines()]
    assert [line for line in verbose.out.splitlines() if line not in more] == quiet.out.splitlines()
    assert [line.partition(" (")[0] for line in more] == ["Strategy, bounds of the price impact"]
    assert "note:" not in quiet.out
    assert "note: observed = " in verbose.err
    assert "note: ratios_are_independent" in verbose.err


@pytest.mark.parametrize(
    ("words", "env", "is_colored"),
    [
        (("--color", "always"), {}, True), (("--color", "never"), {}, False), ((), {}, False),
        (("--color", "auto"), {"NO_COLOR": "1"}, False),
    ],
)  # fmt: skip
def test_color(
    words: tuple[str, ...],
    env: dict[str, str],
    *,
    is_colored: bool,
    flowrisk: Flowrisk,
    small: Path,
) -> None:
    run = flowrisk("scenario", "-p", "mcsi", "--data", small, *words, env=env)
    assert ("\x1b[" in run.err) == is_colored


@pytest.mark.parametrize(
    "example",
    [line for line in EXAMPLES if not any(words in line for words in OF_OWN_FILES)],
)
def test_examples_of_the_help_run(example: str, tmp_path: Path) -> None:
    command = f'flowrisk() {{ {shlex.quote(sys.executable)} -m flowrisk "$@"; }}\n'
    prepared = "" if "flowrisk init" in example else "flowrisk init my-data >&2\n"
    needs_data = "my-data" in example
    script = f"set -e\n{command}{prepared if needs_data else ''}{example}\n"
    done = subprocess.run(["/bin/sh", "-c", script], env=environment(), cwd=tmp_path,
                          capture_output=True, text=True, timeout=120, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout or list(tmp_path.iterdir())


def test_an_example_of_own_listings_says_what_is_missing_without_them(
    within: Callable[..., Any], tmp_path: Path
) -> None:
    (example,) = [line for line in EXAMPLES if "--leave-one-out" in line]
    assert within("init", "my-data", cwd=tmp_path).code == 0
    run = within(*example.split()[1:], cwd=tmp_path)
    assert (run.code, run.out) == (3, "")
    assert "whole listings" in run.err


def test_every_command_has_three_examples() -> None:
    for name in COMMANDS:
        own = [line for line in EXAMPLES if re.search(rf"\bflowrisk {name}\b", line)]
        assert len(own) >= 3, name


@pytest.mark.parametrize("words", [["--help"], ["scenario", "--help"], ["query", "-h"]])
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    script = (
        "import sys, atexit, os\n"
        "real = os._exit\n"
        f"def leave(code):\n    loaded = [m for m in {HEAVY!r} if m in sys.modules]\n"
        "    sys.stderr.write(','.join(loaded))\n"
        "    sys.stderr.flush(); real(code)\n"
        "os._exit = leave\n"
        f"sys.argv = ['flowrisk', *{words!r}]\n"
        "from flowrisk.__main__ import main\nmain()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], env=environment(), capture_output=True,
                          text=True, timeout=60, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout
    assert done.stderr == ""


def test_version_names_what_answers(flowrisk: Flowrisk) -> None:
    run = flowrisk("--version")
    assert re.fullmatch(r"flowrisk [\d.]+ \(duckdb [\d.]+, polars [\d.]+\)\n", run.out)


def test_the_shell_gets_completions() -> None:
    env = {"_FLOWRISK_COMPLETE": "complete_bash", "COMP_WORDS": "flowrisk scenario --providers na",
           "COMP_CWORD": "3"}  # fmt: skip
    script = "from flowrisk.__main__ import app; app(prog_name='flowrisk')"
    done = subprocess.run([sys.executable, "-c", script], env={**environment(), **env},
                          capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert done.stdout.split() == ["nasdaq"], done.stderr


def test_settings_of_environment_and_working_folder_and_their_winner(
    flowrisk: Flowrisk, small: Path, tmp_path: Path
) -> None:
    (tmp_path / "flowrisk.toml").write_text(f'data = "{small}"\nparticipation = 0.5\n')

    def origin(*words: str, env: dict[str, str] | None = None) -> tuple[float, str]:
        run = flowrisk("scenario", "-p", "msci", "--format", "json", *words, cwd=tmp_path, env=env)
        assert json.loads(run.out)["dataset"]["path"] == str(small)
        found = json.loads(run.out)["assumptions"]["participation_ratio"]
        return found["value"], found["set_by"]

    assert origin() == (0.5, "flowrisk.toml of the working folder")
    env = {"FLOWRISK_PARTICIPATION": "0.4"}
    assert origin(env=env) == (0.4, "FLOWRISK_PARTICIPATION")
    assert origin("--participation", "0.3", env=env) == (0.3, "--participation")


def test_the_data_folder_of_the_environment(flowrisk: Flowrisk, small: Path) -> None:
    env = {"FLOWRISK_DATA": str(small)}
    run = flowrisk("scenario", "-p", "msci", env=env)
    assert f"dataset {small.name}" in run.out


def test_query_reads_arguments_files_and_stdin(flowrisk: Flowrisk, tmp_path: Path) -> None:
    sql = "select count(*) as n from marts.outflows where scenario_id = 'msci'"
    (tmp_path / "q.sql").write_text(sql)
    found = [flowrisk("query", sql, "--format", "csv"),
             flowrisk("query", "--file", tmp_path / "q.sql", "-f", "csv"),
             flowrisk("query", "-", "--format", "csv", stdin=sql)]  # fmt: skip
    assert {run.out for run in found} == {"n\n24\n"}


def test_query_says_which_views_no_book_fills(flowrisk: Flowrisk, tmp_path: Path) -> None:
    book = tmp_path / "book.csv"
    book.write_text("portfolio,identifier,shares,index\nWorld fund,MSTR,1,msci-world\n")
    sql = "select count(*) as n from marts.book"
    said = "note: marts.book has no rows without --book FILE"
    bare, filled = flowrisk("query", sql), flowrisk("query", sql, "--book", book)
    assert (bare.out.split()[-1], said in bare.err) == ("0", True)
    assert (filled.out.split()[-1], said in filled.err) == ("2", False)
    assert said in flowrisk("shell", stdin=f"{sql};").err
    assert said not in flowrisk("query", "select 1 as marts_book").err


def test_query_says_what_it_cut_and_gives_all_to_a_pipe(flowrisk: Flowrisk) -> None:
    cut = flowrisk("query", "select * from range(600)", "--limit", "3", "--format", "csv")
    assert (len(cut.out.splitlines()), "cut after 3 rows" in cut.err) == (4, True)
    whole = flowrisk("query", "select * from range(600)", "--format", "csv")
    assert (len(whole.out.splitlines()), whole.err) == (601, "")


def test_tables_lists_and_describes(flowrisk: Flowrisk) -> None:
    assert "marts.outflows" in flowrisk("tables").out
    described = flowrisk("tables", "outflows").out
    assert described.startswith("marts.outflows: ")
    assert "example: flowrisk query " in described
    wrong = flowrisk("tables", "marts.outflow")
    assert (wrong.code, wrong.out) == (2, "")
    assert "nearest: marts.outflows" in wrong.err


def start(*words: str, **pipes: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "flowrisk", *words], env=environment(),
                            **pipes)  # fmt: skip


@pytest.mark.parametrize("words", [("scenario", "--format", "json"), ("scenario", "--help")])
def test_a_reader_that_has_had_enough_is_no_error(words: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = start(*words, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"Traceback" not in err
    assert b"error" not in err


def test_an_interrupted_query_ends_with_130() -> None:
    process = start("query", ENDLESS, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(2.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err
    assert b"own account" not in err


@pytest.mark.parametrize("command", [("scenario",), ("--help",)])
def test_a_full_disk_is_said_in_words(command: tuple[str, ...]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this machine has no /dev/full")
    with Path("/dev/full").open("wb") as full:
        process = start(*command, stdout=full, stderr=subprocess.PIPE)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert b"No space left" in err
    assert b"Traceback" not in err
    assert b"own account" not in err


@pytest.mark.parametrize("closed", [">&-", "2>&-"])
def test_a_closed_stream_is_no_traceback(closed: str, tmp_path: Path) -> None:
    command = f"exec {shlex.quote(sys.executable)} -m flowrisk scenario -s MSTR {closed}"
    done = subprocess.run(["/bin/sh", "-c", command], env=environment(), cwd=tmp_path,
                          capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert "Traceback" not in done.stderr
    assert "warning" not in done.stdout
    assert done.returncode in {0, 2}

"""Every example of docs/query.md runs as it is printed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MANUAL = (ROOT / "docs/query.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ flowrisk (.*)$", MANUAL, re.MULTILINE)
PROGRAMS = re.findall(r"^```python\n(.*?)^```", MANUAL, re.MULTILINE | re.DOTALL)


def run(words: list[str], folder: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], cwd=folder, input=stdin, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False, timeout=60,
    )  # fmt: skip


def flowrisk(folder: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return run(["-m", "flowrisk", *words], folder, stdin)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands(command: str, tmp_path: Path) -> None:
    done = flowrisk(tmp_path, *shlex.split(command))
    assert done.returncode == 0, done.stderr
    assert done.stdout or [path for path in tmp_path.iterdir() if path.stat().st_size]


@pytest.mark.parametrize("program", PROGRAMS)
def test_programs(program: str, tmp_path: Path) -> None:
    done = run(["-c", program], tmp_path)
    assert done.returncode == 0, done.stderr
    assert "read parquet" in done.stdout


def test_a_script_in_a_pipe_is_answered_statement_by_statement(tmp_path: Path) -> None:
    script = ".format csv\n.param t=MSTR\nselect 1 as a; select $t as b\n;\nselect ';' as c"
    done = flowrisk(tmp_path, "shell", stdin=script)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "a\n1\nb\nMSTR\nc\n;\n"


def test_a_script_that_fails_prints_nothing_and_says_where(tmp_path: Path) -> None:
    done = flowrisk(tmp_path, "shell", stdin="select 1;\nselect tikker from marts.outflows;")
    assert (done.returncode, done.stdout) == (2, "")
    assert "nearest: ticker" in done.stderr


@pytest.mark.parametrize(("script", "code"), [("", 0), (".quit\nselect x;", 0), (".nothing", 2)])
def test_a_shell_without_a_terminal_ends(script: str, code: int, tmp_path: Path) -> None:
    done = flowrisk(tmp_path, "shell", stdin=script)
    assert (done.returncode, done.stdout) == (code, "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["select 1", "--format", "json", "-o", "x.csv"], "names csv, not json"),
        (["select 1", "-o", "x.doc"], "names no format"),
        (["select 1", "--limit", "-2"], "negative"),
        (["select $a", "--param", "a:date=x"], "not of its type"), ([], "Give the SQL once"),
        (["-f", "nowhere.sql"], "cannot be read"),
    ],
)  # fmt: skip
def test_bad_input_is_a_question_error(words: list[str], said: str, tmp_path: Path) -> None:
    done = flowrisk(tmp_path, "query", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert not list(tmp_path.iterdir())


def test_what_is_cut_is_said_and_counted(tmp_path: Path) -> None:
    done = flowrisk(tmp_path, "query", "from range(9)", "--limit", "3", "--format", "csv")
    assert done.stdout == "range\n0\n1\n2\n"
    assert "cut after 3 rows; --limit -1 gives all" in done.stderr

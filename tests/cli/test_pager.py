"""A person at a terminal gets fitted tables, colours and a pager; a pipe gets what it ever got."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from typing import TYPE_CHECKING

import pytest
from paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

TABLE = ("tables", "marts.outflows")


def at_terminal(*words: str | Path, columns: int = 80, lines: int = 500, **env: str) -> str:
    """Return what a command shows on a terminal of this size."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    unset = ("FLOWRISK_", "COLUMNS", "NO_COLOR", "FORCE_COLOR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(unset)}
    given = {**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm", **env}
    running = subprocess.Popen(
        [sys.executable, "-m", "flowrisk", *map(str, words)],
        env=given, stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:
        pass  # the end of a terminal is an error on Linux
    os.close(ours)
    assert running.wait(120) == 0
    return shown.decode().replace("\r\n", "\n")


def test_a_table_fits_and_a_total_is_bold(small: Path) -> None:
    shown = at_terminal("scenario", "-q", "--data", small, columns=72)
    plain = shown.replace("\x1b[0m", "").replace("\x1b[1m", "").replace("\x1b[2m", "")
    assert all(len(line) <= 72 for line in plain.replace("\x1b[33m", "").splitlines())
    assert "\x1b[1mBasket" in shown
    assert "no room for: " in plain
    assert "\x1b" not in at_terminal("scenario", "-q", "--data", small, NO_COLOR="1")
    assert "\x1b" not in at_terminal("scenario", "-q", "--data", small, "--color", "never")


@pytest.mark.parametrize(
    ("words", "env", "is_paged"),
    [
        ((), {"PAGER": "sed s/^/paged:/"}, True),
        (("--no-pager",), {"PAGER": "sed s/^/paged:/"}, False),
        ((), {"PAGER": ""}, False), ((), {"PAGER": "no-such-pager"}, False),
        ((), {"PAGER": "'"}, False),
    ],
)  # fmt: skip
def test_a_long_table_goes_through_the_pager(
    words: tuple[str, ...], env: dict[str, str], *, is_paged: bool
) -> None:
    shown = at_terminal(*TABLE, *words, lines=10, **env)
    assert ("paged:marts.outflows" in shown) == is_paged
    assert "days_to_sell" in shown


def test_a_pager_that_is_left_early_is_no_error() -> None:
    assert "marts.outflows" in at_terminal(*TABLE, lines=10, PAGER="head -n 1")


def test_a_short_table_needs_no_pager() -> None:
    assert "paged:" not in at_terminal("list", "providers", PAGER="sed s/^/paged:/")


def test_a_pipe_gets_the_same_bytes_whatever_the_terminal(
    flowrisk: Callable[..., Run], small: Path
) -> None:
    words = ("scenario", "-q", "--data", small)
    plain = flowrisk(*words).out
    for env in ({"FORCE_COLOR": "1"}, {"COLUMNS": "20"}, {"PAGER": "sed s/^/paged:/"}):
        assert flowrisk(*words, env=env).out == plain
    colored = flowrisk(*words, "--color", "always").out
    assert "\x1b[1mBasket" in colored


def test_rows_of_foreign_sql_steer_no_terminal(small: Path) -> None:
    sql = "select chr(27) || '[31mred' as a, repeat('long ', 40) as b, 1 as n"
    for isolated in ((), ("--isolated",)):
        shown = at_terminal("query", sql, "--data", small, *isolated, "--color", "always")
        assert "\x1b" not in shown
        assert all(len(line) <= 80 for line in shown.splitlines())


def test_rows_stand_as_blocks_where_asked(flowrisk: Callable[..., Run], small: Path) -> None:
    said = flowrisk("scenario", "-q", "--data", small, "-p", "msci", "-f", "vertical").out
    assert "-- Basket" in said
    assert "\nown estimate (low–high)" in said
    rows = flowrisk("query", "select 1 as a, null as b", "--data", small, "-f", "vertical").out
    assert rows == "-- 1 of 1\na  1\nb\n"

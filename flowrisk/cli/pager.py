"""What a person at a terminal gets: tables in its width and colours, long ones through a pager.

What goes through a pipe or into a file is none of this module's: it stays as it is.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from flowrisk.cli import diagnostics
from flowrisk.cli.diagnostics import reporter
from flowrisk.errors import printable_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import polars as pl

    from flowrisk.export.terminal import Terminal

_NO_LIMIT = 100_000
# quit where all of it fits a screen, let colours through, leave it on the screen
_LESS = {"LESS": "FRX", "LESSCHARSET": "utf-8"}


def is_terminal() -> bool:
    """Whether a person reads stdout."""
    return sys.stdout is not None and sys.stdout.isatty()


def terminal() -> Terminal | None:
    """Return how a table is to be laid out on stdout; None where it is to stay as it is."""
    is_read = is_terminal()
    if not is_read and reporter.color != "always":
        return None
    from flowrisk.export.terminal import Terminal

    columns = shutil.get_terminal_size().columns if is_read else _NO_LIMIT
    return Terminal(columns, is_colored=reporter.wants_color(is_terminal=is_read))


def show_text(lines: Iterable[str], plain: bytes) -> None:
    """Print what a command says: fitted where a person reads it, else as it is.

    Raises: QuestionError if stdout cannot take it.
    """
    screen = terminal()
    if screen is None:
        diagnostics.emit(plain)
        return
    from flowrisk.export import terminal as laid

    _show(laid.text(lines, screen))


def show_rows(frame: pl.DataFrame, *, head: str = "", tail: str = "") -> None:
    """Print a frame as a table, with text of ours above and below it.

    Raises: QuestionError if stdout cannot take it.
    """
    from flowrisk.export import tables
    from flowrisk.export import terminal as laid

    screen = terminal()
    if screen is None:
        diagnostics.emit((head + tables.rows_table(frame) + tail).encode())
        return
    above, below = (laid.text(each.splitlines(), screen) if each else "" for each in (head, tail))
    _show(above + laid.rows(frame, screen) + below)


def renderer(form: str) -> Callable[[pl.DataFrame], bytes]:
    """Return what makes rows ready for stdout: a table fitted where a person reads it, without
    colours of ours, so that whatever made the rows can be kept from steering the terminal."""
    from flowrisk.export import formats
    from flowrisk.export import terminal as laid

    screen = terminal() if form == "table" else None
    if screen is None:
        return functools.partial(formats.frame_bytes, form=form)
    return functools.partial(laid.row_bytes, terminal=replace(screen, is_colored=False))


def show_rendered(content: bytes, form: str) -> None:
    """Print what ``renderer`` made.

    Raises: QuestionError if stdout cannot take it.
    """
    if form != "table" or not is_terminal():
        diagnostics.emit(content, form)
        return
    _show(printable_lines(content.decode()))


def _show(text: str) -> None:
    """Print what is laid out: through the pager where it is longer than the screen."""
    words = _pager(text)
    if words is None or not _paged(words, text.encode()):
        diagnostics.emit_laid(text.encode())


def _pager(text: str) -> list[str] | None:
    """Return the command that shows a long text; None where none is wanted or there is none."""
    wanted = os.environ.get("PAGER", "less")
    is_short = text.count("\n") < shutil.get_terminal_size().lines
    if is_short or reporter.is_unpaged or not wanted.strip() or not is_terminal():
        return None
    with contextlib.suppress(ValueError):
        words = shlex.split(wanted)
        return words if words and shutil.which(words[0]) else None
    return None


def _paged(words: list[str], content: bytes) -> bool:
    """Return whether a pager took the text; leaving it early, or with Ctrl-C, is no error."""
    try:
        running = subprocess.Popen(  # noqa: S603 - the pager that the user names
            words, stdin=subprocess.PIPE, env={**_LESS, **os.environ}
        )
    except OSError:
        return False
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        running.communicate(content)
    while running.poll() is None:
        with contextlib.suppress(KeyboardInterrupt):
            running.wait()
    return True

"""A line on the terminal while work takes longer than a second; never anywhere else."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flowrisk.cli import diagnostics
from flowrisk.cli.diagnostics import reporter
from flowrisk.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowrisk.ingest.summary import Progress


_SILENT_S, _EVERY_S = 1.0, 0.5
_ERASE = "\r\033[K"


@contextmanager
def shown(what: str) -> Iterator[None]:
    """Say on a terminal what takes long and for how many seconds, and erase it in the end."""
    if reporter.is_quiet or sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    is_over = threading.Event()
    teller = threading.Thread(target=_tell, args=(what, is_over), daemon=True)
    teller.start()
    try:
        yield
    finally:
        is_over.set()
        teller.join()


def _tell(what: str, is_over: threading.Event) -> None:
    started, wait_s, last = time.monotonic(), _SILENT_S, ""
    while not is_over.wait(wait_s):
        last, wait_s = f"{_ERASE}{what} … {time.monotonic() - started:.0f} s", _EVERY_S
        sys.stderr.write(last)
        sys.stderr.flush()
    if last:
        sys.stderr.write(_ERASE)
        sys.stderr.flush()


_QUIET_S = 1.0
_BAR_EVERY_S = 0.2
_MEGABYTE = 1e6


class _Bar:
    """One line of progress on a terminal, for work over a second."""

    def __init__(self) -> None:
        self.started = self.shown = time.monotonic()
        self.is_shown = False

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        is_due = now - self.started > _QUIET_S and now - self.shown > _BAR_EVERY_S
        if not is_due or diagnostics.reporter.is_quiet or sys.stderr is None:
            return
        if not sys.stderr.isatty():
            return
        self.shown, self.is_shown = now, True
        done_mb = progress.byte_count / _MEGABYTE
        share = progress.byte_count / progress.total_byte_count if progress.total_byte_count else 0
        sys.stderr.write(
            f"\r{printable(progress.stage):<24.24} {share:>4.0%} {progress.row_count:>12,} rows "
            f"{done_mb / (now - self.started):>7.1f} MB/s"
        )
        sys.stderr.flush()

    def close(self) -> None:
        """Clear the line."""
        if self.is_shown:
            sys.stderr.write("\r" + " " * 70 + "\r")

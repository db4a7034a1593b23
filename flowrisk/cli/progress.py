"""A line on the terminal while work takes longer than a second; never anywhere else."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flowrisk.cli.diagnostics import reporter

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

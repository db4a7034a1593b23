"""A dataset as a thing that is written: one writer at a time, whole states only.

**What a reader sees.** A dataset is ``NAME.parquet`` tables and one file a month,
``holdings/as_of_month=YYYY-MM/part-0.parquet``, sorted by security_id and fund_id. A position
counts only where ``fund_reports`` lists its fund and day. So an ingest publishes in this order,
each step one atomic rename over the file before it:

1. reference tables (securities, security_identifiers, funds, …): rows nothing refers to yet;
2. the months: new positions of a report not yet listed are invisible; an amended report changes
   as a whole, because it lies in one month and a month is one file;
3. ``fund_reports`` last: all new reports become visible together.

After every single rename the folder is a whole dataset made of whole reports: never both versions
of a report, never half of one. No reader takes a lock or waits. (A month that another program wrote
as several files becomes one file on the way, in one rename and some removals: the only step that is
not a single rename.)

**What a crash leaves.** Everything is first written to ``.ingest/staged-N/`` and synced; then
``.ingest/journal.json`` names the renames to come, and its own rename is the point of no return.
Killed before: the dataset is as it was, and the next ingest sweeps the staging away. Killed after:
the next ingest first finishes the renames of the journal (each can be repeated), so an ingest
happened wholly or not at all. ``*.parquet`` and ``as_of_month=*`` never match inside ``.ingest``.

**What an open reader sees.** A file already open stays as it was: a rename gives the name to a new
file. Each file replaced is kept in ``.ingest/superseded/`` (a hard link, no copy) until the next
ingest publishes, so that no new file can pass for it. A reader that opens a file more than once
(DuckDB reads the footer when it binds and the rows when it runs) notes name, inode, size and mtime
of its files before it binds and after its last read: where they differ, an ingest published
meanwhile, and it asks again.

**Content addresses.** A report carries the SHA-256 of its source file (``fund_reports.
file_digest``); a month carries the digest of its rows in the footer (``flowrisk.content_digest``).
What would not change is not written: the same file twice changes no byte.

A month of 20 million rows is one file of some 300 MiB, rewritten in some ten seconds when a report
of that month arrives; ingest files of one month together.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flowrisk.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ".ingest"
JOURNAL = "journal.json"
SUPERSEDED = "superseded"
_STAGED = "staged"
_PART = "part-0.parquet"
_POLL_SECONDS = 0.1

Step = Callable[[str], None]
"""Told the name of each step of a publication before it is taken."""


@dataclass(slots=True)
class Staging:
    """What one ingest is about to publish: written aside, nothing visible yet."""

    data: Path
    folder: Path
    _moves: dict[str, list[str]] = field(default_factory=dict)

    def table(self, name: str) -> Path:
        """Return where to write the new ``NAME.parquet``; it is published in ``publish``."""
        self._moves[f"{name}.parquet"] = []
        return self.folder / f"{name}.parquet"

    def month(self, month: str) -> Path:
        """Return where to write the new file of a month, ``YYYY-MM``."""
        place = f"holdings/as_of_month={month}"
        others = [path.name for path in month_files(self.data, month) if path.name != _PART]
        self._moves[f"{place}/{_PART}"] = [f"{place}/{name}" for name in others]
        path = self.folder / place / _PART
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def publish(self, *, before_step: Step = lambda _: None) -> list[str]:
        """Make everything staged visible and return the paths changed, in order.

        Args:
            before_step: called with the name of each step before it is taken; what it raises
                leaves a state that the next ingest completes or sweeps away.
        """
        if not self._moves:
            return []
        names = sorted(self._moves, key=_publication_order)
        for name in names:
            _sync(self.folder / name)
        shutil.rmtree(self.data / FOLDER / SUPERSEDED, ignore_errors=True)
        journal = {
            "staged": self.folder.name,
            "moves": [{"path": name, "replaces": self._moves[name]} for name in names],
        }
        before_step("journal")
        _write_whole(self.data / FOLDER / JOURNAL, json.dumps(journal, indent=1))
        _finish(self.data, before_step)
        return names


def month_files(data: Path, month: str) -> list[Path]:
    """Return the files of a month in the dataset: one, unless another program wrote them."""
    return sorted((data / "holdings" / f"as_of_month={month}").glob("*.parquet"))


@contextmanager
def opened(
    data: Path, *, lock_timeout_seconds: float, waiting: Callable[[], None] = lambda: None
) -> Iterator[Staging]:
    """Lock a dataset for writing, finish or sweep what a killed ingest left, and stage a new one.

    The lock is the operating system's: it ends with its process, however that ends. Nothing is
    visible until ``publish``; leaving without it leaves the dataset as it was.

    Raises: DataError where another ingest holds the lock for longer than the timeout.
    """
    room = data / FOLDER
    room.mkdir(parents=True, exist_ok=True)
    with (room / "lock").open("a+", encoding="utf-8") as lock:
        _acquire(lock.fileno(), room / "lock", lock_timeout_seconds, waiting)
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        _finish(data, lambda _: None)
        for left in room.glob(f"{_STAGED}-*"):
            shutil.rmtree(left)
        staging = Staging(data, room / f"{_STAGED}-{os.getpid()}")
        staging.folder.mkdir()
        try:
            yield staging
        finally:
            if not (room / JOURNAL).exists():
                shutil.rmtree(staging.folder, ignore_errors=True)


def _acquire(
    descriptor: int, path: Path, timeout_seconds: float, waiting: Callable[[], None]
) -> None:
    deadline = time.monotonic() + timeout_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise DataError(
                    "Another ingest is writing to this dataset.",
                    facts={
                        "dataset": path.parent.parent,
                        "process": path.read_text(encoding="utf-8").strip() or "unknown",
                        "waited": f"{timeout_seconds:g} s",
                    },
                    remedy="Run again when it has finished; readers are not affected.",
                ) from None
            waiting()
            time.sleep(_POLL_SECONDS)
        else:
            return


def _publication_order(name: str) -> tuple[int, str]:
    if name == "fund_reports.parquet":
        return 2, name
    return (1, name) if "/" in name else (0, name)


def _finish(data: Path, before_step: Step) -> None:
    """Take the renames of the journal that are still to be taken, then forget the journal."""
    room = data / FOLDER
    if not (room / JOURNAL).exists():
        return
    journal = json.loads((room / JOURNAL).read_text(encoding="utf-8"))
    staged = room / journal["staged"]
    for move in journal["moves"]:
        before_step(move["path"])
        _replace(data, staged / move["path"], move["path"], move["replaces"])
    before_step("journal removed")
    (room / JOURNAL).unlink()
    _sync(room)
    shutil.rmtree(staged, ignore_errors=True)


def _replace(data: Path, staged: Path, name: str, replaces: list[str]) -> None:
    """Give the staged file its place; repeating it after a crash at any point is harmless.

    A month written by another program under another name is first replaced under that name, so
    that a reader's glob meets exactly one file of the month, then takes its own name.
    """
    target = data / name
    target.parent.mkdir(parents=True, exist_ok=True)
    for old in (name, *replaces):
        _keep(data, old)
    others = [data / old for old in replaces if (data / old).exists()]
    if staged.exists():
        if others and not target.exists():
            staged.replace(others[0])
        else:
            staged.replace(target)
    if others and not target.exists():
        others.pop(0).rename(target)
    for other in others:
        other.unlink(missing_ok=True)
    _sync(target.parent)


def _keep(data: Path, name: str) -> None:
    kept = data / FOLDER / SUPERSEDED / name
    if (data / name).exists() and not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        os.link(data / name, kept)


def _write_whole(path: Path, text: str) -> None:
    aside = path.with_suffix(".new")
    aside.write_text(text, encoding="utf-8")
    _sync(aside)
    aside.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

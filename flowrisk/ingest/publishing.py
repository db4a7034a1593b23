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

**Whose dataset it is.** Nothing in the folder is believed because it lies there: links are refused,
the journal must name parts of this dataset (``journal``), and what was written is recorded with its
digests in ``contents.json`` (``contents``): a part lost or changed later is noticed.

**Content addresses.** A report carries the SHA-256 of its source file (``fund_reports.
file_digest``); a month carries the digest of its rows in the footer (``flowrisk.content_digest``).
What would not change is not written: the same file twice changes no byte.

A month of 20 million rows is one file of some 300 MiB, rewritten in some ten seconds when a report
of that month arrives; ingest files of one month together.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flowrisk.dataset import contents
from flowrisk.errors import DataError
from flowrisk.ingest import journal as journals
from flowrisk.ingest.journal import FOLDER, JOURNAL, Journal, Move, sync, write_whole

if TYPE_CHECKING:
    from pathlib import Path

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
            sync(self.folder / name)
        shutil.rmtree(self.data / FOLDER / SUPERSEDED, ignore_errors=True)
        moves = tuple(Move(name, tuple(self._moves[name])) for name in names)
        for move in moves:
            for old in (move.path, *move.replaces):
                _keep(self.data, old)
        before_step("journal")
        journal = Journal(self.folder.name, moves)
        write_whole(self.data / FOLDER / JOURNAL, journal.written())
        _finish(self.data, before_step)
        return names


def month_files(data: Path, month: str) -> list[Path]:
    """Return the files of a month in the dataset: one, unless another program wrote them."""
    return sorted((data / "holdings" / f"as_of_month={month}").glob("[!.]*.parquet"))


@contextmanager
def opened(
    data: Path, *, lock_timeout_seconds: float, waiting: Callable[[], None] = lambda: None
) -> Iterator[Staging]:
    """Lock a dataset for writing, finish or sweep what a killed ingest left, and stage a new one.

    The lock is the operating system's: it ends with its process, however that ends. Nothing is
    visible until ``publish``; leaving without it leaves the dataset as it was.

    Raises: DataError where another ingest holds the lock for longer than the timeout, or something
        in the dataset is a link, a device or not of the format.
    """
    room = data / FOLDER
    data.mkdir(parents=True, exist_ok=True)
    journals.refuse_strange(data)
    room.mkdir(exist_ok=True)
    with os.fdopen(journals.open_lock(room / journals.LOCK), "rb") as lock:
        _acquire(lock.fileno(), room / journals.LOCK, lock_timeout_seconds, waiting)
        _sign(lock.fileno())
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


def _sign(descriptor: int) -> None:
    """Leave the number of this process in the lock, where this user may write to it."""
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)


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
                        "process": path.read_text(encoding="utf-8", errors="replace").strip()
                        or "unknown",
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
    journal = journals.read(data)
    if journal is None:
        return
    staged = room / journal.staged
    for move in journal.moves:
        before_step(move.path)
        _replace(data, staged / move.path, move)
    _record(data, journal)
    before_step("journal removed")
    (room / JOURNAL).unlink()
    sync(room)
    shutil.rmtree(staged, ignore_errors=True)


def _record(data: Path, journal: Journal) -> None:
    """Note what was written, so that it is missed where it is lost."""
    replaced = {name for move in journal.moves for name in move.replaces}
    known = {name: part for name, part in contents.read(data).items() if name not in replaced}
    here = [move.path for move in journal.moves if (data / move.path).exists()]
    known |= contents.measured(data, here)
    write_whole(data / contents.FILE, contents.written(known))


def _replace(data: Path, staged: Path, move: Move) -> None:
    """Give the staged file its place; repeating it after a crash at any point is harmless.

    A month written by another program under another name is first replaced under that name, so
    that a reader's glob meets exactly one file of the month, then takes its own name.
    """
    target = data / move.path
    target.parent.mkdir(parents=True, exist_ok=True)
    others = [data / old for old in move.replaces if (data / old).exists()]
    if staged.exists():
        if others and not target.exists():
            staged.replace(others[0])
        else:
            staged.replace(target)
    if others and not target.exists():
        others.pop(0).rename(target)
    for other in others:
        other.unlink(missing_ok=True)
    sync(target.parent)


def _keep(data: Path, name: str) -> None:
    """Keep a file that is about to be replaced: as a second name of it, or where the system allows
    none (the file is another user's, the disk knows no hard links), as a copy."""
    kept = data / FOLDER / SUPERSEDED / name
    if not (data / name).exists() or kept.exists():
        return
    with suppress(PermissionError):  # what another user keeps there is not ours to add to
        kept.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(data / name, kept)
        except OSError:
            shutil.copyfile(data / name, kept)

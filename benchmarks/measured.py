"""What a benchmark measures and how: whole cold processes or calls, in turn with their peers."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parents[1]
# a small process of its own starts the one measured: peaks are counted from the fork on
_WATCHED = """
import json, resource, subprocess, sys, time
started = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
seconds = time.perf_counter() - started
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""


class NotMeasuredError(Exception):
    """Raised with the reason where this machine cannot run a benchmark."""


@dataclass(frozen=True, slots=True)
class Used:
    """What one run took: wall and CPU seconds, and the peak of memory where it was a process."""

    seconds: float
    cpu_seconds: float
    peak_mib: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: medians over the runs.

    Args:
        ratio: of the seconds to those of the peer, run by run, the median of it.
        allowed: what the figure in words must stay under or over, such as ``≤ 1.6``.
    """

    benchmark: str
    what: str
    seconds: float
    peak_mib: float | None = None
    peer: str | None = None
    ratio: float | None = None
    allowed: str | None = None


def process(*arguments: str, cache: Path | None = None) -> Used:
    """Run one cold Python process and return what it took.

    Args:
        cache: the folder of results that it may read and keep; it computes all without one.

    Raises: subprocess.CalledProcessError if it fails.
    """
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    paths = [str(_ROOT), *filter(None, [environment.get("PYTHONPATH")])]
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED, sys.executable, *arguments],
        env=environment
        | {"PYTHONPATH": os.pathsep.join(paths), "FLOWRISK_CACHE": str(cache or "off")},
        check=True,
        capture_output=True,
    )
    return Used(*json.loads(done.stdout))


def call(act: Callable[[], object]) -> Used:
    """Return what one call in this process took."""
    started, cpu_started = time.perf_counter(), time.process_time()
    act()
    return Used(time.perf_counter() - started, time.process_time() - cpu_started)


def in_turn(
    acts: Mapping[str, Callable[[], Used]], runs_count: int, *, is_warmed: bool = True
) -> dict[str, list[Used]]:
    """Run all of them in turn (A B A B …), so that a drifting machine moves each alike."""
    if is_warmed:
        for act in acts.values():
            act()
    runs = [{name: act() for name, act in acts.items()} for _ in range(runs_count)]
    return {name: [run[name] for run in runs] for name in acts}


def row(
    benchmark: str,
    what: str,
    runs: Sequence[Used],
    *,
    peer: str | None = None,
    of_peer: Sequence[Used] = (),
    allowed: str | None = None,
) -> Row:
    """Return the line of these runs, beside those of a peer where one is given."""
    peaks = [used.peak_mib for used in runs if used.peak_mib is not None]
    ratios = [a.seconds / b.seconds for a, b in zip(runs, of_peer, strict=bool(of_peer))]
    return Row(
        benchmark,
        what,
        round(statistics.median(used.seconds for used in runs), 3),
        round(max(peaks)) if peaks else None,
        peer,
        round(statistics.median(ratios), 2) if ratios else None,
        allowed,
    )

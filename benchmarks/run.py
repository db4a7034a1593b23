"""Time whole cold processes against a peer in the same run: ``python benchmarks/run.py``.

Prints medians and the ratio pair by pair (A B A B …), so that a drifting machine moves both.
Not a test: read the ratios, not the seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Pairing:
    """A command, the peer it is measured against, and the ratio it must stay under."""

    name: str
    command: tuple[str, ...]
    peer: tuple[str, ...]
    at_most_ratio: float


PAIRINGS = (
    Pairing(
        "flowrisk --help / import typer",
        ("-m", "flowrisk", "--help"),
        ("-c", "import typer"),
        1.6,
    ),
    Pairing(
        "flowrisk scenario / import duckdb, polars",
        ("-m", "flowrisk", "scenario", "--providers", "msci,all"),
        ("-c", "import duckdb, polars"),
        2.2,
    ),
)


def seconds(arguments: tuple[str, ...]) -> float:
    """Return the wall time of one cold Python process."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments],
        cwd=_ROOT,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - started


def measure(pairing: Pairing, runs_count: int) -> dict[str, object]:
    """Time a pairing after one warm-up each; return medians in seconds and the median ratio."""
    seconds(pairing.command), seconds(pairing.peer)
    pairs = [(seconds(pairing.command), seconds(pairing.peer)) for _ in range(runs_count)]
    return {
        **asdict(pairing),
        "command_s": round(statistics.median(a for a, _ in pairs), 3),
        "peer_s": round(statistics.median(b for _, b in pairs), 3),
        "ratio": round(statistics.median(a / b for a, b in pairs), 2),
    }


def main() -> None:
    """Measure every pairing, print the table, and keep it as JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    rows = [measure(pairing, options.runs) for pairing in PAIRINGS]
    for row in rows:
        print(
            f"{row['name']:<45} {row['command_s']:>7} s {row['peer_s']:>7} s "
            f"ratio {row['ratio']} (at most {row['at_most_ratio']})"
        )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Time ``flowrisk scenario`` on the sample, on 10 m and on 100 m holdings, in turn.

python benchmarks/generate_lake.py LAKE10 --holdings 2000000
python benchmarks/generate_lake.py LAKE100
python benchmarks/bench_lake.py LAKE10 LAKE100 [--rounds 7]
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

_MEASURED = """
import json, resource, subprocess, sys, time
started = time.perf_counter()
subprocess.run([sys.executable, '-m', 'flowrisk', 'scenario', '-q', *sys.argv[1:]], check=True,
               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([time.perf_counter() - started, used.ru_maxrss / 1024]))
"""


def measured(arguments: list[str]) -> tuple[float, float]:
    """Return the wall seconds and the peak memory in MiB of one cold process."""
    done = subprocess.run([sys.executable, "-c", _MEASURED, *arguments], check=True,
                          capture_output=True)  # fmt: skip
    seconds, peak_mib = json.loads(done.stdout)
    return seconds, peak_mib


def main() -> None:
    """Time the three in turn; print medians, peaks and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("small", type=Path, help="lake of 10 m holdings")
    parser.add_argument("large", type=Path, help="lake of 100 m holdings")
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args()
    asked = {"sample": [], "10 m": ["--data", str(chosen.small)],
             "100 m": ["--data", str(chosen.large)]}  # fmt: skip
    runs = [{name: measured(words) for name, words in asked.items()}
            for _ in range(chosen.rounds)]  # fmt: skip
    median = {name: statistics.median(run[name][0] for run in runs) for name in asked}
    for name in asked:
        peak = max(run[name][1] for run in runs)
        print(f"{name:<7} {median[name]:.2f} s  {peak:.0f} MiB")
    allowed = 1.5 * median["sample"] + 0.5
    print(f"100 m over 10 m: {median['100 m'] / median['10 m']:.2f} (at most 1.5)")
    print(f"100 m: {median['100 m']:.2f} s of {allowed:.2f} s allowed (1.5 × sample + 0.5 s)")


if __name__ == "__main__":
    main()

"""Run the benchmarks and print their table beside the last run: ``make bench``.

    python benchmarks/run.py [startup lake ingest question risk query spark] [--runs 5] [--quick]

Data is made in --data (else BENCH_DATA, else build/bench), kept and found again: about 2 GB.
Rows are kept in benchmarks/results/latest.json (quick.json of small data), which git ignores: the
change is counted from the run before on the same machine. Not a test: read the ratios, not the
seconds.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from data import QUICK, Data, Sizes
from measured import NotMeasuredError, Row

_ROOT = Path(__file__).parents[1]
_RESULTS = _ROOT / "benchmarks" / "results"
_ALL = ("startup", "lake", "ingest", "question", "risk", "query", "spark")
_HEADS = ("", "seconds", "before", "peak", "ratio", "to", "allowed")


def machine() -> dict[str, Any]:
    """Return what the figures were taken on."""
    pages, page_bytes = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "memory_gib": round(pages * page_bytes / 2**30, 1),
        "load": [round(each, 2) for each in os.getloadavg()],
        "python": platform.python_version(),
        **{name: version(name) for name in ("duckdb", "polars", "numpy", "typer")},
    }


def measured(names: Sequence[str], data: Data, runs_count: int) -> list[Row]:
    """Return the rows of these benchmarks; what cannot run here says why on stderr."""
    found: list[Row] = []
    for name in names:
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            found += importlib.import_module(f"bench_{name}").measure(data, runs_count)
        except NotMeasuredError as reason:
            print(f"{name} was not measured: {reason}", file=sys.stderr)
    return found


def table(rows: Sequence[Row], before: Sequence[Row]) -> list[str]:
    """Return the rows as a Markdown table, each with its change since the run before."""
    last_seconds = {(row.benchmark, row.what): row.seconds for row in before}
    lines = [" | ".join(("", *_HEADS, "")).strip(), "|" + "|".join("---" for _ in _HEADS) + "|"]
    for row in rows:
        last = last_seconds.get((row.benchmark, row.what))
        cells = (
            row.what,
            f"{row.seconds:.2f}",
            f"{last:.2f} ({row.seconds / last - 1:+.0%})" if last else "",
            "" if row.peak_mib is None else f"{row.peak_mib:.0f} MiB",
            "" if row.ratio is None else f"{row.ratio:.2f}",
            row.peer or "",
            row.allowed or "",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def kept_rows(path: Path) -> list[Row]:
    """Return the rows that a file keeps, none where there is no file."""
    if not path.exists():
        return []
    return [Row(**row) for row in json.loads(path.read_text("utf-8"))["rows"]]


def asked() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=" ".join(_ALL))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="small data: does it run at all?")
    parser.add_argument("--data", type=Path, default=os.environ.get("BENCH_DATA", "build/bench"))
    parser.add_argument("--engine-url", help="a Spark Connect server; else a Sail of its own")
    parser.add_argument("--json", type=Path, help="where rows are kept")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(_ALL):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    chosen.names = chosen.names or _ALL
    chosen.json = chosen.json or _RESULTS / f"{'quick' if chosen.quick else 'latest'}.json"
    return chosen


def main() -> None:
    """Measure, print the machine and the table, and keep the rows."""
    chosen = asked()
    os.environ["FLOWRISK_CACHE"] = "off"  # what is measured in this process is computed
    data = Data(Path(chosen.data).absolute(), QUICK if chosen.quick else Sizes(), chosen.engine_url)
    before = kept_rows(chosen.json)
    described = machine()
    rows = measured(chosen.names, data, chosen.runs)
    print(", ".join(f"{name} {value}" for name, value in described.items()))
    print(f"medians of {chosen.runs} runs{', small data' if chosen.quick else ''}\n")
    print(*table(rows, before), sep="\n")
    untouched = [row for row in before if row.benchmark not in chosen.names]
    kept = {"machine": described, "rows": [asdict(row) for row in (*untouched, *rows)]}
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

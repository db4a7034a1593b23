"""Time an ingest of a real-size quarter against the best single DuckDB statement over its holdings.

The peer is ``COPY (SELECT * FROM read_csv(…) ORDER BY …) TO parquet`` of the same
FUND_REPORTED_HOLDING table, at its fastest of several spellings. Both run in turn, each in a
process of its own, and the best of the rounds counts.

    python benchmarks/generate_quarter.py /somewhere/2026q1
    python benchmarks/bench_ingest.py /somewhere/2026q1 [--rounds 3]
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_MEASURE = """
import json, resource, sys, time
started = time.perf_counter()
{body}
seconds = time.perf_counter() - started
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({{
    "seconds": seconds, "cpu_seconds": used.ru_utime + used.ru_stime,
    "peak_mib": used.ru_maxrss / 1024,
}}))
"""
_PEER = """
import duckdb
connection = duckdb.connect()
connection.execute("set temp_directory = '{target}/spill'")
connection.execute(\"\"\"copy (select * from read_csv('{holdings}', delim='\\t',
    quote='', escape='', header=true, {types}) order by ISSUER_CUSIP, ACCESSION_NUMBER)
    to '{target}/peer.parquet' (format parquet, compression {compression})\"\"\")
"""
_OURS = """
from flowrisk.ingest.run import ingest
ingest(['{source}'], format='nport', data='{target}/dataset')
"""
_SPELLINGS = (
    ("all_varchar=true", "zstd"),
    ("all_varchar=true", "snappy"),
    ("nullstr=['', 'N/A']", "snappy"),
)


def measured(body: str) -> dict[str, float]:
    """Run a script in a process of its own; return its seconds and peak memory in MiB."""
    script = _MEASURE.format(body=body)
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def in_fresh_folder(body: str, **names: object) -> dict[str, float]:
    """Run a script with an empty target folder that goes afterwards."""
    target = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        return measured(body.format(target=target, **names))
    finally:
        shutil.rmtree(target)


def main() -> None:
    """Time both, print seconds, peaks and the ratio of speeds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path, help="folder of the quarter's tables")
    parser.add_argument("--rounds", type=int, default=2)
    chosen = parser.parse_args()
    holdings = chosen.source / "FUND_REPORTED_HOLDING.tsv"
    peers, ours = [], []
    for _ in range(chosen.rounds):
        ours.append(in_fresh_folder(_OURS, source=chosen.source))
        for types, compression in _SPELLINGS:
            found = in_fresh_folder(_PEER, holdings=holdings, types=types, compression=compression)
            peers.append(found)
            print(f"peer {types} {compression}: {worded(found)}", flush=True)
        print(f"ingest: {worded(ours[-1])}", flush=True)
    for clock in ("seconds", "cpu_seconds"):
        ratio = min(row[clock] for row in peers) / min(row[clock] for row in ours)
        print(f"speed of ingest ÷ speed of the best single statement, {clock}: {ratio:.2f}")


def worded(found: dict[str, float]) -> str:
    """Return one measurement in words."""
    return (
        f"{found['seconds']:.1f} s, {found['cpu_seconds']:.1f} CPU s, {found['peak_mib']:.0f} MiB"
    )


if __name__ == "__main__":
    main()

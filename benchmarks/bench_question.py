"""Time one question three ways in one run: flowrisk over an ingested lake, and hand-written DuckDB,
polars and pandas over the raw files of a quarter.

The question: who holds a security, and how many shares. The hand-written scripts read only the
columns they need and do nothing of what flowrisk does besides (point in time, splits, prices,
volumes, checks). Each run is a process of its own; medians count.

    python benchmarks/generate_quarter.py QUARTER
    python benchmarks/generate_lake.py LAKE
    python benchmarks/bench_question.py QUARTER LAKE [--rounds 3]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

_CUSIP = "594972408"
_DUCKDB = """
import duckdb
duckdb.sql(\"\"\"
    select info.SERIES_ID, sum(holding.BALANCE::double) as shares
    from read_csv('{quarter}/FUND_REPORTED_HOLDING.tsv', delim='\\t', quote='', header=true,
                  all_varchar=true) as holding
    join read_csv('{quarter}/FUND_REPORTED_INFO.tsv', delim='\\t', quote='', header=true,
                  all_varchar=true) as info using (ACCESSION_NUMBER)
    where holding.ISSUER_CUSIP = '{cusip}' and holding.ASSET_CAT = 'EC'
    group by info.SERIES_ID
\"\"\").fetchall()
"""
_POLARS = """
import polars as pl
options = dict(separator='\\t', quote_char=None, infer_schema=False)
holding = pl.scan_csv('{quarter}/FUND_REPORTED_HOLDING.tsv', **options)
info = pl.scan_csv('{quarter}/FUND_REPORTED_INFO.tsv', **options)
(
    holding.filter(ISSUER_CUSIP='{cusip}', ASSET_CAT='EC')
    .join(info, on='ACCESSION_NUMBER')
    .group_by('SERIES_ID')
    .agg(pl.col('BALANCE').cast(pl.Float64).sum())
    .collect(engine='streaming')
)
"""
_PANDAS = """
import pandas as pd
options = dict(sep='\\t', quoting=3, dtype=str)
columns = ['ACCESSION_NUMBER', 'ISSUER_CUSIP', 'ASSET_CAT', 'BALANCE']
holding = pd.read_csv('{quarter}/FUND_REPORTED_HOLDING.tsv', usecols=columns, **options)
info = pd.read_csv('{quarter}/FUND_REPORTED_INFO.tsv', usecols=['ACCESSION_NUMBER', 'SERIES_ID'],
                   **options)
found = holding[(holding.ISSUER_CUSIP == '{cusip}') & (holding.ASSET_CAT == 'EC')]
joined = found.merge(info, on='ACCESSION_NUMBER')
joined.assign(BALANCE=joined.BALANCE.astype(float)).groupby('SERIES_ID').BALANCE.sum()
"""


def seconds(arguments: list[str]) -> float:
    """Return the wall time of one Python process."""
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)  # fmt: skip
    return time.perf_counter() - started


def main() -> None:
    """Time the four in turn; print medians and how many times longer the raw files take."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("quarter", type=Path, help="folder of the quarter's tables")
    parser.add_argument("lake", type=Path, help="dataset folder")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    scripts = {
        name: ["-c", script.format(quarter=chosen.quarter, cusip=_CUSIP)]
        for name, script in (("duckdb", _DUCKDB), ("polars", _POLARS), ("pandas", _PANDAS))
    }
    ours = ["-m", "flowrisk", "scenario", "-s", "MSTR", "-q", "--data", str(chosen.lake)]
    runs = [
        {name: seconds(script) for name, script in {"flowrisk": ours, **scripts}.items()}
        for _ in range(chosen.rounds)
    ]
    for name in runs[0]:
        median = statistics.median(run[name] for run in runs)
        ratio = statistics.median(run[name] / run["flowrisk"] for run in runs)
        print(f"{name:<10} {median:>7.2f} s  {ratio:>6.1f} × flowrisk")


if __name__ == "__main__":
    main()

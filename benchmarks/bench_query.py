"""Time a query of about a second against bare DuckDB: ``python benchmarks/bench_query.py``.

Pairs (A B A B …) in one process, so that a drifting machine moves both; prints medians and the
ratio pair by pair, which owner mode must keep at or below 1.15. The isolated mode is shown beside
it: it pays a child process.
"""

from __future__ import annotations

import argparse
import functools
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

from flowrisk import api

AT_MOST_RATIO = 1.15
_ABOUT_S = 0.8
SQL = (
    "select security_id, sum(sin(shares) * ln(1 + range)) as weighed "
    "from staging.holdings cross join range({count}) group by security_id"
)


def seconds(act: Callable[[], object]) -> float:
    """Return how long one call takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def bare(dataset: api.Dataset, sql: str) -> pl.DataFrame:
    """Answer the same select with DuckDB alone, over the same files."""
    with duckdb.connect() as connection:
        files = [str(path) for path in dataset.folder.files["holdings"]]
        connection.execute("create schema staging")
        connection.execute(f"create view staging.holdings as from read_parquet({files})")
        return pl.DataFrame(connection.sql(sql))


def sized(dataset: api.Dataset) -> str:
    """Return the select with so many rows that bare DuckDB takes about a second."""
    count, took_s = 10_000, 0.0
    while took_s < _ABOUT_S:
        count *= 2
        sql = SQL.format(count=count)
        took_s = seconds(functools.partial(bare, dataset, sql))
    return sql


def main() -> None:
    """Measure the pairs, print the table, and keep it as JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    dataset = api.open_dataset(options.data)
    sql = sized(dataset)
    row: dict[str, float] = {}
    for mode, is_isolated in (("owner", False), ("isolated", True)):
        ask = functools.partial(dataset.query, sql, isolated=is_isolated)
        peer = functools.partial(bare, dataset, sql)
        pairs = [(seconds(ask), seconds(peer)) for _ in range(options.runs)]
        row[f"{mode}_s"] = round(statistics.median(a for a, _ in pairs), 3)
        row[f"bare_beside_{mode}_s"] = round(statistics.median(b for _, b in pairs), 3)
        row[f"{mode}_ratio"] = round(statistics.median(a / b for a, b in pairs), 2)
        figures = f"{row[f'{mode}_s']:>7} s  bare {row[f'bare_beside_{mode}_s']:>7} s"
        print(f"{mode:<9} {figures}  ratio {row[f'{mode}_ratio']}")
    print(f"owner mode must stay at or below {AT_MOST_RATIO}")
    if options.json:
        options.json.write_text(json.dumps(row, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Measure where a cluster begins to pay: the same question over growing lakes on both engines.

Each lake is the sample with made-up funds that hold the sample's securities among 60,000 others,
five months of them, sorted by security. The answers of the engines are compared at every size.

    python benchmarks/bench_spark.py --engine-url sc://127.0.0.1:15002 FOLDER [--rows 200000 ...]
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from polars.testing import assert_frame_equal

from flowrisk import api, assets
from flowrisk.engines.bulk import Bulk, quoted

if TYPE_CHECKING:
    import polars as pl

_FUNDS_COUNT = 14_000
_SECURITIES_COUNT = 60_000
_DAYS = ("2025-06-30", "2025-07-31", "2025-08-31", "2025-09-30", "2025-10-31")
_HOLDINGS = """
    with known as (
        select security_id, row_number() over (order by security_id) - 1 as number
        from read_parquet({securities})
    ), drawn as (
        select hash(range * 7 + {month}) % {funds} as fund, hash(range * 13) % {universe} as number
        from range({rows}::bigint)
    )
    select printf('S%09d', drawn.fund) as fund_id, date {day} as as_of_on,
           coalesce(known.security_id, printf('XX%010d', drawn.number)) as security_id,
           (hash(drawn.fund, drawn.number) % 1000 + 1)::double as shares,
           null::double as market_value_usd, 'illustrative' as basis, 'made up' as source
    from drawn left join known on drawn.number = known.number
    group by all
    order by security_id, fund_id
"""
_FUNDS = """
    with indices as (
        select index_id, row_number() over (order by index_id) - 1 as number
        from read_parquet({indices})
    )
    select printf('S%09d', funds.range) as fund_id, 'Fund ' || funds.range as fund_name,
           'Manager' as manager_name, indices.index_id, 'etf' as vehicle, 'US' as domicile,
           'illustrative' as basis, 'made up' as source
    from range({funds}) as funds
    left join indices on funds.range % 40 = indices.number
"""
_REPORTS = """
    select printf('S%09d', range) as fund_id, day::date as as_of_on, 'full' as holdings_scope,
           day::date + 10 as published_on, null::varchar as file_digest,
           'illustrative' as basis, 'made up' as source
    from range({funds}), (select unnest([{days}]) as day)
"""


def write_lake(folder: Path, rows_count: int) -> api.Dataset:
    """Write the sample with about this many holdings and open it."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(assets.sample_folder(), folder, ignore=shutil.ignore_patterns("sources"))
    shutil.rmtree(folder / "holdings")
    days = ", ".join(quoted(day) for day in _DAYS)
    with Bulk(folder, memory_mib=4096) as bulk:
        for month, day in enumerate(_DAYS):
            part = folder / "holdings" / f"as_of_month={day[:7]}" / "part-0.parquet"
            part.parent.mkdir(parents=True)
            bulk.write_parquet(
                _HOLDINGS.format(
                    securities=quoted(folder / "securities.parquet"), month=month,
                    funds=_FUNDS_COUNT, universe=_SECURITIES_COUNT, day=quoted(day),
                    rows=rows_count // len(_DAYS),
                ),
                part,
            )  # fmt: skip
        for name, sql in (
            (
                "funds",
                _FUNDS.format(funds=_FUNDS_COUNT, indices=quoted(folder / "indices.parquet")),
            ),
            ("fund_reports", _REPORTS.format(funds=_FUNDS_COUNT, days=days)),
        ):
            bulk.write_parquet(sql, folder / f"{name}.parquet")
    return api.open_dataset(folder)


def timed(ask: Callable[[], api.ScenarioResult], runs_count: int) -> tuple[float, pl.DataFrame]:
    """Return the median seconds of a question and its outflows."""
    seconds = []
    for _ in range(runs_count):
        started = time.perf_counter()
        result = ask()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds), result.outflows


def measure(folder: Path, rows_count: int, url: str, runs_count: int) -> dict[str, float]:
    """Ask both engines the same question over one lake and compare the answers."""
    made = write_lake(folder / f"lake-{rows_count}", rows_count)
    here_s, here = timed(made.scenario, runs_count)
    there_s, there = timed(lambda: made.scenario(engine="spark", engine_url=url), runs_count)
    assert_frame_equal(here, there, rel_tol=1e-9, abs_tol=1e-9)
    return {
        "holdings_count": sum(
            table.row_count for table in made.scenario().answer.vintages if table.name == "holdings"
        ),
        "outflow_usd": float(here["outflow_usd"].sum()),
        "duckdb_s": round(here_s, 2),
        "spark_s": round(there_s, 2),
    }


def main() -> None:
    """Read the command line, measure each size, print the table and keep it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engine-url", required=True)
    parser.add_argument("--rows", type=int, nargs="+", default=[200_000, 2_000_000, 20_000_000])
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    measured = []
    for rows_count in chosen.rows:
        row = measure(chosen.folder, rows_count, chosen.engine_url, chosen.runs)
        measured.append(row)
        print(" ".join(f"{name}={value:,}" for name, value in row.items()), flush=True)
    (chosen.folder / "bench_spark.json").write_text(
        json.dumps({"machine": platform.platform(), "measured": measured}, indent=2),
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()

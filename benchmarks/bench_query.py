"""A query of about a second against bare DuckDB over the same files, in one process.

Owner mode may cost 15 % more; the isolated mode is shown beside it: it pays a child process.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import duckdb
import polars as pl
from measured import Row, call, in_turn, row

from flowrisk import api

if TYPE_CHECKING:
    from data import Data

_SQL = (
    "select security_id, sum(sin(shares) * ln(1 + range)) as weighed "
    "from staging.holdings cross join range({count}) group by security_id"
)
_FIRST_COUNT = 10_000


def measure(data: Data, runs_count: int) -> list[Row]:
    """Time both modes in turn with bare DuckDB."""
    dataset = api.open_dataset()
    sql = sized(dataset, data.sizes.query_seconds)
    acts = {
        "bare DuckDB": functools.partial(bare, dataset, sql),
        "owner mode": functools.partial(dataset.query, sql),
        "isolated": functools.partial(dataset.query, sql, isolated=True),
    }
    runs = in_turn({name: functools.partial(call, act) for name, act in acts.items()}, runs_count)
    peer, owner, isolated = runs
    return [
        row("query", peer, runs[peer]),
        row("query", owner, runs[owner], peer=peer, of_peer=runs[peer], allowed="≤ 1.15"),
        row("query", isolated, runs[isolated], peer=peer, of_peer=runs[peer]),
    ]


def bare(dataset: api.Dataset, sql: str) -> pl.DataFrame:
    """Answer the same select with DuckDB alone, over the same files."""
    with duckdb.connect() as connection:
        files = [str(path) for path in dataset.folder.files["holdings"]]
        connection.execute("create schema staging")
        connection.execute(f"create view staging.holdings as from read_parquet({files})")
        return pl.DataFrame(connection.sql(sql))


def sized(dataset: api.Dataset, about_seconds: float) -> str:
    """Return the select with so many rows that bare DuckDB takes about this long."""
    count, took_seconds, sql = _FIRST_COUNT, 0.0, ""
    while took_seconds < about_seconds:
        count *= 2
        sql = _SQL.format(count=count)
        took_seconds = call(functools.partial(bare, dataset, sql)).seconds
    return sql

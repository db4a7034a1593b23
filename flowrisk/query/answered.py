"""What SQL reads beside the views: the columns that Python adds, as tables of the schema
``results``, and a list of all there is to read.

The columns are computed where they ever are, in ``answers.scenario``; nothing is computed here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowrisk.answers import scenario

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.dataset.warehouse import Warehouse
    from flowrisk.engines.duckdb import DuckDB
    from flowrisk.question.loading import Loaded

SCHEMA = "results"
NAMES = tuple(scenario.ADDED_IN_PYTHON)
_TYPES = {"String": "varchar", "Float64": "double", "Boolean": "boolean", "Date": "date"}
# DuckDB itself shows the schema in use alone, which is empty
_SHOW = re.compile(r"\s*show\s+(all\s+)?(tables|views)\s*;?\s*", re.IGNORECASE)
_LISTING = """
    with listed as (
        select schema_name, view_name as table_name from duckdb_views() where not internal
        union all
        select schema_name, table_name from duckdb_tables()
        where schema_name <> 'results'
        union all
        select 'results', unnest(['outflows', 'fund_outflows'])
    )
    select schema_name || '.' || table_name as name
    from listed
    order by list_position(
        ['marts', 'results', 'intermediate', 'staging', 'raw', 'scenario'], schema_name
    ), table_name
"""


def is_read_by(sql: str) -> bool:
    """Whether SQL may read these tables."""
    return sql != _LISTING and SCHEMA in sql.casefold()


def listing_for(sql: str) -> str:
    """Return what lists every view and table, the marts first, for ``show tables``; else the SQL
    as it is."""
    return _LISTING if _SHOW.fullmatch(sql) else sql


def home(column: str) -> str | None:
    """Return the table that has a column which no view has."""
    names = (name for name in NAMES if column in scenario.ADDED_IN_PYTHON[name])
    return next((f"{SCHEMA}.{name}" for name in names), None)


def define(engine: DuckDB, store: Warehouse, loaded: Loaded) -> None:
    """Load each mart that Python adds columns to, with them.

    Raises: QuestionError as ``impact.days_to_sell``.
    """
    read = {name: store.frame(f"marts.{name}") for name in (*NAMES, "liquidity")}
    frames = scenario.with_assumed(read, loaded)
    engine.connection.execute("create schema if not exists results")
    for name in NAMES:
        columns = {column: _type(dtype) for column, dtype in frames[name].schema.items()}
        engine.load_rows(f"{SCHEMA}.{name}", columns, frames[name].rows())


def _type(dtype: pl.DataType) -> str:
    name = str(dtype.base_type())
    return _TYPES.get(name, "bigint" if dtype.is_integer() else "varchar")

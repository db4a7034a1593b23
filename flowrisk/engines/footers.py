"""What the footers of parquet files say: the SQL that reads them, and what is no parquet file."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from flowrisk.engines.address import told_as
from flowrisk.engines.engine import FileFacts
from flowrisk.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MAGIC = b"PAR1"
TYPES_SQL = """
    select file_name, name, duckdb_type from parquet_schema(?) where duckdb_type is not null
"""
COUNTS_SQL = "select file_name, num_rows from parquet_file_metadata(?)"
BOUNDS_SQL = """
    select
        file_name, path_in_schema,
        min(stats_min_value), max(stats_max_value), sum(stats_null_count),
        bool_and(stats_null_count is not null) as is_measured
    from parquet_metadata(?)
    group by file_name, path_in_schema
"""


def facts(
    paths: Sequence[PurePath],
    typed: Sequence[tuple[str, str, str]],
    measured: Sequence[tuple[str, str, str | None, str | None, int | None, bool]],
    counts: Mapping[str, int],
) -> dict[PurePath, FileFacts]:
    """Return what each footer says.

    Args:
        typed, measured: rows of ``TYPES_SQL`` and ``BOUNDS_SQL``.
        counts: rows by file, of ``COUNTS_SQL``.
    """
    types: dict[str, dict[str, str]] = defaultdict(dict)
    for file, column, kind in typed:
        types[file][column] = kind
    bounds: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    nulls: dict[str, dict[str, int]] = defaultdict(dict)
    for file, column, low, high, null_count, _ in measured:
        nulls[file][column] = int(null_count or 0)
        if low is not None and high is not None:
            bounds[file][column] = (low, high)
    return {
        path: FileFacts(counts[name], types[name], bounds[name], nulls[name])
        for path, name in ((path, told_as(path)) for path in paths)
    }


def refuse_foreign(path: PurePath) -> None:
    """Refuse a file of this machine that is no parquet file.

    Raises: DataError naming it.
    """
    if not isinstance(path, Path):
        return
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        raise unreadable(path, error.strerror or str(error)) from error
    if not head:
        raise unreadable(path, "the file is empty")
    if head != _MAGIC:
        raise unreadable(path, f"not a parquet file, it begins with {head!r}")


def unreadable(path: PurePath, reason: str) -> DataError:
    """Return the refusal of a file that cannot be read as parquet."""
    return DataError(
        "A file of the dataset cannot be read as parquet.",
        facts={"file": path, "reason": reason},
        remedy="Restore the file from its source, or build the dataset again.",
    )

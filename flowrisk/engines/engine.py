"""What an engine must do: bind parquet as views, hold the question as tables, answer SQL.

One file an engine, one shape. Nothing above this package knows which engine answers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pathlib import PurePath

    import polars as pl


ColumnTypes = Mapping[str, str]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the footer of one parquet file says, without reading its rows.

    ``types`` maps each column to its SQL type; ``bounds`` maps each column to its smallest and
    largest value as text, and ``null_counts`` to its unknown values, where the footer carries
    them.
    """

    row_count: int
    types: ColumnTypes
    bounds: Mapping[str, tuple[str, str]]
    null_counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Definition:
    """A name and the select it stands for.

    ``is_table`` where the result is to be kept; ``is_read_on`` where others read it, so that an
    engine may keep it; ``reads`` holds what has to be defined before it.
    """

    name: str
    sql: str
    is_table: bool = False
    is_read_on: bool = False
    reads: Collection[str] = ()


class Engine(Protocol):
    """A SQL engine that answers one question over parquet files."""

    def close(self) -> None:
        """Let go of what the engine holds."""
        ...

    def read_footers(
        self,
        paths: Sequence[PurePath],
        *,
        skimmed: Collection[PurePath] = (),
        allowed: Sequence[PurePath] = (),
    ) -> dict[PurePath, FileFacts]:
        """Return the footer facts of each file; of those ``skimmed`` only row count and types.
        The first call says for good which files may be looked into: these and those ``allowed``.

        Raises: DataError naming the first file that is missing, empty, foreign or truncated.
        """
        ...

    def ascending(self, paths: Sequence[PurePath], keys: Sequence[str]) -> set[PurePath]:
        """Return the files in which each row is greater than the one before it in these columns;
        none where the engine knows no order of rows."""
        ...

    def size_for(self, row_count: int, *, is_whole: bool = False) -> None:
        """Prepare for a dataset of this many rows, and for a pass over all of it."""
        ...

    def bind_parquet(
        self, name: str, paths: Sequence[PurePath], columns: Mapping[str, str]
    ) -> None:
        """Create view ``name`` over parquet files; ``columns`` maps each column to its SQL."""
        ...

    def load_rows(self, name: str, columns: ColumnTypes, rows: Sequence[Sequence[object]]) -> None:
        """Create table ``name`` with these typed columns and rows."""
        ...

    def define(self, name: str, sql: str, *, is_table: bool) -> None:
        """Create a view, or a table where the result is to be kept, from one select."""
        ...

    def rows_of_each(
        self, selects: Sequence[Definition], *, over: Sequence[Definition] = ()
    ) -> list[list[Row]]:
        """Define what is named in ``over``, each after all it reads, and return the rows of each
        select by column name; side by side where the engine can and gains by it."""
        ...

    def frame(self, sql: str, parameters: Sequence[object] = ()) -> pl.DataFrame:
        """Return the rows of one select."""
        ...

    def frames(self, selects: Sequence[str]) -> list[pl.DataFrame]:
        """Return the rows of each select, answered side by side where the engine can."""
        ...

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of one select as tuples: for small answers, without polars."""
        ...

"""DuckDB for bulk work: reading large text files, joining, sorting, writing parquet.

One connection with a memory limit that spills into a folder of the caller's; the only place,
beside the engine of questions and the sandbox, that speaks to DuckDB.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import duckdb
import polars as pl

from flowrisk.engines.composing import csv, literal, literal_path, own_name, parquet
from flowrisk.engines.duckdb import first_line, refused_in_words
from flowrisk.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

Watch = Callable[[float], None]
"""Told the share of a statement that is done, 0-1, from time to time."""

_MEMORY_MIB = 1500
_ROW_GROUP_SIZE = 20_480
_WATCH_SECONDS = 0.2
_PERCENT = 100


class Bulk:
    """One in-memory database for one ingest; not shared between threads.

    It is closed to everything but the folders and files named: what those hold is not ours.

    Args:
        folder: where it may write, and spill what memory cannot hold.
        reached: folders and files it may read too; of a folder all that is in it.
        memory_mib: memory allowed, in MiB.
    """

    def __init__(
        self, folder: Path, *, reached: Sequence[Path] = (), memory_mib: int = _MEMORY_MIB
    ) -> None:
        self.folder = folder
        self.connection = duckdb.connect(
            ":memory:",
            config={
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "memory_limit": f"{memory_mib}MiB",
                "preserve_insertion_order": False,
                "python_enable_replacements": False,
                "temp_directory": str(folder / "spill"),
            },
        )
        # it tells how far a statement is only with its bar on, and would draw that on stdout
        self.connection.execute("set enable_progress_bar_print = false")
        self.connection.execute("set enable_progress_bar = true")
        for setting, paths in {
            "allowed_directories": [path for path in (folder, *reached) if path.is_dir()],
            "allowed_paths": [path for path in reached if not path.is_dir()],
        }.items():
            names = sorted({name for path in paths for name in (str(path), literal_path(path))})
            self.connection.execute(f"set {own_name(setting)} = $names", {"names": names})
        self.connection.execute("set enable_external_access = false")
        self._loaded_count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def run(
        self, sql: str, parameters: Sequence[object] = (), *, watch: Watch | None = None
    ) -> None:
        """Run one statement, telling ``watch`` how far it is.

        Raises: DataError with the engine's reason where the data does not allow it.
        """
        if watch is None:
            self._execute(sql, parameters)
            return
        failures: list[BaseException] = []
        worker = threading.Thread(target=self._execute_into, args=(failures, sql, parameters))
        worker.start()
        try:
            while worker.is_alive():
                worker.join(_WATCH_SECONDS)
                watch(max(self.connection.query_progress(), 0) / _PERCENT)
        except BaseException:
            self.connection.interrupt()
            worker.join()
            raise
        if failures:
            raise failures[0]

    @contextmanager
    def joining_as_written(self) -> Iterator[None]:
        """Keep the order of joins as the select writes it: the size of a text file is not known to
        the planner, which would else hold the whole file in memory to look up a small table."""
        self.run("set disabled_optimizers = 'join_order,build_side_probe_side'")
        try:
            yield
        finally:
            self.run("reset disabled_optimizers")

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of one select as tuples."""
        return self._execute(sql, parameters).fetchall()

    def count(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Return the single number of a select, 0 where it is null."""
        return int(str(self.rows(sql, parameters)[0][0] or 0))

    def frame(self, sql: str) -> pl.DataFrame:
        """Return the rows of one select as a polars frame."""
        with refused_in_words(_data_error):
            return pl.DataFrame(self.connection.sql(sql))

    def insert(self, name: str, rows: Sequence[Sequence[object]]) -> None:
        """Add rows to a table, each with a value a column."""
        if rows:
            marks = ", ".join("?" for _ in rows[0])
            with refused_in_words(_data_error):
                self.connection.executemany(f"insert into {own_name(name)} values ({marks})", rows)

    def define(self, name: str, sql: str, *, is_table: bool = False) -> None:
        """Create a view, or with ``is_table`` a table, of a select."""
        kind = "table" if is_table else "view"
        self.run(f"create or replace {kind} {own_name(name)} as {sql}")

    def define_function(self, name: str, arguments: Sequence[str], sql: str) -> None:
        """Create a function of one value from a select of that value, without a table."""
        signature = ", ".join(map(own_name, arguments))
        # a subselect would be planned as a join a row
        value = sql.removeprefix("select")
        self.run(f"create or replace macro {own_name(name)}({signature}) as {value}")

    def load(self, name: str, frame: pl.DataFrame | pl.LazyFrame) -> None:
        """Create a view of a polars frame, passed through a parquet file in the folder."""
        self._loaded_count += 1
        path = self.folder / f"loaded-{self._loaded_count}.parquet"
        frame.lazy().sink_parquet(path, compression="uncompressed")
        self.define(name, f"select * from {parquet([path])}")

    def read_text(
        self, name: str, path: Path, columns: Sequence[str], *, delimiter: str, is_quoted: bool
    ) -> str:
        """Return the ``read_csv`` of a text file: all columns text, ``N/A`` and blanks null.

        Lines that do not fit the columns or are not UTF-8 are set aside for ``refused_lines``.
        """
        quote = '"' if is_quoted else ""
        return csv(path, columns, delimiter=delimiter, quote=quote, rejects=own_name(name))

    def refused_lines(self, name: str) -> str:
        """Return a select of the lines that ``read_text`` under this name set aside."""
        known = self.rows(
            "select 1 from duckdb_tables() where table_name = ? union all "
            "select 1 from duckdb_views() where view_name = ?",
            [f"{name}_lines", f"{name}_lines"],
        )
        origin = (
            f"{own_name(name)}_lines"
            if known
            else ("(select 0 as line, '' as error_type, '' as csv_line) where false")
        )
        return (
            "select line as row_number, "
            "'line_' || lower(replace(min(error_type::varchar), ' ', '_')) as reason, "
            f"left(min(csv_line), 200) as value from {origin} group by line"
        )

    def write_parquet(
        self,
        sql: str,
        path: Path,
        *,
        metadata: Mapping[str, str] | None = None,
        watch: Watch | None = None,
    ) -> None:
        """Write a sorted select as one parquet file: zstd, 20,480 rows a row group."""
        pairs = ", ".join(
            f"{literal(key)}: {literal(text)}" for key, text in (metadata or {}).items()
        )
        told = f", kv_metadata {{{pairs}}}" if pairs else ""
        # the path of a copy is never a pattern
        self.run(
            f"copy ({sql}) to {literal(path)} (format parquet, compression zstd, "
            f"row_group_size {_ROW_GROUP_SIZE}{told})",
            watch=watch,
        )

    def _execute(self, sql: str, parameters: Sequence[object]) -> duckdb.DuckDBPyConnection:
        with refused_in_words(_data_error):
            return self.connection.execute(sql, list(parameters))

    def _execute_into(
        self, failures: list[BaseException], sql: str, parameters: Sequence[object]
    ) -> None:
        try:
            self._execute(sql, parameters)
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
            failures.append(error)


def _data_error(error: duckdb.Error) -> DataError:
    reason = first_line(error)
    if isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException):
        return DataError(
            "A file of the ingest could not be read or written.",
            facts={"reason": reason},
            remedy="Make room on the disk that holds the dataset, or check the file named; "
            "the dataset is as it was.",
        )
    return DataError(
        "The files could not be turned into a dataset.",
        facts={"reason": reason},
        remedy="Check that the files are of the format named; the dataset is as it was.",
    )

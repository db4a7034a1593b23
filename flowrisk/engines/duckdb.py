"""The default engine: one in-memory DuckDB connection per question, views over parquet.

The only place, beside the sandbox, that speaks to DuckDB.
"""

from __future__ import annotations

import importlib
import re
import sys
import threading
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import duckdb

from flowrisk.engines import footers, memory, side_by_side
from flowrisk.engines.address import Address, connected, told_as
from flowrisk.engines.composing import identifier, is_own, literal, literal_path, own_name, parquet
from flowrisk.engines.engine import Definition, FileFacts
from flowrisk.errors import DataError, FlowriskError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    import polars as pl

    from flowrisk.engines.engine import Row


SCHEMAS = ("raw", "staging", "intermediate", "marts", "checks", "scenario")
# below this, handing work between threads costs more than it saves
_ONE_THREAD_ROWS = 1_000_000
_SIDE_BY_SIDE_COUNT = 2
# up to here keeping a result costs less than planning views over views
_KEPT_ROWS = 200_000
# rows in one insert: a longer statement takes longer a row to parse
_INSERTED_COUNT = 1_000


class DuckDB:
    """One in-memory database. Not shared between threads: a question is one connection.

    Before it looks into the first file it is closed to everything but the files named then.

    Args:
        folder: the dataset folder, where it may be an address.
        is_framing: whether frames are to be asked for: their library then loads meanwhile.
        writable: the folder in which ``save`` may make a file.
        is_spilling: whether what memory cannot hold may go to disk.

    Raises: as ``addresses.connected``.
    """

    def __init__(
        self,
        folder: PurePath | None = None,
        *,
        is_framing: bool = True,
        writable: Path | None = None,
        is_spilling: bool = True,
    ) -> None:
        # beside the first statements, which run outside the interpreter lock, instead of after them
        if is_framing and "polars" not in sys.modules:
            threading.Thread(target=importlib.import_module, args=("polars",)).start()
        self.connection = connected(is_address=isinstance(folder, Address))
        memory.limit(self.connection, is_spilling=is_spilling)
        if isinstance(folder, Address):
            from flowrisk.engines.stores.object_store import attach

            attach(self.connection, folder)
        self._writable = writable
        self._is_locked = False
        self._is_small = False
        self._cursors: set[duckdb.DuckDBPyConnection] = set()
        # a footer is read once, not at every view over it
        self.connection.execute("set parquet_metadata_cache = true")
        for schema in SCHEMAS:
            self.connection.execute(f"create schema {own_name(schema)}")

    def close(self) -> None:
        """Let go of the database."""
        self.connection.close()

    def read_footers(
        self,
        paths: Sequence[PurePath],
        *,
        skimmed: Collection[PurePath] = (),
        allowed: Sequence[PurePath] = (),
    ) -> dict[PurePath, FileFacts]:
        """See ``Engine.read_footers``."""
        if not paths:
            return {}
        for path in paths:
            footers.refuse_foreign(path)
        self._lock([*paths, *allowed])
        names = [literal_path(path) for path in paths]
        read = [literal_path(path) for path in paths if path not in skimmed]
        try:
            typed = self.connection.execute(footers.TYPES_SQL, [names]).fetchall()
            measured = (
                self.connection.execute(footers.BOUNDS_SQL, [read]).fetchall() if read else []
            )
            counted = self.connection.execute(footers.COUNTS_SQL, [names]).fetchall()
        except duckdb.Error as error:
            raise passed_on(error) or self._broken_file(paths, error) from error
        found = footers.facts(paths, typed, measured, dict(counted))
        unmeasured = {file for file, *_, is_measured in measured if not is_measured}
        return {
            path: self._scanned(path, facts) if told_as(path) in unmeasured else facts
            for path, facts in found.items()
        }

    def _scanned(self, path: PurePath, facts: FileFacts) -> FileFacts:
        """Read what a footer without statistics leaves out, of the columns that may be ours."""
        names = [name for name in facts.types if is_own(name)]
        if not names:
            return facts
        measures = ", ".join(
            f"min({identifier(name)})::varchar, max({identifier(name)})::varchar, "
            f"count(*) - count({identifier(name)})"
            for name in names
        )
        row = self.rows(f"select {measures} from {parquet([path])}")[0]
        return FileFacts(
            row_count=facts.row_count,
            types=facts.types,
            bounds={
                name: (row[3 * i], row[3 * i + 1])
                for i, name in enumerate(names)
                if row[3 * i] is not None
            },
            null_counts={name: row[3 * i + 2] for i, name in enumerate(names)},
        )

    def _lock(self, paths: Sequence[PurePath]) -> None:
        """Close the connection to everything but these files: what they hold is not ours."""
        if self._is_locked:
            return
        files = sorted({name for path in paths for name in (str(path), literal_path(path))})
        if self._writable:
            self.connection.execute("set allowed_directories = $folders",
                                    {"folders": [str(self._writable)]})  # fmt: skip
        self.connection.execute("set allowed_paths = $files", {"files": files})
        self.connection.execute("set enable_external_access = false")
        self._is_locked = True

    def ascending(self, paths: Sequence[PurePath], keys: Sequence[str]) -> set[PurePath]:
        """See ``Engine.ascending``: a look at each row and the one before, without a table of
        keys."""
        key = ", ".join(map(own_name, keys))
        disorders = [
            Definition(
                str(path),
                "select 1 from (select row_key, lag(row_key) over () as before, "
                "row_number() over () as row_number "
                f"from (select ({key}) as row_key from {parquet([path])})) "
                "where row_number > 1 and (before < row_key) is not true limit 1",
            )
            for path in paths
        ]
        found = self.rows_of_each(disorders)
        return {path for path, rows in zip(paths, found, strict=True) if not rows}

    def size_for(self, row_count: int, *, is_whole: bool = False) -> None:
        """See ``Engine.size_for``."""
        if is_whole:
            memory.limit_streamed(self.connection)
        if row_count < _ONE_THREAD_ROWS:
            self.connection.execute("set threads = 1")
        # a file that is handed on holds each model as it is written
        self._is_small = row_count < _KEPT_ROWS and self._writable is None

    def bind_parquet(
        self, name: str, paths: Sequence[PurePath], columns: Mapping[str, str]
    ) -> None:
        """See ``Engine.bind_parquet``."""
        selected = ", ".join(f"{sql} as {own_name(column)}" for column, sql in columns.items())
        origin = parquet(paths) if paths else "(select 1) where false"
        self._run(f"create view {own_name(name)} as select {selected} from {origin}")

    def load_rows(
        self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[object]]
    ) -> None:
        """See ``Engine.load_rows``."""
        typed = ", ".join(
            f"{own_name(column)} {own_name(kind)}" for column, kind in columns.items()
        )
        self._run(f"create table {own_name(name)} ({typed})")
        marks = "(" + ", ".join("?" for _ in columns) + ")"
        for start in range(0, len(rows), _INSERTED_COUNT):
            part = rows[start : start + _INSERTED_COUNT]
            self.connection.execute(
                f"insert into {own_name(name)} values {', '.join([marks] * len(part))}",
                [value for row in part for value in row],
            )

    def define(self, name: str, sql: str, *, is_table: bool) -> None:
        """See ``Engine.define``."""
        with refused_in_words():
            _create(self.connection, name, sql, is_table=is_table)

    def define_macro(self, signature: str, sql: str) -> None:
        """Create a table macro, called as ``signature`` says, from one select."""
        self._run(f"create macro {signature} as table {sql}")

    def save(self, path: Path) -> None:
        """Write all that the database holds into a new database file.

        Raises: OSError where the system does not let it.
        """
        try:
            self.connection.execute(f"attach {literal(path)} as saved")
            self.connection.execute("copy from database memory to saved")
            self.connection.execute("checkpoint saved")
            self.connection.execute("detach saved")
        except duckdb.Error as error:
            raise OSError(first_line(error)) from error

    def frame(self, sql: str, parameters: Sequence[object] = ()) -> pl.DataFrame:
        """See ``Engine.frame``."""
        with refused_in_words():
            return framed(self.connection.sql(sql, params=list(parameters) or None))

    def frames(self, selects: Sequence[str]) -> list[pl.DataFrame]:
        """See ``Engine.frames``."""
        found: dict[str, pl.DataFrame] = {}
        tasks = {sql: partial(self._frame_beside, sql, found) for sql in selects}
        self._run_beside(tasks, dict.fromkeys(tasks, ()))
        return [found[sql] for sql in selects]

    def _frame_beside(self, sql: str, frames: dict[str, pl.DataFrame]) -> None:
        with self._cursor() as cursor:
            frames[sql] = framed(cursor.sql(sql))

    def rows_of_each(
        self, selects: Sequence[Definition], *, over: Sequence[Definition] = ()
    ) -> list[list[Row]]:
        """See ``Engine.rows_of_each``; of a small dataset all that is read on is kept."""
        rows: dict[str, list[Row]] = {}
        tasks = {each.name: partial(self._define_beside, each) for each in over}
        asked = {each.name: partial(self._answer_beside, each, rows) for each in selects}
        after = {each.name: tasks.keys() & each.reads for each in (*over, *selects)}
        self._run_beside(tasks | asked, after)
        return [rows[each.name] for each in selects]

    def _run_beside(
        self, tasks: Mapping[str, Callable[[], None]], after: Mapping[str, Collection[str]]
    ) -> None:
        def interrupt() -> None:
            for cursor in list(self._cursors):
                cursor.interrupt()

        with refused_in_words():
            side_by_side.run(tasks, after, threads_count=_SIDE_BY_SIDE_COUNT, interrupt=interrupt)

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give a cursor for one thread, which another may interrupt."""
        with closing(self.connection.cursor()) as cursor:
            self._cursors.add(cursor)
            try:
                yield cursor
            finally:
                self._cursors.discard(cursor)

    def _define_beside(self, each: Definition) -> None:
        is_kept = each.is_table or (each.is_read_on and self._is_small)
        with self._cursor() as cursor:
            _create(cursor, each.name, each.sql, is_table=is_kept)

    def _answer_beside(self, each: Definition, rows: dict[str, list[Row]]) -> None:
        with self._cursor() as cursor:
            found = cursor.execute(each.sql)
            names = [column[0] for column in found.description or ()]
            rows[each.name] = [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """See ``Engine.rows``."""
        with refused_in_words():
            return self.connection.execute(sql, list(parameters)).fetchall()

    def _run(self, sql: str) -> None:
        with refused_in_words():
            self.connection.execute(sql)

    def _broken_file(self, paths: Sequence[PurePath], error: duckdb.Error) -> FlowriskError:
        for path in paths:
            try:
                self.connection.execute(
                    "select count(*) from parquet_metadata(?)", [literal_path(path)]
                )
            except duckdb.Error as found:
                return footers.unreadable(path, first_line(found))
        return _data_error(error)


def _create(connection: duckdb.DuckDBPyConnection, name: str, sql: str, *, is_table: bool) -> None:
    connection.execute(f"create {'table' if is_table else 'view'} {own_name(name)} as {sql}")


def framed(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """Return the rows of a relation.

    Raises: duckdb.Error for what stops the engine while the rows are read: it comes wrapped.
    """
    import polars as pl

    try:
        return pl.DataFrame(relation)
    except pl.exceptions.ComputeError as error:
        kind = duckdb.InterruptException if "INTERRUPT Error" in str(error) else duckdb.Error
        raise kind(str(error).removeprefix("got external error: ")) from error


def _data_error(error: duckdb.Error) -> FlowriskError:
    return memory.exhausted(error) or DataError(
        "The dataset could not be read.",
        facts={"reason": first_line(error)},
        remedy="Run 'flowrisk tables' to see what each table must contain.",
    )


@contextmanager
def refused_in_words(
    told: Callable[[duckdb.Error], FlowriskError] = _data_error,
) -> Iterator[None]:
    """Turn what the engine raises into the house's errors; Ctrl-C stays Ctrl-C."""
    try:
        yield
    except RuntimeError as error:
        if "interrupted" in str(error):
            raise KeyboardInterrupt from error
        raise
    except duckdb.Error as error:
        raise passed_on(error) or told(error) from error


def passed_on(error: duckdb.Error) -> FlowriskError | None:
    """Return the refusal of a store that DuckDB passed on as text, where it is one."""
    if "store-failure-" not in str(error):
        return None
    from flowrisk.engines.stores.store_errors import failure_of

    return failure_of(error)


def first_line(error: Exception) -> str:
    """Return what an engine says, in one line without the SQL."""
    return re.sub(r"\s+", " ", str(error)).split(" LINE 1:")[0][:300]

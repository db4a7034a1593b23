"""Other people's SQL over the same views, read-only: an in-memory connection, locked.

Owner mode: the user's text is a bound value inside one select, the connection may read exactly
the dataset's files and cannot change its settings, and plans that write are refused. What a hostile
text could still do to this process, ``isolation`` keeps in a child.
"""

from __future__ import annotations

import json
import math
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import duckdb

from flowrisk import errors
from flowrisk.dataset import warehouse
from flowrisk.dataset.contract import tables
from flowrisk.engines.composing import own_name
from flowrisk.engines.duckdb import DuckDB, framed, passed_on
from flowrisk.errors import QuestionError
from flowrisk.query import answered, books, foreseeing, parameters, sql_errors
from flowrisk.question import loading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import polars as pl

    from flowrisk.dataset.folder import Folder
    from flowrisk.query.parameters import Value
    from flowrisk.question.question import Question


_WRITING = re.compile(
    r"COPY|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|ATTACH|EXECUTE_SERIALIZED|BATCH"
    r"|EXTERNAL_RESOURCE|CHECKPOINT|TRUNCATE"
)
# blanks and comments may stand anywhere between the words
_BETWEEN = r"(?:\s|/\*.*?\*/|--[^\n]*\n)*"
_VARIABLE = re.compile(
    rf"\bgetvariable{_BETWEEN}\({_BETWEEN}'([^']*)'{_BETWEEN}\)", re.IGNORECASE | re.DOTALL
)
_UNCARRIED = re.compile(
    r"\b(INTERVAL|UNION|BIGNUM|VARINT|VARIANT|UHUGEINT|TIME WITH TIME ZONE|TIMETZ|GEOMETRY)\b"
)
# days since 1970 that Python's dates reach
_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896
_LARGEST_LIMIT = 2**62
_INTERRUPT_EVERY_S = 0.05
GRACE_S = 2.0
DEFAULT_TIMEOUT_S = 60.0


class Session:
    """A locked connection with every view and macro of one question; not shared by threads.

    Args:
        asked: the question whose views it reads.
        foreseen: the SQL to come, where it is known: only what it may read is built.

    Raises: as ``question.load``.
    """

    def __init__(self, folder: Folder, asked: Question, *, foreseen: str | None = None) -> None:
        self._engine, self._store, self._loaded = _opened(folder, asked, foreseen)
        self._connection = self._engine.connection
        self._is_answered = False

    def close(self) -> None:
        """Let go of the connection."""
        self._engine.close()

    def query(
        self,
        sql: str,
        values: Mapping[str, Value] | None = None,
        *,
        limit_count: int | None = None,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        when_stuck: Callable[[], None] | None = None,
    ) -> tuple[pl.DataFrame, bool]:
        """See ``query``."""
        refuse_unusable(limit_count, timeout_s)
        sql = answered.listing_for(sql)
        asked = "select * from query(?)" + ("" if limit_count is None else " limit ?")
        bound: list[object] = [sql] if limit_count is None else [sql, limit_count + 1]
        with self._watched(sql, timeout_s, when_stuck):
            self._prepare(sql, values or {})
            relation = self._connection.sql(asked, params=bound)
            frame = _heard(lambda: _carried(relation), self._connection)
        is_cut = limit_count is not None and frame.height > limit_count
        return (frame.head(limit_count) if is_cut and limit_count is not None else frame), is_cut

    def plan(self, sql: str, values: Mapping[str, Value], *, timeout_s: float) -> str:
        """Return how DuckDB would answer one select: a line a step, inputs indented below it.

        Raises: as ``query``.
        """
        refuse_unusable(None, timeout_s)
        with self._watched(sql, timeout_s):
            steps = self._prepare(sql, values)
        return "".join(_drawn(steps, 0))

    def statements(self, sql: str) -> list[str]:
        """Return the text of each statement.

        Raises: QuestionError for what is no SQL.
        """
        with _translated(sql, DEFAULT_TIMEOUT_S):
            return [each.query for each in self._connection.extract_statements(sql)]

    def parameters_of(self, sql: str) -> set[str]:
        """Return the names one statement reads as ``$name`` or ``getvariable('name')``.

        Raises: QuestionError for what is no SQL.
        """
        with _translated(sql, DEFAULT_TIMEOUT_S):
            named = {
                n for s in self._connection.extract_statements(sql) for n in s.named_parameters
            }
        return named | {name.lower() for name in _VARIABLE.findall(sql)}

    @contextmanager
    def _watched(
        self, sql: str, timeout_s: float, when_stuck: Callable[[], None] | None = None
    ) -> Iterator[None]:
        watched = _interrupted_after(self._connection, timeout_s, when_stuck)
        with _translated(sql, timeout_s), watched:
            yield

    def _prepare(self, sql: str, values: Mapping[str, Value]) -> list[dict[str, Any]]:
        """Bind the values and return the plan, after refusing what is not one reading select."""
        statements = self._connection.extract_statements(sql)
        if len(statements) != 1 or not _is_select(statements[0]):
            raise QuestionError(
                "The SQL is not one select.",
                facts={"statements": len(statements)},
                remedy="Give one select; a query only reads.",
            )
        if answered.is_read_by(sql) and not self._is_answered:
            answered.define(self._engine, self._store, self._loaded)
            self._is_answered = True
        parameters.match(values, self.parameters_of(sql))
        for name, value in parameters.checked(values).items():
            self._connection.execute(f"set variable {own_name(name)} = ?", [value])
        drawn = self._connection.execute(
            "explain (format json) select * from query(?)", [sql]
        ).fetchall()
        steps: list[dict[str, Any]] = json.loads(drawn[0][1])
        _refuse_writing(steps)
        return steps


def query(
    folder: Folder,
    asked: Question,
    sql: str,
    *,
    limit_count: int | None,
    timeout_s: float,
    values: Mapping[str, Value] | None = None,
    when_stuck: Callable[[], None] | None = None,
) -> tuple[pl.DataFrame, bool]:
    """Answer one select over the views of one question.

    Args:
        asked: the question whose views it reads.
        limit_count: rows at most; None for all.
        timeout_s: seconds allowed for the user's select.
        values: the parameters the SQL reads as ``$name`` or ``getvariable('name')``.
        when_stuck: called in another thread where the select goes on 2 s past its time, as inside
            one long scalar call, which nothing in this process can end.

    Returns: the rows, and whether more were left off.
    Raises: QuestionError for SQL that fails or is not one select; TimeoutError past the time.
    """
    refuse_unusable(limit_count, timeout_s)
    with closing(Session(folder, asked, foreseen=sql)) as session:
        return session.query(
            sql,
            values or {},
            limit_count=limit_count,
            timeout_s=timeout_s,
            when_stuck=when_stuck,
        )


def plan(
    folder: Folder,
    asked: Question,
    sql: str,
    *,
    timeout_s: float,
    values: Mapping[str, Value] | None = None,
) -> str:
    """Return how DuckDB would answer one select: a line a step, inputs indented below it.

    Raises: as ``query``.
    """
    refuse_unusable(None, timeout_s)
    with closing(Session(folder, asked, foreseen=sql)) as session:
        return session.plan(sql, values or {}, timeout_s=timeout_s)


def locked(folder: Folder, asked: Question, *, foreseen: str | None = None) -> DuckDB:
    """Return an engine with every view of the question defined, closed to everything else.

    Raises: as ``question.load``, and ``books.lines``.
    """
    return _opened(folder, asked, foreseen)[0]


def _opened(
    folder: Folder, asked: Question, foreseen: str | None
) -> tuple[DuckDB, warehouse.Warehouse, loading.Loaded]:
    engine = DuckDB(folder.path, is_spilling=False)
    named, macros = foreseeing.read_by(foreseen, tables())
    # what is read once the settings are closed is looked into before
    is_late = foreseen is None or answered.is_read_by(foreseen)
    store = warehouse.Warehouse(folder, engine, models=None if is_late else named)
    loaded = loading.load(store, asked, book=books.lines(asked))
    store.define(named)
    for macro in macros:
        engine.define_macro(macro.signature, macro.sql)
    # files were closed off when the first of them was looked into; this closes the settings
    engine.connection.execute("set errors_as_json = true")
    engine.connection.execute("set lock_configuration = true")
    return engine, store, loaded


def refuse_unusable(limit_count: int | None, timeout_s: float) -> None:
    """Refuse a time or row limit that is none.

    Raises: QuestionError.
    """
    if not (math.isfinite(timeout_s) and 0 < timeout_s <= threading.TIMEOUT_MAX):
        raise QuestionError(
            "The time limit is not a number of seconds above 0.",
            facts={"timeout": timeout_s},
            remedy="Give --timeout a number of seconds, such as 60.",
        )
    if limit_count is not None and not 0 <= limit_count <= _LARGEST_LIMIT:
        raise QuestionError(
            "The limit is not a number of rows.",
            facts={"limit": limit_count},
            remedy="Give a number of rows, or none for all.",
        )


def _carried(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """Return a relation as a frame, refusing what a frame or Python cannot hold."""
    import polars as pl

    uncarried = [
        name
        for name, kind in zip(relation.columns, relation.types, strict=True)
        if _UNCARRIED.search(str(kind))
    ]
    frame = pl.DataFrame() if uncarried else framed(relation)
    for column in frame.iter_columns():
        if column.dtype in (pl.Date, pl.Datetime):
            days = column.cast(pl.Date).to_physical()
            if days.is_between(_FIRST_DAY, _LAST_DAY).not_().any():
                uncarried.append(column.name)
        # a whole number of 39 digits fits DuckDB's HUGEINT, and no decimal of a frame
        if column.dtype == pl.Decimal(38, 0) and _has_39_digits(column):
            uncarried.append(column.name)
    if uncarried:
        raise QuestionError(
            "The result holds values that no output format can carry.",
            facts={"columns": errors.join_names(uncarried)},
            remedy="Cast them to varchar: intervals, unions, times with a zone, whole numbers of "
            "39 digits, days outside the years 1 to 9999.",
        )
    return frame


def _has_39_digits(column: pl.Series) -> bool:
    import polars as pl

    whole = column.cast(pl.Int128, strict=False)
    return bool(((whole >= 10**38) | (whole <= -(10**38))).any())


def _heard(act: Callable[[], pl.DataFrame], connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Act in another thread where this one is the main thread: only there Ctrl-C is heard, and not
    while polars reads rows."""
    if threading.current_thread() is not threading.main_thread():
        return act()
    with ThreadPoolExecutor(1) as pool:
        acting = pool.submit(act)
        try:
            while not wait([acting], timeout=_INTERRUPT_EVERY_S).done:
                pass
        except KeyboardInterrupt:
            while not wait([acting], timeout=_INTERRUPT_EVERY_S).done:
                connection.interrupt()
            raise
        return acting.result()


def _is_select(statement: duckdb.Statement) -> bool:
    try:
        return bool(statement.type == duckdb.StatementType.SELECT)
    except ValueError:
        # the binding knows fewer statement types than the parser
        return False


def _refuse_writing(steps: list[dict[str, Any]]) -> None:
    names = set(_operators(steps))
    if any(_WRITING.search(name) for name in names):
        raise QuestionError(
            "The SQL writes; a query only reads.",
            facts={"operators": errors.join_names(sorted(names))},
            remedy="Use -o FILE to keep a result.",
        )


def _drawn(steps: list[dict[str, Any]], depth: int) -> Iterator[str]:
    for step in steps:
        facts = (
            f"{name.lower()}: {', '.join(value) if isinstance(value, list) else value}"
            for name, value in step.get("extra_info", {}).items()
        )
        yield "  " * depth + "; ".join([step["name"].lower().replace("_", " "), *facts]) + "\n"
        yield from _drawn(step.get("children", []), depth + 1)


def _operators(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for child in node:
            yield from _operators(child)
    elif isinstance(node, dict):
        yield str(node.get("name", ""))
        yield from _operators(node.get("children", []))


@contextmanager
def _interrupted_after(
    connection: duckdb.DuckDBPyConnection,
    timeout_s: float,
    when_stuck: Callable[[], None] | None,
) -> Iterator[None]:
    """Interrupt whatever runs past the time, again and again: one interrupt between two
    statements would be lost."""
    is_over = threading.Event()

    def watch() -> None:
        wait_s, last_s = timeout_s, time.monotonic() + timeout_s + GRACE_S
        while not is_over.wait(wait_s):
            connection.interrupt()
            wait_s = _INTERRUPT_EVERY_S
            if when_stuck and time.monotonic() > last_s:
                when_stuck()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_over.set()
        watcher.join()


@contextmanager
def _translated(sql: str, timeout_s: float) -> Iterator[None]:
    try:
        yield
    except duckdb.InterruptException as error:
        raise sql_errors.overrun(timeout_s) from error
    except RuntimeError as error:
        # how the engine reports Ctrl-C
        if "interrupted" in str(error):
            raise KeyboardInterrupt from error
        raise sql_errors.refused(str(error), sql) from error
    except duckdb.Error as error:
        raise passed_on(error) or sql_errors.refused(str(error), sql) from error

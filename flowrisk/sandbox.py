"""Other people's SQL over the same views, read-only: an in-memory connection, locked.

Owner mode: the user's text is a bound value inside one select, the connection may read exactly
the dataset's files and cannot change its settings, and plans that write are refused.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from flowrisk import errors, models, scenario, warehouse
from flowrisk.engines.duckdb import DuckDB
from flowrisk.errors import QuestionError, nearest

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.dataset import Folder
    from flowrisk.domain import Assumption

_WRITING = re.compile(r"COPY|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|ATTACH|EXECUTE_SERIALIZED|BATCH")
_MISSING = re.compile(r"(?:Table|View) with name ([\w.]+) does not exist")


def query(
    folder: Folder,
    chosen: Mapping[str, Assumption],
    sql: str,
    *,
    limit_count: int | None,
    timeout_s: float,
) -> tuple[pl.DataFrame, bool]:
    """Answer one select over the views of one question.

    Args:
        chosen: the settings of the question, as for ``scenario.answer``.
        limit_count: rows at most; None for all.
        timeout_s: seconds allowed for the user's select.

    Returns: the rows, and whether more were left off.
    Raises: QuestionError for SQL that fails or is not one select; TimeoutError past the time.
    """
    engine = locked(folder, chosen)
    _refuse_writing(engine, sql)
    asked = "select * from query(?)" + ("" if limit_count is None else " limit ?")
    values: list[object] = [sql] if limit_count is None else [sql, limit_count + 1]
    with _interrupted_after(engine.connection, timeout_s), _translated(sql, timeout_s):
        import polars as pl

        frame = pl.DataFrame(engine.connection.sql(asked, params=values))
    is_cut = limit_count is not None and frame.height > limit_count
    return (frame.head(limit_count) if is_cut and limit_count is not None else frame), is_cut


def locked(folder: Folder, chosen: Mapping[str, Assumption]) -> DuckDB:
    """Return an engine with every view of the question defined, closed to everything else.

    Raises: as ``scenario.load``.
    """
    engine = DuckDB()
    store = warehouse.Warehouse(folder, engine)
    scenario.load(store, chosen)
    store.define([name for name in models.models() if not name.startswith("checks.")])
    store.bind_all()
    files = [str(path) for paths in folder.files.values() for path in paths]
    # the order matters: each step closes the way to undo the one before
    engine.connection.execute("set temp_directory = ''")
    engine.connection.execute("set allowed_paths = $files", {"files": files})
    engine.connection.execute("set enable_external_access = false")
    engine.connection.execute("set lock_configuration = true")
    return engine


def _refuse_writing(engine: DuckDB, sql: str) -> None:
    with _translated(sql, None):
        plan = engine.connection.execute(
            "explain (format json) select * from query(?)", [sql]
        ).fetchall()
    names = set(_operators(json.loads(plan[0][1])))
    if any(_WRITING.search(name) for name in names):
        raise QuestionError(
            "The SQL writes; a query only reads.",
            facts={"operators": errors.listed(sorted(names))},
            remedy="Use -o FILE to keep a result.",
        )


def _operators(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for child in node:
            yield from _operators(child)
    elif isinstance(node, dict):
        yield str(node.get("name", ""))
        yield from _operators(node.get("children", []))


@contextmanager
def _interrupted_after(connection: duckdb.DuckDBPyConnection, timeout_s: float) -> Iterator[None]:
    timer = threading.Timer(timeout_s, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _translated(sql: str, timeout_s: float | None) -> Iterator[None]:
    try:
        yield
    except duckdb.InterruptException as error:
        raise errors.TimeoutError(
            f"The query did not finish within {timeout_s:g} s.",
            remedy="Ask for less, or raise --timeout.",
        ) from error
    except (duckdb.Error, RuntimeError) as error:
        raise _refused(sql, str(error)) from error


def _refused(sql: str, message: str) -> QuestionError:
    reason = re.sub(r"\s+", " ", message.split("LINE 1:")[0]).strip()
    facts: dict[str, object] = {"reason": reason}
    if missing := _MISSING.search(message):
        names = [name for name in models.models() if not name.startswith("checks.")]
        close = nearest(missing[1], names) or nearest(
            missing[1], [name.split(".")[1] for name in names]
        )
        facts["reason"] = f"there is no view '{missing[1]}'"
        if close:
            facts["nearest"] = next(name for name in names if name.endswith(close))
    if position := _syntax_position(sql):
        facts["at"] = position
    return QuestionError(
        "The SQL could not be answered.",
        facts=facts,
        remedy="Give one select; 'flowrisk tables' lists the views.",
    )


def _syntax_position(sql: str) -> str | None:
    """Return the line and its marker in the user's own text, where the text does not parse."""
    try:
        duckdb.extract_statements(sql)
    except duckdb.ParserException as error:
        lines = str(error).splitlines()
        start = next((i for i, line in enumerate(lines) if line.startswith("LINE ")), None)
        return None if start is None else lines[start]
    return None

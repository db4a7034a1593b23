"""Other people's SQL over the same views, read-only: an in-memory connection, locked.

Owner mode: the user's text is a bound value inside one select, the connection may read exactly
the dataset's files and cannot change its settings, and plans that write are refused.
"""

from __future__ import annotations

import json
import math
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import duckdb

from flowrisk import errors, models, question, warehouse
from flowrisk.engines.duckdb import DuckDB, literal_path
from flowrisk.errors import QuestionError, nearest

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.dataset import Folder
    from flowrisk.domain import Assumption

_WRITING = re.compile(
    r"COPY|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|ATTACH|EXECUTE_SERIALIZED|BATCH"
)
# days since 1970 that Python's dates reach
_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896
_LARGEST_LIMIT = 2**62
_INTERRUPT_EVERY_S = 0.05
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
    _refuse_unusable(sql, limit_count, timeout_s)
    engine = locked(folder, chosen)
    asked = "select * from query(?)" + ("" if limit_count is None else " limit ?")
    values: list[object] = [sql] if limit_count is None else [sql, limit_count + 1]
    with closing(engine), _interrupted_after(engine.connection, timeout_s), _translated(timeout_s):
        _refuse_writing(engine, sql)
        frame = _carried(engine.connection.sql(asked, params=values))
    is_cut = limit_count is not None and frame.height > limit_count
    return (frame.head(limit_count) if is_cut and limit_count is not None else frame), is_cut


def locked(folder: Folder, chosen: Mapping[str, Assumption]) -> DuckDB:
    """Return an engine with every view of the question defined, closed to everything else.

    Raises: as ``question.load``.
    """
    engine = DuckDB()
    store = warehouse.Warehouse(folder, engine)
    question.load(store, chosen)
    store.define([name for name in models.models() if not name.startswith("checks.")])
    store.bind_all()
    paths = [path for each in folder.files.values() for path in each]
    files = sorted({name for path in paths for name in (str(path), literal_path(path))})
    # the order matters: each step closes the way to undo the one before
    engine.connection.execute("set temp_directory = ''")
    engine.connection.execute("set allowed_paths = $files", {"files": files})
    engine.connection.execute("set enable_external_access = false")
    engine.connection.execute("set lock_configuration = true")
    return engine


def _refuse_unusable(sql: str, limit_count: int | None, timeout_s: float) -> None:
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
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise _refused(str(error)) from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise QuestionError(
            "The SQL is not one select.",
            facts={"statements": len(statements)},
            remedy="Give one select; a query only reads.",
        )
    if statements[0].named_parameters:
        raise QuestionError(
            "The SQL has parameters without values.",
            facts={"parameters": errors.listed(sorted(statements[0].named_parameters))},
            remedy="Write the values into the SQL.",
        )


def _refuse_writing(engine: DuckDB, sql: str) -> None:
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


def _carried(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """Return a relation as a frame, refusing what a frame or Python cannot hold."""
    import polars as pl

    uncarried = [
        name
        for name, kind in zip(relation.columns, relation.types, strict=True)
        if "INTERVAL" in str(kind)
    ]
    frame = pl.DataFrame() if uncarried else pl.DataFrame(relation)
    for column in frame.iter_columns():
        if column.dtype in (pl.Date, pl.Datetime):
            days = column.cast(pl.Date).to_physical()
            if days.is_between(_FIRST_DAY, _LAST_DAY).not_().any():
                uncarried.append(column.name)
    if uncarried:
        raise QuestionError(
            "The result holds values that no output format can carry.",
            facts={"columns": errors.listed(uncarried)},
            remedy="Intervals and days outside the years 1 to 9999: cast them to varchar.",
        )
    return frame


def _operators(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for child in node:
            yield from _operators(child)
    elif isinstance(node, dict):
        yield str(node.get("name", ""))
        yield from _operators(node.get("children", []))


@contextmanager
def _interrupted_after(connection: duckdb.DuckDBPyConnection, timeout_s: float) -> Iterator[None]:
    """Interrupt whatever runs past the time, again and again: one interrupt between two
    statements would be lost."""
    is_over = threading.Event()

    def watch() -> None:
        wait_s = timeout_s
        while not is_over.wait(wait_s):
            connection.interrupt()
            wait_s = _INTERRUPT_EVERY_S

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_over.set()
        watcher.join()


@contextmanager
def _translated(timeout_s: float) -> Iterator[None]:
    try:
        yield
    except duckdb.InterruptException as error:
        raise errors.TimeoutError(
            f"The query did not finish within {timeout_s:g} s.",
            remedy="Ask for less, or raise --timeout.",
        ) from error
    except RuntimeError as error:
        # how the engine reports Ctrl-C
        if "interrupted" in str(error):
            raise KeyboardInterrupt from error
        raise _refused(str(error)) from error
    except duckdb.Error as error:
        raise _refused(str(error)) from error


def _refused(message: str) -> QuestionError:
    text, _, position = message.partition("LINE ")
    facts: dict[str, object] = {"reason": re.sub(r"\s+", " ", text).strip()}
    if position and "query(?)" not in position:
        facts["at"] = "line " + position.splitlines()[0]
    if missing := _MISSING.search(message):
        names = [name for name in models.models() if not name.startswith("checks.")]
        close = nearest(missing[1], names) or nearest(
            missing[1], [name.split(".")[1] for name in names]
        )
        facts["reason"] = f"there is no view '{missing[1]}'"
        if close:
            facts["nearest"] = next(name for name in names if name.endswith(close))
    return QuestionError(
        "The SQL could not be answered.",
        facts=facts,
        remedy="Give one select; 'flowrisk tables' lists the views.",
    )

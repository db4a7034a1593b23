"""A second engine for data that outgrows one machine: the same SQL over Spark Connect.

Speaks to any server of the Spark Connect protocol (Apache Spark, Databricks Connect, Sail). The
footers of the files are read here, the rows there. What a question makes on the cluster lies in
schemas of its own and is dropped when the question ends; files of the dataset are external tables,
which a drop leaves alone.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import re
import secrets
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flowrisk import errors
from flowrisk.engines.composing import own_name, spark_literal
from flowrisk.engines.duckdb import SCHEMAS, DuckDB
from flowrisk.errors import DataError, FlowriskError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import PurePath

    import polars as pl
    from pyspark.sql.connect.session import SparkSession

    from flowrisk.engines.engine import Definition, FileFacts, Row


_CONNECT_S = 10
_SIDE_BY_SIDE_COUNT = 4
_RETRIES_COUNT = 4
_LONGEST_BACKOFF_MS = 2_000
_TYPES = {"varchar": "string"}  # a varchar of Spark wants a length
_NEEDED = {
    "spark.sql.session.timeZone": "UTC",
    # a division by zero is unknown, not the end of the question
    "spark.sql.ansi.enabled": "false",
}
_WISHED = {
    # the months of holdings are found in the folder, not in the catalog
    "spark.sql.hive.manageFilesourcePartitions": "false",
    # a nullable column may stand in some files only; told at each table too
    "spark.sql.parquet.mergeSchema": "true",
}
# texts and comments stay as they are; a name of ours begins with its schema
_QUALIFIED = re.compile(
    rf"('(?:[^'\\]|''|\\.)*'|--[^\n]*)|(?<![\w.])({'|'.join(SCHEMAS)})\.(?=[a-z_])", re.DOTALL
)
_LOST = ("UNAVAILABLE", "CANCELLED", "SESSION_CLOSED", "SESSION_NOT_FOUND", "RETRIES_EXCEEDED")


class Spark:
    """One session on one server, for one question.

    Args:
        url: ``sc://host:port``, with the parameters Spark Connect knows (``;use_ssl=true``).
        folder: the dataset folder as this machine sees it.
        seen_as: the same folder as the cluster sees it (``s3://…``, ``file:///mnt/…``); None
            where it is the same path.

    Raises: QuestionError for an address that is none, missing packages, or a server whose settings
        are others and stay so; TimeoutError where no server answers.
    """

    def __init__(self, url: str, *, folder: PurePath, seen_as: str | None = None) -> None:
        self._folder = folder
        self._seen_as = seen_as
        self._row_counts: dict[PurePath, int] = {}
        day_on = dt.datetime.now(tz=dt.UTC).date()
        self._prefix = f"flowrisk_{day_on:%Y%m%d}_{secrets.token_hex(4)}_"
        self.session = _connected(url)
        try:
            self._set()
            with _refusing():
                for schema in SCHEMAS:
                    self._collected(f"create schema {own_name(self._prefix + schema)}")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Drop what the question made and leave; a server that is gone has nothing to drop."""
        with suppress(Exception):
            self.session.interruptAll()
            for schema in SCHEMAS:
                self._collected(f"drop schema if exists {own_name(self._prefix + schema)} cascade")
        with suppress(Exception):
            self.session.stop()

    def read_footers(
        self,
        paths: Sequence[PurePath],
        *,
        skimmed: Collection[PurePath] = (),
        allowed: Sequence[PurePath] = (),
    ) -> dict[PurePath, FileFacts]:
        """See ``Engine.read_footers``."""
        with closing(DuckDB(self._folder)) as local:
            footers = local.read_footers(paths, skimmed=skimmed, allowed=allowed)
        self._row_counts |= {path: facts.row_count for path, facts in footers.items()}
        return footers

    def ascending(self, paths: Sequence[PurePath], keys: Sequence[str]) -> set[PurePath]:
        """See ``Engine.ascending``: the rows of a cluster have no order."""
        del paths, keys
        return set()

    def size_for(self, row_count: int, *, is_whole: bool = False) -> None:
        """See ``Engine.size_for``: the cluster sizes itself."""

    def bind_parquet(
        self, name: str, paths: Sequence[PurePath], columns: Mapping[str, str]
    ) -> None:
        """See ``Engine.bind_parquet``.

        Raises: DataError where the cluster sees other rows at this place than this machine.
        """
        selected = ", ".join(f"{sql} as {own_name(column)}" for column, sql in columns.items())
        origin = self._bound_files(name, paths) if paths else "(select 1) where false"
        with _refusing():
            self._collected(f"create view {own_name(name)} as select {selected} from {origin}")

    def load_rows(
        self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[object]]
    ) -> None:
        """See ``Engine.load_rows``."""
        typed = ", ".join(
            f"{own_name(column)} {own_name(_TYPES.get(kind, kind))}"
            for column, kind in columns.items()
        )
        with _refusing():
            frame = self.session.createDataFrame([tuple(row) for row in rows], typed)
            frame.write.saveAsTable(self._placed(own_name(name)))

    def define(self, name: str, sql: str, *, is_table: bool) -> None:
        """See ``Engine.define``; a mart stays a view, because a table of Spark has no order."""
        kind = "table" if is_table and not name.startswith("marts.") else "view"
        with _refusing():
            self._collected(f"create {kind} {own_name(name)} as {sql}")

    def frames(self, selects: Sequence[str]) -> list[pl.DataFrame]:
        """See ``Engine.frames``."""
        with ThreadPoolExecutor(_SIDE_BY_SIDE_COUNT) as pool:
            return list(pool.map(self.frame, selects))

    def frame(self, sql: str, parameters: Sequence[object] = ()) -> pl.DataFrame:
        """See ``Engine.frame``."""
        import polars as pl

        with _refusing():
            return pl.DataFrame(self._collected(sql, parameters))

    def rows_of_each(
        self, selects: Sequence[Definition], *, over: Sequence[Definition] = ()
    ) -> list[list[Row]]:
        """See ``Engine.rows_of_each``: definitions one after the other, as the cluster works on
        each at once."""
        for each in over:
            self.define(each.name, each.sql, is_table=each.is_table)
        with ThreadPoolExecutor(_SIDE_BY_SIDE_COUNT) as pool:
            found = pool.map(self.frame, [each.sql for each in selects])
            return [list(frame.iter_rows(named=True)) for frame in found]

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """See ``Engine.rows``."""
        return self.frame(sql, parameters).rows()

    def _collected(self, sql: str, parameters: Sequence[object] = ()) -> Any:  # noqa: ANN401 - arrow
        return self.session.sql(self._placed(sql), args=list(parameters) or None).toArrow()

    def _placed(self, sql: str) -> str:
        """Return SQL with each name of ours in the schemas of this question."""
        return _QUALIFIED.sub(lambda found: found[1] or f"{self._prefix}{found[2]}.", sql)

    def _set(self) -> None:
        """Set what the answers need, and what helps where the server lets us."""
        for name, value in {**_NEEDED, **_WISHED}.items():
            try:
                with _refusing():
                    self.session.conf.set(name, value)
            except DataError as error:
                if name in _WISHED or self._is_set(name, value):
                    continue
                raise QuestionError(
                    "The server does not take a setting that the answers need.",
                    facts={"setting": name, "needed": value, **error.facts},
                    remedy="Set it on the server, or ask one that lets a session set it.",
                ) from error

    def _is_set(self, name: str, value: str) -> bool:
        with suppress(DataError), _refusing():
            return str(self.session.conf.get(name)).casefold() == value.casefold()
        return False

    def _bound_files(self, name: str, paths: Sequence[PurePath]) -> str:
        place = self._place(type(self._folder)(os.path.commonpath(paths)))
        here_count = sum(self._row_counts[path] for path in paths)
        facts: dict[str, object] = {"table": name, "place": place, "rows here": here_count}
        try:
            with _refusing():
                self._collected(
                    f"create table {own_name(name)}_files using parquet "
                    f"options (mergeSchema 'true') location {spark_literal(place)}"
                )
                ((there_count,),) = self.rows(f"select count(*) from {own_name(name)}_files")
        except DataError as error:
            raise _unseen({**facts, **error.facts}) from error
        if there_count != here_count:
            raise _unseen({**facts, "rows there": there_count})
        return f"{name}_files"

    def _place(self, path: PurePath) -> str:
        if self._seen_as is None:
            return str(path)
        return f"{self._seen_as.rstrip('/')}/{path.relative_to(self._folder).as_posix()}"


def _is_address(url: str) -> bool:
    try:
        # told apart as Spark's own client does: it raises for brackets and ports that are none
        port = urlsplit(url).port
    except ValueError:
        return False
    return port != 0 and re.fullmatch(r"sc://[^/;\s]+(/(;[^\s]*)?)?", url) is not None


def _connected(url: str) -> SparkSession:
    if not _is_address(url):
        raise QuestionError(
            f"'{url.partition(';')[0]}' is not the address of a Spark Connect server.",
            remedy="Write --engine-url as sc://HOST:PORT, such as sc://localhost:15002.",
        )
    _hush()
    try:
        import grpc
        from pyspark.sql.connect.client import DefaultChannelBuilder
        from pyspark.sql.connect.client.retries import DefaultPolicy
        from pyspark.sql.connect.session import SparkSession
    except ImportError as error:
        raise QuestionError(
            "The engine 'spark' needs packages that are not installed.",
            facts={"missing": error.name or error},
            remedy="Install them: pip install 'index-flowrisk[spark]'.",
        ) from error
    with _refusing(), closing(DefaultChannelBuilder(url).toChannel()) as channel:
        try:
            grpc.channel_ready_future(channel).result(timeout=_CONNECT_S)
        except grpc.FutureTimeoutError as error:
            raise errors.TimeoutError(
                f"No Spark Connect server answered within {_CONNECT_S} seconds.",
                facts={"address": url.partition(";")[0]},
                remedy="Start the server, or correct --engine-url; the default engine needs none.",
            ) from error
        session = SparkSession(connection=url)
    policy = DefaultPolicy(max_retries=_RETRIES_COUNT, max_backoff=_LONGEST_BACKOFF_MS)
    session.client.set_retry_policies([policy])
    return session


def _hush() -> None:
    """Keep the client's own words off stderr: each refusal is told once, in this program's words,
    and no pandas frame is handed to it."""
    # it takes a program without a file (python -c) for its own doctests and would end it
    vars(sys.modules["__main__"]).setdefault("__file__", "-c")
    for message in (r"\[RETRIES_EXCEEDED\]", "PySpark does not yet fully support pandas"):
        warnings.filterwarnings("ignore", message)
    for logger in ("SQLQueryContextLogger", "DataFrameQueryContextLogger", "pyspark"):
        logging.getLogger(logger).setLevel(logging.CRITICAL)


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn what the client raises into words: a lost server, or a refused statement."""
    import grpc
    from pyspark.errors import PySparkException

    try:
        yield
    except FlowriskError:
        raise
    except (PySparkException, grpc.RpcError, OSError) as error:
        reason = _first_line(error.details() if isinstance(error, grpc.Call) else str(error))
        if any(word in str(error) for word in _LOST):
            raise errors.TimeoutError(
                "The Spark Connect server went away before it answered.",
                facts={"reason": reason},
                remedy="Nothing was written. Ask again when the server is back; see its log.",
            ) from error
        raise DataError(
            "The cluster could not answer.",
            facts={"reason": reason},
            remedy="Read the reason; without --engine this machine answers the same question.",
        ) from error


def _unseen(facts: Mapping[str, object]) -> DataError:
    return DataError(
        "The cluster does not see the files of the dataset.",
        facts=facts,
        remedy="Put the dataset where every node reads it, and say where with --engine-data "
        "(s3://bucket/dataset, file:///mnt/dataset).",
    )


def _first_line(text: str) -> str:
    return re.sub(r"\s+", " ", text.partition("JVM stacktrace")[0])[:300]

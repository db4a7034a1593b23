"""What a dataset answers to SQL: the part of ``api.Dataset`` that speaks for the sandbox."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.dataset import Folder
    from flowrisk.domain import Assumption
    from flowrisk.parameters import Value
    from flowrisk.sandbox import Session


class _Asked(Protocol):
    @property
    def folder(self) -> Folder:
        """The dataset's files."""
        ...

    def settings(self, given: Mapping[str, object]) -> dict[str, Assumption]:
        """Return every setting of a question, as ``api.Dataset.settings`` does."""
        ...


class Queries:
    """The methods of a dataset that take SQL or tell what there is to ask."""

    __slots__ = ()

    def query(
        self: _Asked,
        sql: str,
        *,
        params: Mapping[str, Value] | None = None,
        limit: int | None = None,
        timeout: float = 60.0,
        isolated: bool = False,
        **question: Any,  # noqa: ANN401 - the arguments of scenario
    ) -> pl.DataFrame:
        """Return the rows of one select over the views of a question.

        Args:
            params: values the SQL reads as ``$name``; bound, never spliced.
            limit: rows at most; None for all.
            timeout: seconds allowed.
            isolated: answer in a confined child process, for SQL you do not trust; warns of each
                promise this system cannot keep.
            question: as the arguments of ``scenario``.

        Raises: QuestionError for SQL that fails; TimeoutError past the time.
        """
        from flowrisk import isolation, sandbox

        ask = functools.partial(isolation.query, say=warnings.warn) if isolated else sandbox.query
        frame, _ = ask(
            self.folder,
            self.settings(question),
            sql,
            limit_count=limit,
            timeout_s=timeout,
            values=params,
        )
        return frame

    def query_plan(
        self: _Asked,
        sql: str,
        *,
        params: Mapping[str, Value] | None = None,
        timeout: float = 60.0,
        **question: Any,  # noqa: ANN401 - the arguments of scenario
    ) -> str:
        """Return how one select would be answered: a line a step, inputs indented below it.

        Raises: as ``query``.
        """
        from flowrisk import sandbox

        return sandbox.plan(
            self.folder, self.settings(question), sql, values=params, timeout_s=timeout
        )

    def shell(self: _Asked, **question: Any) -> Session:  # noqa: ANN401 - as scenario
        """Return a session for many selects over one question: it loads the question once.

        Close it in the end (``contextlib.closing``), and keep it in one thread.

        Raises: as ``scenario``.
        """
        from flowrisk import sandbox

        return sandbox.Session(self.folder, self.settings(question))

    def export_duckdb(
        self: _Asked,
        path: str | Path,
        *,
        force: bool = False,
        **question: Any,  # noqa: ANN401 - the arguments of scenario
    ) -> Path:
        """Write a DuckDB database with the views and macros of a question for other tools.

        Raises: QuestionError for an existing file, or one that cannot be written.
        """
        from flowrisk import database

        return database.write(self.folder, self.settings(question), Path(path), is_forced=force)

    def tables(self: _Asked, name: str | None = None) -> pl.DataFrame:
        """Return the views and macros a query can read, or the columns of one.

        Raises: QuestionError for an unknown name.
        """
        from flowrisk import catalog

        if name is None:
            return catalog.listing()
        return catalog.describe(self.folder, self.settings({}), name).columns

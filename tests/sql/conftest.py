"""The model a module tests is named by the module's own path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from flowrisk.dataset import sql_models

if TYPE_CHECKING:
    from rows import Rows

    from flowrisk.dataset.warehouse import Warehouse

Ask = Callable[..., "Warehouse"]


@pytest.fixture
def model_name(request: pytest.FixtureRequest) -> str:
    """Return ``marts.outflows`` in tests/sql/marts/test_outflows.py."""
    return f"{request.path.parent.name}.{request.path.stem.removeprefix('test_')}"


@pytest.fixture
def answer(model_name: str, question: Ask) -> Callable[..., list[tuple[Any, ...]]]:
    """Return a function: columns, question and tables in, the model's rows out."""

    def ask(
        columns: str, asked: Mapping[str, object] | None = None, /, **tables: Rows | None
    ) -> list[tuple[Any, ...]]:
        return question(asked, **tables).frame(model_name).select(columns.split()).rows()

    return ask


@pytest.fixture
def facts(model_name: str, question: Ask) -> Callable[..., list[tuple[str, str]]]:
    """Return a function: question and tables in, the counter-examples of the check out."""

    def ask(
        asked: Mapping[str, object] | None = None, /, **tables: Rows | None
    ) -> list[tuple[str, str]]:
        store = question(asked, **tables)
        check = sql_models.models()[model_name]
        store.define(sorted(check.reads))
        return sorted(store.engine.frame(check.sql).rows())

    return ask

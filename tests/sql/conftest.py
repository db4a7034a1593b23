"""The model a module tests is named by the module's own path."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from flowrisk.dataset import sql_models

if TYPE_CHECKING:
    from rows import Rows

    from flowrisk.dataset.warehouse import Warehouse

Ask = Callable[..., "Warehouse"]
FOUND_FILE = "CHECKS_THAT_FOUND"
"""Names a file to which each check that found something in its tests is written."""


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
        found = sorted(store.engine.frame(check.sql).rows())
        if found and FOUND_FILE in os.environ:
            with Path(os.environ[FOUND_FILE]).open("a", encoding="utf-8") as file:
                file.write(f"{check.name}\n")
        return found

    return ask

"""What SQL may read, judged by its text alone: only that is bound and defined for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowrisk.dataset import sql_models
from flowrisk.dataset.warehouse import QUESTION_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flowrisk.dataset.sql_models import Model

_ANY_NAME = re.compile(r"query|_schema|duckdb_|pg_|sqlite_|show|describe|summarize")


def read_by(sql: str | None, tables: Iterable[str]) -> tuple[list[str], list[Model]]:
    """Return the tables and models, and the macros, that the SQL may read: those whose bare name
    it holds, or all where it is not known, could build a name, or lists the catalog."""
    models = sql_models.models()
    known = {
        **{f"raw.{name}": name for name in tables},
        **{f"scenario.{name}": name for name in QUESTION_TABLES},
        **{name: model.name for name, model in models.items() if model.layer != "checks"},
    }
    if sql is None or _ANY_NAME.search(sql.casefold()):
        return list(known), list(sql_models.macros().values())
    text = sql.casefold()
    macros: list[Model] = []
    for macro in reversed(sql_models.macros().values()):
        if macro.name in text:
            text += macro.sql
            macros.insert(0, macro)
    return [name for name, bare in known.items() if bare in text], macros

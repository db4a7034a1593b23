"""A DuckDB database file for other tools: the views, tables and macros of one question.

Raw and staging views read the dataset's own files by absolute path; what a question materialises
is in the file as of the day it was written.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from flowrisk.dataset import leftovers, sql_models, warehouse
from flowrisk.dataset.folder import absolute
from flowrisk.engines.duckdb import SCHEMAS, DuckDB
from flowrisk.errors import QuestionError
from flowrisk.export import files
from flowrisk.query import books
from flowrisk.question import loading

if TYPE_CHECKING:
    from flowrisk.dataset.folder import Folder
    from flowrisk.question.question import Question


def write(folder: Folder, asked: Question, path: Path, *, is_forced: bool) -> Path:
    """Write the database aside, rename it into place and return its absolute path.

    Raises: QuestionError for an existing file, one that cannot be written, or a name that DuckDB
        would mistake for a schema; as ``question.load``, and ``books.lines``.
    """
    target = absolute(path)
    files.refuse_existing(target, is_forced=is_forced)
    if target.stem in SCHEMAS:
        raise QuestionError(
            f"A database called '{target.stem}' would hide its own schema of that name.",
            facts={"path": target},
            remedy="Choose another file name.",
        )
    with files.folder_aside(target) as aside:
        _made(folder, asked, aside / target.name)
        (aside / target.name).replace(target)
    return target


def _made(folder: Folder, asked: Question, path: Path) -> None:
    """Make the file in a folder of its own: DuckDB lays its log beside it. The place of the log it
    finds wrongly in a path with these marks; then the file is made elsewhere and copied."""
    if not set(str(path)) & set("?\\"):
        _fill(folder, asked, path)
        return
    with tempfile.TemporaryDirectory(prefix=leftovers.prefix()) as elsewhere:
        made = Path(elsewhere) / "made.duckdb"
        _fill(folder, asked, made)
        shutil.copyfile(made, path)


def _fill(folder: Folder, asked: Question, path: Path) -> None:
    with closing(DuckDB(folder.path, writable=path.parent)) as engine:
        store = warehouse.Warehouse(folder, engine)
        loading.load(store, asked, book=books.lines(asked))
        store.define([
            *(f"raw.{name}" for name in store.tables),
            *(f"scenario.{name}" for name in warehouse.QUESTION_TABLES),
            *(name for name, m in sql_models.models().items() if m.layer != "checks"),
        ])  # fmt: skip
        for macro in sql_models.macros().values():
            engine.define_macro(macro.signature, macro.sql)
        engine.save(path)

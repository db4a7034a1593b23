"""What there is to query: views and macros, grain, columns, units, meaning.

From the contract, the SQL headers and the views themselves, so that it cannot fall behind them.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowrisk.answers import scenario
from flowrisk.dataset import sql_models
from flowrisk.dataset.contract import tables, unit
from flowrisk.dataset.warehouse import QUESTION_TABLES
from flowrisk.engines.composing import own_name
from flowrisk.errors import QuestionError, join_names, nearest
from flowrisk.query import answered, sandbox

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.dataset.folder import Folder
    from flowrisk.dataset.sql_models import Model
    from flowrisk.question.question import Question


@dataclass(frozen=True, slots=True)
class View:
    """A view as a reader needs to know it; ``columns`` has column, type, unit, meaning."""

    name: str
    description: str
    grain: str
    units: str
    example: str
    columns: pl.DataFrame


def views() -> pl.DataFrame:
    """Return every view with its grain and description, marts first."""
    import polars as pl

    order = ("marts", "intermediate", "staging")
    rows = [
        (model.qualified_name, ", ".join(model.grain), model.description)
        for layer in order
        for model in sorted(sql_models.models().values(), key=lambda each: each.name)
        if model.layer == layer
    ]
    rows += [
        (f"{answered.SCHEMA}.{name}", ", ".join(model.grain),
         f"marts.{name} with the columns that are added in Python")
        for name in answered.NAMES
        for model in [sql_models.models()[f"marts.{name}"]]
    ]  # fmt: skip
    rows += [(f"raw.{t.name}", ", ".join(t.keys), t.meaning) for t in tables().values()]
    rows += [(f"scenario.{name}", "", "the question") for name in QUESTION_TABLES]
    return pl.DataFrame(rows, schema=["view", "grain", "description"], orient="row")


def macros() -> pl.DataFrame:
    """Return every table macro as it is called, with its grain and description."""
    import polars as pl

    rows = [
        (macro.signature, ", ".join(macro.grain), macro.description)
        for macro in sorted(sql_models.macros().values(), key=lambda each: each.name)
    ]
    return pl.DataFrame(rows, schema=["view", "grain", "description"], orient="row")


def listing() -> pl.DataFrame:
    """Return all there is to query: the views, then the macros."""
    import polars as pl

    return pl.concat([views(), macros()])


def describe(folder: Folder, asked: Question, name: str) -> View:
    """Return one view or macro with its columns; a bare name is looked for in the marts first,
    after the macros.

    Raises: QuestionError for an unknown name, saying the nearest.
    """
    import polars as pl

    if name.partition("(")[0] in sql_models.macros():
        return _macro(folder, asked, sql_models.macros()[name.partition("(")[0]])
    full = _full_name(name)
    layer, bare = full.split(".")
    # a table that Python adds to has the columns of its mart, then those
    viewed = f"marts.{bare}" if layer == answered.SCHEMA else full
    with closing(sandbox.locked(folder, asked, foreseen=viewed)) as engine:
        described = engine.rows(f"describe select * from {own_name(viewed)}")
    model = sql_models.models().get(viewed)
    meanings = {c.name: c.meaning for t in tables().values() for c in t.columns if t.name == bare}
    rows = [
        (column, kind.lower(), unit(column), meanings.get(column, ""))
        for column, kind, *_ in described
    ]
    if layer in ("marts", answered.SCHEMA):
        is_here = layer == answered.SCHEMA or bare not in answered.NAMES
        where = "" if is_here else f": {answered.SCHEMA}.{bare}"
        rows += [
            (column, "double", unit(column), f"added in Python{where}")
            for column in scenario.ADDED_IN_PYTHON.get(bare, ())
        ]
    table = tables().get(bare)
    return View(
        name=full,
        description=model.description if model else table.meaning if table else "the question",
        grain=", ".join(model.grain if model else table.keys if table else ()),
        units=model.facts["units"] if model else "by the suffix of each column",
        example=(model.facts.get("example") if model and full == viewed else None)
        or f"select * from {full}",
        columns=pl.DataFrame(rows, schema=["column", "type", "unit", "meaning"], orient="row"),
    )


def _full_name(name: str) -> str:
    known = views()["view"].to_list()
    full = next((view for view in known if view == name or view.split(".")[1] == name), None)
    if full is None:
        close = nearest(name, [*known, *sql_models.macros()])
        raise QuestionError(
            f"There is no view '{name}'.",
            facts={"nearest": close} if close else {"known": join_names(known)},
            remedy="Run 'flowrisk tables' for the list.",
        )
    return str(full)


def _macro(folder: Folder, asked: Question, macro: Model) -> View:
    import polars as pl

    call = f"{macro.name}({', '.join(['null'] * len(macro.arguments))})"
    with closing(sandbox.locked(folder, asked, foreseen=macro.name)) as engine:
        described = engine.rows(f"describe select * from {call}")
    rows = [(column, kind.lower(), unit(column), "") for column, kind, *_ in described]
    return View(
        name=macro.signature,
        description=macro.description,
        grain=", ".join(macro.grain),
        units=macro.facts["units"],
        example=macro.facts["example"],
        columns=pl.DataFrame(rows, schema=["column", "type", "unit", "meaning"], orient="row"),
    )

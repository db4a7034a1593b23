"""The SQL as a dbt project: its models with ``ref`` and ``source``, its checks as tests.

In it lies ``question.duckdb``, as ``duckdb_file`` writes it: its tables of the dataset, as views,
and those of the question are the project's sources. Macros of a query are no models and stay out.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowrisk import __version__
from flowrisk.dataset import sql_models
from flowrisk.dataset.contract import tables
from flowrisk.dataset.folder import absolute
from flowrisk.dataset.warehouse import QUESTION_TABLES
from flowrisk.errors import ModelError, QuestionError
from flowrisk.export import files
from flowrisk.export.formats import json_bytes
from flowrisk.query import duckdb_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowrisk.dataset.folder import Folder
    from flowrisk.dataset.sql_models import Model
    from flowrisk.question.question import Question

_QUESTION = "question"
_SOURCES = ("raw", "scenario")
_LAYERS = ("staging", "intermediate", "marts")
# what dbt would read as its own marks
_MARKS = ("{{", "{%", "{#")
# without it a schema is called TARGET_staging
_SCHEMA_MACRO = """{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
"""
_README = """# flowrisk as a dbt project

Written by flowrisk {version}: change `sql/` there, not this folder.

    pip install dbt-duckdb
    dbt build --profiles-dir .

builds `flowrisk.duckdb`: schemas staging, intermediate and marts. The sources are in
`question.duckdb`, a database that `flowrisk export-duckdb` writes too: `raw` are the tables of the
dataset, read where they lie, `scenario` is the question. On another warehouse, load both as tables
and name them in `models/sources.yml`. Tests are the checks: no rows mean that what a test is called
is true.
"""


def write(folder: Folder, asked: Question, path: Path) -> Path:
    """Write the project aside, rename it into place and return its absolute path.

    Raises: QuestionError for a folder that exists and is not empty, or cannot be written; as
        ``question.load``.
    """
    target = absolute(path)
    if os.path.lexists(target) and (not target.is_dir() or any(target.iterdir())):
        raise QuestionError(
            "The folder of the project exists already.",
            facts={"path": target},
            remedy="Name a folder that is new or empty.",
        )
    with files.folder_aside(target) as aside:
        duckdb_file.write(folder, asked, aside / f"{_QUESTION}.duckdb", is_forced=False)
        for name, text in project().items():
            (aside / name).parent.mkdir(parents=True, exist_ok=True)
            (aside / name).write_text(text, encoding="utf-8")
        aside.chmod(0o755)
        aside.replace(target)
    return target


def project() -> dict[str, str]:
    """Return the text of every file of the project by its path.

    Raises: ModelError for SQL that dbt would take for its own.
    """
    known = sql_models.models().values()
    return {
        "dbt_project.yml": _yaml(_settings()),
        "profiles.yml": _yaml(_profile()),
        "README.md": _README.format(version=__version__),
        "macros/generate_schema_name.sql": _SCHEMA_MACRO,
        "models/sources.yml": _yaml({"version": 2, "sources": [_source(s) for s in _SOURCES]}),
        "models/models.yml": _yaml(
            {"version": 2, "models": [_described(m) for m in known if m.layer in _LAYERS]}
        ),
        **{_place(model): _templated(model) for model in known},
    }


def _settings() -> Mapping[str, Any]:
    return {
        "name": "flowrisk", "version": __version__, "config-version": 2, "profile": "flowrisk",
        "model-paths": ["models"], "test-paths": ["tests"], "macro-paths": ["macros"],
        "flags": {"send_anonymous_usage_stats": False},
    }  # fmt: skip


def _profile() -> Mapping[str, Any]:
    attached = {"path": f"{_QUESTION}.duckdb", "alias": _QUESTION, "read_only": True}
    output = {"type": "duckdb", "path": "flowrisk.duckdb", "threads": 1, "attach": [attached]}
    return {"flowrisk": {"target": "local", "outputs": {"local": output}}}


def _source(schema: str) -> Mapping[str, Any]:
    named = (
        [{"name": each.name, "description": each.meaning} for each in tables().values()]
        if schema == "raw"
        else [{"name": each} for each in QUESTION_TABLES]
    )
    return {"name": schema, "database": _QUESTION, "schema": schema, "tables": named}


def _described(model: Model) -> Mapping[str, Any]:
    return {
        "name": _name(model.qualified_name), "description": model.description,
        "config": {"meta": {"grain": list(model.grain), "units": model.facts["units"]}},
    }  # fmt: skip


def _place(model: Model) -> str:
    if model.layer == "checks":
        return f"tests/{model.name}.sql"
    return f"models/{model.layer}/{_name(model.qualified_name)}.sql"


def _templated(model: Model) -> str:
    """Return a model's select with ``ref`` and ``source`` in place of the names it reads."""
    if any(mark in model.sql for mark in _MARKS):
        raise ModelError(
            "A model holds what dbt reads as a mark of its own.",
            facts={"model": model.qualified_name},
        )
    if model.layer == "checks":
        severity = "error" if model.facts["severity"] == "refuse" else "warn"
        head = f"{{{{ config(severity='{severity}') }}}}"
    else:
        kind = "table" if model.is_table else "view"
        head = (f"{{{{ config(schema='{model.layer}', alias='{model.name}', "
                f"materialized='{kind}') }}}}")  # fmt: skip
    return f"-- {model.description}\n{head}\n\n{sql_models.renamed(model.sql, _reference)}"


def _reference(schema: str, name: str) -> str:
    if schema in _SOURCES:
        return f"{{{{ source('{schema}', '{name}') }}}}"
    return f"{{{{ ref('{_name(f'{schema}.{name}')}') }}}}"


def _name(qualified: str) -> str:
    """Return the name of a model in dbt, where two layers may not have one of the same name."""
    return qualified.replace(".", "__")


def _yaml(value: object) -> str:
    """Return a value as JSON, which is YAML too."""
    return json_bytes(value, indent=2).decode()

"""JSON Schema of what is exported and of a dataset: made from the contract, the SQL's headers and
the types of frames; the made ones are shipped in ``schema/``.

Draft 2020-12. Keys and columns may be added without a new ``schema_version``, so that nothing
beyond what is named is forbidden; what is named is there.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flowrisk.dataset import resources
from flowrisk.dataset.contract import ColumnType, tables, unit
from flowrisk.domain import SCHEMA_VERSION
from flowrisk.errors import QuestionError, join_names, nearest

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.dataset.contract import Table

Schema = dict[str, Any]
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TEXT, _WHOLE, _NUMBER, _FLAG = (
    {"type": each} for each in ("string", "integer", "number", "boolean")
)
_DAY = {"type": "string", "format": "date"}
_OF_CONTRACT: dict[ColumnType, Schema] = {
    "varchar": _TEXT, "double": _NUMBER, "date": _DAY, "boolean": _FLAG, "bigint": _WHOLE,
}  # fmt: skip
_OF_PYTHON: dict[Any, Schema] = {
    str: _TEXT, int: _WHOLE, float: _NUMBER, bool: _FLAG, dt.date: _DAY,
}  # fmt: skip


def shipped_names() -> list[str]:
    """Return what there are schemas of: commands, and ``dataset``."""
    return sorted(path.stem for path in resources.schema_folder().glob("*.json"))


def shipped(name: str) -> bytes:
    """Return a schema as it is shipped.

    Raises: QuestionError for a name that has none.
    """
    known = shipped_names()
    if name not in known:
        raise QuestionError(
            f"There is no schema of '{name}'.",
            facts={"known": join_names(known, at_most_count=20),
                   "nearest": nearest(name, known) or "none"},
            remedy="Name a command, or dataset.",
        )  # fmt: skip
    return (resources.schema_folder() / f"{name}.json").read_bytes()


def document(name: str, title: str, body: Schema) -> Schema:
    """Return a schema as a document of its own."""
    version = {"$id": f"urn:flowrisk:schema:{name}:{SCHEMA_VERSION}"}
    return {"$schema": _DRAFT, **version, "title": title, **body}


def of_dataset() -> Schema:
    """Return the schema of a dataset: its tables by name, each an array of rows."""
    known = tables().values()
    return {
        "type": "object",
        "required": [table.name for table in known if table.is_required],
        "properties": {table.name: of_table(table) for table in known},
    }


def of_table(table: Table) -> Schema:
    """Return the schema of the rows of one table of the contract."""
    return _rows({
        column.name: {
            **_or_null(_OF_CONTRACT[column.type], is_nullable=column.is_nullable),
            **({"enum": [*column.accepted, *([None] if column.is_nullable else [])]}
               if column.accepted else {}),
            **_described(column.name, column.meaning),
        }
        for column in table.columns
    }, description=f"{table.meaning}. Key: {', '.join(table.keys)}")  # fmt: skip


def of_answer(answers: Sequence[Schema], facts: Mapping[str, tuple[str, Sequence[str]]]) -> Schema:
    """Return the schema of the JSON that a command gives.

    Args:
        answers: of several answers of the command, the frames' types (``pl.Schema``) by name.
        facts: by frame, what it is and the columns of its key, which are never null.
    """
    return of_frames(answers, facts, {
        "schema_version": {"const": SCHEMA_VERSION, "description":
                           "rises when a key or column goes or changes its meaning"},
        "flowrisk_version": _TEXT,
        "as_of_on": {**_DAY, "description": "the day the answer describes"},
        "dataset": _DATASET,
        "assumptions": {"type": "object", "additionalProperties": _ASSUMPTION},
        "scenarios": {"type": "array", "items": _SCENARIO},
        "warnings": {"type": "array", "items": _WARNING},
    })  # fmt: skip


def of_comparison(
    answers: Sequence[Schema], facts: Mapping[str, tuple[str, Sequence[str]]]
) -> Schema:
    """Return the schema of the JSON of ``compare``: two heads, then its frames."""
    side = {"type": "object", "required": ["label"], "properties": {"label": _TEXT}}
    return of_frames(
        answers, facts, {"schema_version": {"const": SCHEMA_VERSION}, "a": side, "b": side}
    )


def of_frames(
    answers: Sequence[Schema], facts: Mapping[str, tuple[str, Sequence[str]]], head: Schema
) -> Schema:
    """Return the schema of an object of a head and frames. A frame or column that not all of the
    answers have is not required."""
    names = dict.fromkeys(name for each in answers for name in each)
    return {
        "type": "object",
        "required": [*head, *(name for name in names if all(name in each for each in answers))],
        "properties": {
            **head,
            **{
                name: of_frame([each[name] for each in answers if name in each],
                               *facts.get(name, ("", ())))
                for name in names
            },
        },
    }  # fmt: skip


def of_frame(
    schemas: Sequence[pl.Schema], description: str = "", keys: Sequence[str] = ()
) -> Schema:
    """Return the schema of a frame as an array of rows, of the types it has in these samples."""
    names = dict.fromkeys(name for each in schemas for name in each)
    return _rows(
        {
            name: {
                **_or_null(_of_samples([each[name] for each in schemas if name in each]),
                           is_nullable=name not in keys),
                **_described(name),
            }
            for name in names
        },
        required=[name for name in names if all(name in each for each in schemas)],
        description=description,
    )  # fmt: skip


def any_rows() -> Schema:
    """Return the schema of rows whose columns a question chooses."""
    return {"type": "array", "items": {"type": "object"}}


def of_dataclass(kind: type) -> Schema:
    """Return the schema of a frozen dataclass of plain values as an object."""
    hints = typing.get_type_hints(kind, localns={"date": dt.date})
    names = [each.name for each in dataclasses.fields(kind)]
    return {
        "type": "object",
        "required": names,
        "properties": {name: {**_of_hint(hints[name]), **_described(name)} for name in names},
    }


_DATASET: Schema = {
    "type": "object", "required": ["path", "digest", "tables"],
    "properties": {
        "path": _TEXT, "digest": {**_TEXT, "description": "SHA-256 over the files"},
        "tables": {"type": "array", "items": {
            "type": "object", "required": ["name", "row_count", "oldest_on", "newest_on"],
            "properties": {"name": _TEXT, "row_count": {**_WHOLE, "minimum": 0},
                           "oldest_on": {"type": ["string", "null"]},
                           "newest_on": {"type": ["string", "null"]}},
        }},
    },
}  # fmt: skip
_ASSUMPTION: Schema = {
    "type": "object", "required": ["value", "unit", "set_by"],
    "properties": {"value": {}, "unit": _TEXT, "set_by": _TEXT, "basis": _TEXT, "source": _TEXT},
}  # fmt: skip
_SCENARIO: Schema = {
    "type": "object", "required": ["scenario_id", "provider_ids", "treatment"],
    "properties": {"scenario_id": _TEXT, "provider_ids": {"type": "array", "items": _TEXT},
                   "treatment": _TEXT},
}  # fmt: skip
_WARNING: Schema = {
    "type": "object", "required": ["code", "message"],
    "properties": {"code": _TEXT, "message": _TEXT},
}  # fmt: skip


def _rows(
    columns: Schema, *, description: str = "", required: Sequence[str] | None = None
) -> Schema:
    named = [*columns] if required is None else list(required)
    told = {"description": description} if description else {}
    return {"type": "array", **told,
            "items": {"type": "object", "required": named, "properties": columns}}  # fmt: skip


def _described(name: str, meaning: str = "") -> Schema:
    told = "; ".join(filter(None, (meaning, unit(name))))
    return {"description": told} if told else {}


def _or_null(schema: Schema, *, is_nullable: bool) -> Schema:
    """Return a schema that a null meets too: what is unknown is null, never zero."""
    known = schema.get("type")
    if not is_nullable or known is None:
        return schema
    return {**schema, "type": [*([known] if isinstance(known, str) else known), "null"]}


def _of_samples(found: Sequence[pl.DataType]) -> Schema:
    """Return the schema of a column from its types in samples; one without values has none."""
    import polars as pl

    schemas = [_of_type(each) for each in found if each != pl.Null]
    if not schemas:
        return {}
    kinds = {str(each.get("type")) for each in schemas}
    if kinds == {"integer", "number"}:
        return _NUMBER
    return schemas[0] if len(kinds) == 1 else {}


def _of_type(found: pl.DataType) -> Schema:
    import polars as pl

    if isinstance(found, pl.List | pl.Array):
        return {"type": "array", "items": _or_null(_of_type(found.inner), is_nullable=True)}  # type: ignore[arg-type]
    if isinstance(found, pl.Struct):
        inner = {each.name: _or_null(_of_type(each.dtype), is_nullable=True)  # type: ignore[arg-type]
                 for each in found.fields}  # fmt: skip
        return {"type": "object", "properties": inner}
    if found.is_integer():
        return _WHOLE
    if found.is_float():
        return _NUMBER
    return {pl.Boolean: _FLAG, pl.Date: _DAY, pl.String: _TEXT, pl.Null: {}}.get(
        found.base_type(), {}
    )


def _of_hint(hint: Any) -> Schema:  # noqa: ANN401 - a type, in whatever form it is written
    if hint in _OF_PYTHON:
        return _OF_PYTHON[hint]
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return of_dataclass(hint)
    inner = typing.get_args(hint)
    if typing.get_origin(hint) is tuple:
        return {"type": "array", "items": _of_hint(inner[0])}
    if isinstance(hint, types.UnionType) and type(None) in inner:
        return _or_null(_of_hint(inner[0]), is_nullable=True)
    return {}

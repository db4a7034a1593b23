"""Rows and frames as bytes, and back: the same values of the same types, or nothing."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from flowrisk.engines.engine import Row

ONE_BYTES = 8 * 2**20
"""The largest result that is packed."""
_DAY, _MOMENT = "$day", "$moment"
# a tuple would come back as a list, the keys of a map as texts
_CHANGED = (tuple, dict)
_TOO_LARGE = "a result of this size is not kept"


def packed_tuples(rows: Sequence[tuple[Any, ...]]) -> bytes:
    """Return rows as JSON.

    Raises: TypeError for values of a type that JSON would not give back, and above ``ONE_BYTES``.
    """
    if any(type(value) in _CHANGED for row in rows for value in row):
        raise TypeError("JSON gives back another type")
    return _of_size(json.dumps(list(rows), default=_told).encode())


def tuples(content: bytes) -> list[tuple[Any, ...]]:
    """Return the rows that ``packed_tuples`` was given."""
    return [tuple(row) for row in json.loads(content, object_hook=_dated)]


def packed_rows(rows: Sequence[Row]) -> bytes:
    """Return rows by column name as JSON.

    Raises: as ``packed_tuples``.
    """
    names = list(rows[0]) if rows else []
    return packed_tuples([tuple(names), *(tuple(row.values()) for row in rows)])


def rows(content: bytes) -> list[Row]:
    """Return the rows that ``packed_rows`` was given."""
    names, *values = tuples(content)
    return [dict(zip(names, row, strict=True)) for row in values]


def packed_frame(frame: pl.DataFrame) -> bytes:
    """Return a frame in Arrow's file format.

    Raises: TypeError above ``ONE_BYTES``, and for a type that the format lacks.
    """
    import polars as pl

    if frame.estimated_size() > ONE_BYTES:
        raise TypeError(_TOO_LARGE)
    file = io.BytesIO()
    try:
        frame.write_ipc(file)
    except pl.exceptions.PolarsError as error:
        raise TypeError(str(error)) from error
    return _of_size(file.getvalue())


def frame(content: bytes) -> pl.DataFrame:
    """Return the frame that ``packed_frame`` was given."""
    import polars as pl

    return pl.read_ipc(content)


def _of_size(content: bytes) -> bytes:
    if len(content) > ONE_BYTES:
        raise TypeError(_TOO_LARGE)
    return content


def _told(value: object) -> dict[str, str]:
    if isinstance(value, dt.datetime):
        return {_MOMENT: value.isoformat()}
    if isinstance(value, dt.date):
        return {_DAY: value.isoformat()}
    raise TypeError(f"a value of type {type(value).__name__} is not kept")


def _dated(found: dict[str, Any]) -> Any:  # noqa: ANN401 - a day, a moment, or a value as it was
    if _DAY in found:
        return dt.date.fromisoformat(found[_DAY])
    if _MOMENT in found:
        return dt.datetime.fromisoformat(found[_MOMENT])
    return found

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

_DAY, _MOMENT = "$day", "$moment"


def packed_tuples(rows: Sequence[tuple[Any, ...]]) -> bytes:
    """Return rows as JSON.

    Raises: TypeError for values of a type that JSON would not give back.
    """
    return json.dumps(list(rows), default=_told).encode()


def tuples(content: bytes) -> list[tuple[Any, ...]]:
    """Return the rows that ``packed_tuples`` was given.

    Raises: ValueError for what it did not write.
    """
    return [tuple(row) for row in _read(content)]


def packed_rows(rows: Sequence[Row]) -> bytes:
    """Return rows by column name as JSON.

    Raises: as ``packed_tuples``.
    """
    names = list(rows[0]) if rows else []
    return packed_tuples([tuple(names), *(tuple(row.values()) for row in rows)])


def rows(content: bytes) -> list[Row]:
    """Return the rows that ``packed_rows`` was given.

    Raises: as ``tuples``.
    """
    names, *values = tuples(content)
    return [dict(zip(names, row, strict=True)) for row in values]


def packed_frame(frame: pl.DataFrame) -> bytes:
    """Return a frame in Arrow's file format."""
    file = io.BytesIO()
    frame.write_ipc(file)
    return file.getvalue()


def frame(content: bytes) -> pl.DataFrame:
    """Return the frame that ``packed_frame`` was given.

    Raises: ValueError for what it did not write.
    """
    import polars as pl

    try:
        return pl.read_ipc(content)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise ValueError(str(error)) from error


def _told(value: object) -> dict[str, str]:
    if isinstance(value, dt.datetime):
        return {_MOMENT: value.isoformat()}
    if isinstance(value, dt.date):
        return {_DAY: value.isoformat()}
    raise TypeError(f"a value of type {type(value).__name__} is not kept")


def _read(content: bytes) -> list[Any]:
    found = json.loads(content, object_hook=_dated)
    if not (isinstance(found, list) and all(isinstance(row, list) for row in found)):
        raise ValueError("no rows")
    return found


def _dated(found: dict[str, Any]) -> Any:  # noqa: ANN401 - a day, a moment, or a value as it was
    if _DAY in found:
        return dt.date.fromisoformat(found[_DAY])
    if _MOMENT in found:
        return dt.datetime.fromisoformat(found[_MOMENT])
    return found

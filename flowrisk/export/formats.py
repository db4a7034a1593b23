"""A result as data: csv, json, jsonl, parquet, xlsx; and files written aside, then renamed."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

from flowrisk.domain import SCHEMA_VERSION, Comparison
from flowrisk.errors import QuestionError, join_names
from flowrisk.export import xlsx
from flowrisk.export.tables import rows_markdown, rows_table, rows_vertical
from flowrisk.question import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import polars as pl

    from flowrisk.domain import Answer


def envelope(answer: Answer | Comparison) -> bytes:
    """Return the whole answer as one JSON object, the contract other programs rely on."""
    if isinstance(answer, Comparison):
        return comparison_bytes(answer)
    return json_bytes(document(answer), indent=2)


def document(answer: Answer) -> dict[str, object]:
    """Return the whole answer as the object that ``envelope`` writes."""
    return {
        "schema_version": SCHEMA_VERSION,
        "flowrisk_version": answer.flowrisk_version,
        "as_of_on": answer.as_of_on,
        "dataset": {
            "path": answer.dataset_path,
            "digest": answer.dataset_digest,
            "tables": [
                {"name": vintage.name, "row_count": vintage.row_count,
                 "oldest_on": vintage.oldest_on, "newest_on": vintage.newest_on}
                for vintage in answer.vintages
            ],
        },
        "assumptions": {
            name: {
                "value": value, "unit": assumption.unit, "set_by": assumption.set_by,
                **{key: said for key in ("basis", "source") if (said := getattr(assumption, key))},
            }
            for assumption_name, assumption in answer.assumptions.items()
            for name, value in [_named(assumption_name, assumption.value)]
        },
        "scenarios": [
            {"scenario_id": s.scenario_id, "provider_ids": s.provider_ids,
             "treatment": s.treatment}
            for s in answer.scenarios
        ],
        **{name: rows(frame) for name, frame in answer.marts.items()},
        **{name: _finite_rows(read) for name, read in answer.read.items()},
        "warnings": [{"code": f.code, "message": f.message} for f in answer.findings],
    }  # fmt: skip


def document_bytes(head: Mapping[str, object], frames: Mapping[str, pl.DataFrame]) -> bytes:
    """Return an object of its own head and each frame as an array of rows, as JSON."""
    return json_bytes({**head, **{name: rows(frame) for name, frame in frames.items()}}, indent=2)


def comparison_bytes(told: Comparison) -> bytes:
    """Return a comparison as one JSON object."""
    labelled = zip("ab", told.labels, told.heads, strict=True)
    head = {name: {"label": label, **dict(said)} for name, label, said in labelled}
    return document_bytes({"schema_version": SCHEMA_VERSION, **head}, told.marts)


def frame_bytes(frame: pl.DataFrame, form: str) -> bytes:
    """Return a frame as ``table``, ``vertical``, ``csv``, ``json``, ``jsonl``, ``markdown``,
    ``parquet`` or ``xlsx``.

    Raises: QuestionError for any other form, and for rows that a worksheet cannot hold.
    """
    if form not in _FORMS:
        raise QuestionError(
            f"There is no format '{form}'.",
            facts={"known": join_names(_FORMS)},
            remedy="Use one of the known formats.",
        )
    return _FORMS[form](frame)


def _named(name: str, value: object) -> tuple[str, object]:
    """Return an assumption under its name with unit suffix, provider sets as typed."""
    if name == "providers":
        return name, [each.scenario_id for each in value]  # type: ignore[attr-defined]
    return settings.FIELDS.get(name, name), value


def _csv(frame: pl.DataFrame) -> bytes:
    return flat(_harmless(frame)).write_csv().encode()


def _harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with every text that a spreadsheet would run prefixed by an apostrophe."""
    import polars as pl
    from polars import selectors

    texts = selectors.enum() | selectors.categorical()
    frame = frame.with_columns(texts.cast(pl.String)).rename(
        {name: f"'{name}" for name in frame.columns if re.match(xlsx.FORMULA_START, name)}
    )
    return (
        frame.with_columns(
            pl.when(selectors.string().str.contains(xlsx.FORMULA_START))
            .then(pl.lit("'") + selectors.string())
            .otherwise(selectors.string())
            .name.keep()
        )
        if any(dtype == pl.String for dtype in frame.dtypes)
        else frame
    )


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with nested columns as JSON text and bytes as hex digits: a CSV cell holds
    only text."""
    import polars as pl

    frame = frame.with_columns(pl.col(pl.Binary).bin.encode("hex"))
    nested = [name for name, dtype in frame.schema.items() if dtype.is_nested()]
    return frame.with_columns(
        pl.Series(
            name,
            [
                None if v is None else json.dumps(_finite(v), default=_plain)
                for v in frame[name].to_list()
            ],
            pl.String,
        )
        for name in nested
    )


def rows(frame: pl.DataFrame) -> list[dict[str, object]]:
    """Return the rows of a frame by column, with every number that is none as null, however deep:
    JSON has no word for it."""
    doubtful = [name for name, kind in frame.schema.items()
                if kind.is_float() or kind.is_nested() or kind.is_object()]  # fmt: skip
    found: list[dict[str, object]] = frame.rows(named=True)
    for row in found:
        for name in doubtful:
            row[name] = _finite(row[name])
    return found


def _finite_rows(found: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    return [{name: _finite(value) for name, value in row.items()} for row in found]


def _finite(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [_finite(each) for each in value]
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    return value


def _jsonl(frame: pl.DataFrame) -> bytes:
    return b"".join(json_bytes(row) for row in rows(frame))


def _parquet(frame: pl.DataFrame) -> bytes:
    buffer = BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def json_bytes(
    value: object, *, indent: int | None = None, separators: tuple[str, str] | None = None
) -> bytes:
    """Return a value as one line of JSON, or indented; dates in ISO form."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators,
                      allow_nan=False, default=_plain)  # fmt: skip
    return (text + "\n").encode()


def _plain(value: object) -> object:
    if isinstance(value, dt.date | dt.datetime | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Decimal):
        if value == value.to_integral_value():
            return int(value)
        # a number that no float carries is given as text, not as another number
        return float(value) if Decimal(repr(float(value))) == value else str(value)
    return str(value)


_FORMS: dict[str, Callable[[pl.DataFrame], bytes]] = {
    "table": lambda frame: rows_table(frame).encode(),
    "vertical": lambda frame: rows_vertical(frame).encode(),
    "csv": _csv,
    "json": lambda frame: json_bytes(rows(frame), indent=2),
    "jsonl": _jsonl,
    "markdown": lambda frame: rows_markdown(frame).encode(),
    "parquet": _parquet,
    "xlsx": lambda frame: xlsx.book(flat(frame)),
}
FORMATS = tuple(_FORMS)

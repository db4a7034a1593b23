"""The data a page carries: files as data URIs, which open without a network or a script."""

from __future__ import annotations

import base64
import gzip
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from flowrisk.dataset import sql_models
from flowrisk.export import formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowrisk.domain import Answer


ROWS_COUNT = 500
CSV_MARTS = ("outflows", "provider_outflows")
# what may stand as it is in a data URI between single quotes; escaping all would double its size
_ESCAPED = re.compile(rb"""[^0-9A-Za-z!"$()*+,\-./:;=?@\[\]^_`{|}~]""")


class Download(NamedTuple):
    """One file: its name, what it holds, and itself as a URI made of ASCII without ``'<>&``."""

    file_name: str
    what: str
    uri: str


def attachments(answer: Answer, tables: Sequence[str] = CSV_MARTS) -> dict[str, Any]:
    """Return what a page carries, by name: its files, and where they are cut.

    Args:
        tables: the frames that have a CSV file of their own.
    """
    return {
        "downloads": downloads(answer, tables),
        "embedded_count": ROWS_COUNT if is_cut(answer) else None,
    }


def downloads(answer: Answer, tables: Sequence[str] = CSV_MARTS) -> list[Download]:
    """Return the files of a page, each table cut at ``ROWS_COUNT`` rows.

    The dataset goes by its name: a path would make the page differ from machine to machine. The
    document of all tables is compressed, by a factor of ten; every reader of JSON takes it so.
    """
    cut = {name: frame.head(ROWS_COUNT) for name, frame in answer.marts.items()}
    document = formats.document(replace(answer, marts=cut, dataset_path=answer.dataset_name))
    compact = formats.json_bytes(document, separators=(",", ":"))
    # compressing needs no lock of Python's: the other files are made meanwhile
    with ThreadPoolExecutor(1) as beside:
        compressed = beside.submit(_compressed, compact)
        plain = [Download(f"{name}.csv", f"{cut[name].height} rows",
                          _uri("text/csv", formats.frame_bytes(cut[name], "csv")))
                 for name in tables if name in cut]  # fmt: skip
        sql = _compressed(_sql(answer).encode())
    return [
        Download("flowrisk.json.gz", "every table, assumption and check", compressed.result()),
        *plain,
        Download("marts.sql.gz", "the SQL of each table", sql),
    ]


def _sql(answer: Answer) -> str:
    """Return the SQL of the marts of an answer, each under its name and description."""
    found = (model for model in sql_models.models().values()
             if model.layer == "marts" and model.name in answer.marts)  # fmt: skip
    return "\n".join(f"-- marts.{model.name}: {model.description}\n{model.sql}" for model in found)


def is_cut(answer: Answer) -> bool:
    """Return whether a table of the answer has more rows than the page carries."""
    return any(frame.height > ROWS_COUNT for frame in answer.marts.values())


def packed(kind: str, content: bytes) -> str:
    """Return bytes of a type as a URI."""
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _compressed(content: bytes) -> str:
    return packed("application/gzip", gzip.compress(content, mtime=0))


def _uri(kind: str, content: bytes) -> str:
    escaped = _ESCAPED.sub(lambda byte: b"%%%02X" % byte[0][0], content)
    return f"data:{kind};charset=utf-8,{escaped.decode('ascii')}"

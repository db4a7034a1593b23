"""The data a page carries: files as data URIs, which open without a network or a script."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from flowrisk import export

if TYPE_CHECKING:
    from flowrisk.scenario import ScenarioAnswer

ROWS_COUNT = 500
_CSV_MARTS = ("outflows", "provider_outflows")
# what may stand as it is in a data URI between single quotes; escaping all would double its size
_PLAIN = '!"$()*+,-./:;=?@[]^_`{|}~'


@dataclass(frozen=True, slots=True)
class Download:
    """One file: its name, what it holds, and itself as a URI made of ASCII without ``'<>&``."""

    file_name: str
    what: str
    uri: str


def downloads(answer: ScenarioAnswer) -> list[Download]:
    """Return the files of a page, each table cut at ``ROWS_COUNT`` rows.

    The dataset goes by its name: a path would make the page differ from machine to machine.
    """
    cut = {name: frame.head(ROWS_COUNT) for name, frame in answer.marts.items()}
    envelope = export.envelope(replace(answer, marts=cut, dataset_path=answer.dataset_name))
    compact = json.dumps(json.loads(envelope), ensure_ascii=False, separators=(",", ":"))
    return [
        Download("flowrisk.json", "every table, assumption and check",
                 _uri("application/json", compact.encode())),
        *(Download(f"{name}.csv", f"{cut[name].height} rows",
                   _uri("text/csv", export.frame_bytes(cut[name], "csv")))
          for name in _CSV_MARTS if name in cut),
    ]  # fmt: skip


def is_cut(answer: ScenarioAnswer) -> bool:
    """Return whether a table of the answer has more rows than the page carries."""
    return any(frame.height > ROWS_COUNT for frame in answer.marts.values())


def _uri(kind: str, content: bytes) -> str:
    return f"data:{kind};charset=utf-8,{quote(content, safe=_PLAIN)}"

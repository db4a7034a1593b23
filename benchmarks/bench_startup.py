"""Whole cold commands against the imports they cannot do without."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from measured import Row, in_turn, process, row

if TYPE_CHECKING:
    from data import Data

_TABLE = ("scenario", "-q")
_PAIRS = (
    ("flowrisk --help", ("--help",), "import typer", "≤ 1.6", False),
    ("flowrisk scenario, sample", _TABLE, "import duckdb, polars", "≤ 3.2", False),
    ("flowrisk scenario, sample, again", _TABLE, "import duckdb, polars", "≤ 1.7", True),
    (
        "flowrisk scenario -o report.html, sample, again",
        (*_TABLE, "--force", "-o", "{folder}/report.html"),
        "import duckdb, polars, jinja2",
        "≤ 3",
        True,
    ),
)


def measure(data: Data, runs_count: int) -> list[Row]:
    """Time each command in turn with its peer; ``again`` reads what the run before it kept."""
    del data
    found = []
    with TemporaryDirectory() as folder:
        for what, words, peer, allowed, is_again in _PAIRS:
            told = [word.replace("{folder}", folder) for word in words]
            cache = Path(folder, "cache") if is_again else None
            runs = in_turn(
                {
                    "ours": partial(process, "-m", "flowrisk", *told, cache=cache),
                    "peer": partial(process, "-c", peer),
                },
                runs_count,
            )
            found += [
                row("startup", what, runs["ours"], peer=peer, of_peer=runs["peer"],
                    allowed=allowed),
                row("startup", peer, runs["peer"]),
            ]  # fmt: skip
    return found

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
_PAGE = (*_TABLE, "--force", "-o", "{folder}/report.html")
_COMMANDS = {
    "import typer": [("flowrisk --help", ("--help",), "≤ 1.6", False)],
    "import duckdb, polars": [
        ("flowrisk scenario, sample", _TABLE, "≤ 2.2", False),
        ("flowrisk scenario, sample, again", _TABLE, "≤ 1.7", True),
    ],
    "import duckdb, polars, jinja2": [
        ("flowrisk scenario -o report.html, sample, again", _PAGE, "≤ 3", True)
    ],
}
"""By peer: what is measured, its words, what it may take of the peer, and whether it reads what the
run before it kept."""


def measure(data: Data, runs_count: int) -> list[Row]:
    """Time the commands of each peer in turn with it."""
    del data
    found = []
    with TemporaryDirectory() as folder:
        for peer, commands in _COMMANDS.items():
            acts = {peer: partial(process, "-c", peer)}
            for what, words, _, is_again in commands:
                told = [word.replace("{folder}", folder) for word in words]
                cache = Path(folder, "cache") if is_again else None
                acts[what] = partial(process, "-m", "flowrisk", *told, cache=cache)
            runs = in_turn(acts, runs_count)
            found += [
                row("startup", what, runs[what], peer=peer, of_peer=runs[peer], allowed=allowed)
                for what, _, allowed, _ in commands
            ]
            found.append(row("startup", peer, runs[peer]))
    return found

"""Whole cold commands against the imports they cannot do without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measured import Row, in_turn, process, row

if TYPE_CHECKING:
    from data import Data

_PAIRS = (
    ("flowrisk --help", ("--help",), "import typer", "≤ 1.6"),
    ("flowrisk scenario, sample", ("scenario", "-q"), "import duckdb, polars", "≤ 2.2"),
)


def measure(data: Data, runs_count: int) -> list[Row]:
    """Time each command in turn with its peer."""
    del data
    found = []
    for what, words, peer, allowed in _PAIRS:
        runs = in_turn(
            {
                "ours": lambda words=words: process("-m", "flowrisk", *words),
                "peer": lambda peer=peer: process("-c", peer),
            },
            runs_count,
        )
        found += [
            row("startup", what, runs["ours"], peer=peer, of_peer=runs["peer"], allowed=allowed),
            row("startup", peer, runs["peer"]),
        ]
    return found

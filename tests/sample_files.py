"""The bundled sample as files: its facts as texts, its tables as frames."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import polars as pl
from paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE = ROOT / "sample_data"
SOURCES = SAMPLE / "sources"
STRATEGY = "US5949724083"


def facts(name: str) -> list[dict[str, str]]:
    """The rows of one CSV of facts."""
    with (SOURCES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows(name: str, folder: Path = SAMPLE) -> pl.DataFrame:
    """The rows of one table, of the committed sample or of another folder."""
    if name != "holdings":
        return pl.read_parquet(folder / f"{name}.parquet")
    parts = sorted((folder / "holdings").glob("*/*.parquet"))
    return pl.concat([pl.read_parquet(part, hive_partitioning=False) for part in parts])


def number(text: str) -> float | None:
    """A fact as a number; a blank is none."""
    return float(text) if text else None

"""The data that benchmarks read: made once, kept in a folder, found again by its size."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from generate_lake import write_lake
from generate_quarter import write_quarter

_MONTHS_COUNT = 5


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large everything is; the defaults are those of the published table."""

    small_month_count: int = 2_000_000
    large_month_count: int = 20_000_000
    quarter_holdings_count: int = 5_400_000
    quarter_funds_count: int = 14_000
    providers_count: int = 20
    draws_count: int = 1_000_000
    query_seconds: float = 0.8


QUICK = Sizes(2_000, 20_000, 3_000, 8, 12, 20_000, 0.02)


@dataclass(frozen=True, slots=True)
class Data:
    """The folder of the data, the sizes asked for, and a Spark Connect server if one is named."""

    folder: Path
    sizes: Sizes
    engine_url: str | None = None

    def small_lake(self) -> Path:
        """Return the dataset of 10 m holdings."""
        return self._lake(self.sizes.small_month_count)

    def large_lake(self) -> Path:
        """Return the dataset of 100 m holdings."""
        return self._lake(self.sizes.large_month_count)

    def quarter(self) -> Path:
        """Return the folder of one quarter of N-PORT tables."""
        count = self.sizes.quarter_holdings_count
        return self._kept(
            f"quarter-{count}",
            lambda folder: write_quarter(folder, count, self.sizes.quarter_funds_count),
        )

    def _lake(self, month_count: int) -> Path:
        return self._kept(
            f"lake-{month_count}", lambda folder: write_lake(folder, _MONTHS_COUNT, month_count)
        )

    def _kept(self, name: str, make: Callable[[Path], object]) -> Path:
        target = self.folder / name
        if not target.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            aside = self.folder / f".{name}-unfinished"
            shutil.rmtree(aside, ignore_errors=True)
            make(aside)
            aside.rename(target)
        return target

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flowrisk.ingest.parsed import Hints, Parsed

_REAL = Path(__file__).parents[2] / "../shared/real"


@pytest.fixture
def real_files() -> Callable[[str], Path]:
    def located(name: str) -> Path:
        path = _REAL / name
        if path.is_file():
            return path
        if "real-files" in os.environ.get("FLOWRISK_REQUIRE", ""):
            pytest.fail(f"the real file {name} is required and absent")
        pytest.skip(f"the real file {name} is not beside the checkout")

    return located


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def written(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return written


@pytest.fixture
def hints() -> Hints:
    return Hints(as_of_on=date(2025, 6, 30))


@pytest.fixture
def row() -> Callable[..., dict[str, Any]]:
    """The only position of a file that matches, as a dict."""

    def found(parsed: Parsed, **wanted: str) -> dict[str, Any]:
        rows = parsed.positions.lazy().filter(**wanted).collect().to_dicts()
        assert len(rows) == 1, rows
        return rows[0]

    return found


@pytest.fixture
def kinds() -> Callable[[Parsed], dict[str, int]]:
    def counted(parsed: Parsed) -> dict[str, int]:
        frame = parsed.positions.lazy().group_by("kind").agg(pl.len()).collect()
        return dict(sorted(frame.rows()))

    return counted

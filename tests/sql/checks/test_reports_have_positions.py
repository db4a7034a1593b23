"""A report without a position lost them, or says that all was sold: which, is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import held

Facts = Callable[..., list[tuple[str, str]]]
EARLIER = date(2025, 9, 30)


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({}, []),
        ({"holdings": []}, [("F1", "the report of 2025-10-31")]),
        ({"holdings": [held("F1", 1.0, EARLIER)]}, [("F1", "the report of 2025-10-31")]),
        ({"holdings": [], "funds": [{"fund_id": "F1", "index_id": None}]}, []),
    ],
)
def test_reports_of_nothing(
    tables: dict[str, Any], expected: list[tuple[str, str]], facts: Facts
) -> None:
    assert facts(**tables) == expected

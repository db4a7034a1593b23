"""A position of a security that nobody knows is not lost in silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import SECURITY, held

Facts = Callable[..., list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({}, []),
        ({"holdings": [held("F1", 1.0, security_id=SECURITY.lower())]},
         [(SECURITY.lower(), "1 positions, newest of 2025-10-31")]),
        ({"holdings": [held("F1", 1.0), held("F1", 1.0, security_id="XX")]},
         [("XX", "1 positions, newest of 2025-10-31")]),
        # what no report lists is not there at all: holdings_have_reports says so
        ({"holdings": [held("F1", 1.0, date(2025, 9, 30), "XX")]}, []),
    ],
)  # fmt: skip
def test_unknown_securities(
    tables: dict[str, Any], expected: list[tuple[str, str]], facts: Facts
) -> None:
    assert facts(**tables) == expected

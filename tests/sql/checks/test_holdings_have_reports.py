"""A holding without a report or a fund is not lost in silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import SECURITY

Facts = Callable[..., list[tuple[str, str]]]

LEFT_OUT = f"holding of {SECURITY} on 2025-10-31 is left out"


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({}, []),
        ({"fund_reports": []}, [("F1", LEFT_OUT)]),
        ({"fund_reports": [{"fund_id": "F1", "as_of_on": date(2025, 9, 30)}]}, [("F1", LEFT_OUT)]),
        ({"funds": []}, [("F1", LEFT_OUT)]),
    ],
)
def test_holdings_left_out(
    tables: dict[str, Any], expected: list[tuple[str, str]], facts: Facts
) -> None:
    assert facts(**tables) == expected

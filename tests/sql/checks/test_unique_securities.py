"""A company that stands in the data under two identifiers is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rows import MINIMAL, SECURITY

Facts = Callable[..., list[tuple[str, str]]]
OTHER = {**MINIMAL["securities"][0], "security_id": "XNAS:AAA", "ticker": "OLD"}


@pytest.mark.parametrize(
    ("name", "asked", "expected"),
    [
        ("ALPHA CORP", "AAA", [("AAA", f"{SECURITY} and XNAS:AAA are both named ALPHA CORP")]),
        ("Alpha Corp Class B", "AAA", []),
        ("ALPHA CORP", "AAA,OLD", []),  # both are counted
    ],
)
def test_one_name_under_two_identifiers(
    name: str, asked: str, expected: list[tuple[str, str]], facts: Facts
) -> None:
    first = {**MINIMAL["securities"][0], "security_name": "Alpha Corp"}
    securities = [first, {**OTHER, "security_name": name}]
    assert facts({"securities": asked}, securities=securities) == expected

"""The other keys of the securities asked about, unless both are asked about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rows import MINIMAL, SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]
FIRST = MINIMAL["securities"][0]
BOTH = [FIRST, {**FIRST, "security_id": "XNAS:AAA", "ticker": "AAA "}]


def test_the_other_key_of_what_is_asked_about(answer: Answer) -> None:
    assert answer("security_id other_id", {"securities": SECURITY}, securities=BOTH) == [
        (SECURITY, "XNAS:AAA")
    ]


def test_keys_that_are_both_asked_about_count_both(answer: Answer) -> None:
    asked = {"securities": f"{SECURITY},XNAS:AAA"}
    assert answer("security_id other_id", asked, securities=BOTH) == []

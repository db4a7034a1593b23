"""Whose price a question needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rows import MINIMAL, SECURITY, line

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
OTHER = {**MINIMAL["securities"][0], "security_id": "BBB-ID", "ticker": "BBB"}
TWO: dict[str, Rows] = {"securities": [*MINIMAL["securities"], OTHER]}


def test_without_a_book_they_are_those_asked_about(answer: Answer) -> None:
    assert answer("security_id", {"securities": "AAA"}, **TWO) == [(SECURITY,)]


def test_what_a_book_holds_is_added_once_and_the_unknown_is_not(answer: Answer) -> None:
    book = [line("P", "AAA", 1, "none"), line("P", "BBB", 1), line("P", "CCC", 1)]
    got = answer("security_id", {"securities": "AAA", "book": book}, **TWO)
    assert sorted(got) == [("BBB-ID",), (SECURITY,)]

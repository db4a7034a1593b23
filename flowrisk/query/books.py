"""The book of a question: its lines, read once, also for a process that may read no file of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from flowrisk.question.scenario import ScenarioQuestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowrisk.question.book import Line
    from flowrisk.question.question import Question

Asked = TypeVar("Asked", bound="Question")


def lines(asked: Question) -> Sequence[Line]:
    """Return the lines of a question's book, none where it has none.

    Raises: as ``formats.book.read``.
    """
    if not isinstance(asked, ScenarioQuestion) or asked.book is None:
        return ()
    if asked.book.lines is not None:
        return asked.book.lines
    from flowrisk.ingest.formats import book

    return book.read(asked.book)


def held(asked: Asked) -> Asked:
    """Return the question with the lines of its book in it; unchanged where it has none.

    Raises: as ``lines``.
    """
    found = lines(asked)
    if not found or not isinstance(asked, ScenarioQuestion) or asked.book is None:
        return asked
    return replace(asked, book=replace(asked.book, given=asked.book.label, lines=tuple(found)))

"""A question over files that rest: an ingest may publish while they are read."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, TypeVar

from flowrisk.dataset.folder import Folder, open_folder
from flowrisk.errors import DataError, QualityError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowrisk.engines.choice import Choice
    from flowrisk.engines.engine import Engine

_TRIES_COUNT = 3
Answered = TypeVar("Answered")


def answered(
    folder: Folder,
    ask: Callable[[Folder, Engine], Answered],
    choice: Choice,
    *,
    is_framing: bool = True,
) -> Answered:
    """Ask, on an engine of its own, until the files were the same before and after.

    Args:
        is_framing: whether frames are to be asked for.

    Raises: what ``ask`` raises over a dataset at rest; DataError where it never rests.
    """
    asked = folder
    for _ in range(_TRIES_COUNT):
        # as last looked at: what has changed since then shows afterwards
        before = asked.signature(is_anew=False)
        try:
            with closing(choice.open(asked.path, is_framing=is_framing)) as engine:
                found = ask(asked, engine)
        except (DataError, QuestionError, QualityError, OSError):
            if asked.signature() == before:
                raise
        else:
            if asked.signature() == before:
                return found
        asked = open_folder(folder.path, version=folder.version)
    raise DataError(
        "The dataset keeps changing while it is read.",
        facts={"dataset": folder.path},
        remedy="Wait for the running ingest to end.",
    )

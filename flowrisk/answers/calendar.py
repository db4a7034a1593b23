"""The calendar: on which sessions the trackers of each provider trade the securities asked about.

Owns the choice of frames; what falls on a session is SQL's, the multiples are ``scenario``'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowrisk.answers import scenario
from flowrisk.domain import CalendarAnswer

if TYPE_CHECKING:
    from flowrisk.dataset.folder import Folder
    from flowrisk.engines.engine import Engine
    from flowrisk.question.question import Question

MARTS = ("timeline", "session_totals", "decisions", "liquidity")


def answer(
    folder: Folder, engine: Engine, asked: Question, *, is_strict: bool = False
) -> CalendarAnswer:
    """Answer when the providers asked about announce, decide and trade, and how much on each day.

    Args:
        is_strict: refuse on quality warnings.

    Raises: as ``scenario.answer``.
    """
    from flowrisk.answers import side_frames

    told = scenario.answer(folder, engine, asked, marts=MARTS, is_strict=is_strict)
    frames = {name: told.marts[name] for name in MARTS}
    bounds = side_frames.bounds(frames["timeline"], frames["liquidity"])
    return told.told_as(CalendarAnswer, marts={**frames, "impact_bounds": bounds})

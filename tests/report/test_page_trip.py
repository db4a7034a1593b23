"""The way from an answer to its page is short: sections hand values, templates say them."""

from __future__ import annotations

import sys
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import flowrisk
from flowrisk.report.page import scenario_page

if TYPE_CHECKING:
    from types import FrameType

    from flowrisk.api import ScenarioResult

# the chapters from the page downwards, as CONTRIBUTING lists them
_ORDER = ("report", "query", "text", "answers", "export", "ingest", "question", "analytics",
          "dataset", "engines", "domain", "errors", "api", "cli")  # fmt: skip
_ROOT = Path(flowrisk.__file__).parent


def test_the_way_up_has_few_stays_and_few_climbs(sample_result: ScenarioResult) -> None:
    """A stay is a run of functions of one file, each at its first call, until the templates take
    over; a climb leads from a chapter back to one above it."""
    scenario_page(sample_result.answer)
    files = _first_calls(sample_result)
    stays = [file for file, _ in groupby(files)]
    ranks = [_ORDER.index(Path(file).parts[0].removesuffix(".py")) for file in stays]
    climbs_count = sum(after < before for before, after in pairwise(ranks))
    assert 10 < len(stays) <= 35, stays
    assert climbs_count <= 8, stays


def _first_calls(result: ScenarioResult) -> list[str]:
    """The files of the functions called on the way to the templates, each function once."""
    found: dict[tuple[str, str], None] = {}
    is_over = False

    def told(frame: FrameType, event: str, _: object) -> None:
        nonlocal is_over
        path = Path(frame.f_code.co_filename)
        if event != "call" or is_over or _ROOT not in path.parents:
            return
        name = frame.f_code.co_name
        is_over = name == "rendered"
        if not is_over and not name.startswith("<"):
            file = path.relative_to(_ROOT).as_posix()
            found[file, f"{name}:{frame.f_code.co_firstlineno}"] = None

    sys.setprofile(told)
    try:
        scenario_page(result.answer)
    finally:
        sys.setprofile(None)
    return [file for file, _ in found]

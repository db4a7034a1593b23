"""The forms of a result: which there are, which a suffix names, and what of an answer they hold."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flowrisk import domain
from flowrisk.errors import QuestionError

FORMS = ("table", "vertical", "csv", "json", "jsonl", "markdown")
CALENDAR_FORMS = (*FORMS, "ics")
# the form that each suffix of an output names
SUFFIXES: Mapping[str, str] = {
    ".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".parquet": "parquet", ".md": "markdown",
    ".txt": "text",
}  # fmt: skip
PAGED_SUFFIXES: Mapping[str, str] = {
    ".html": "html", ".pdf": "pdf", ".xlsx": "xlsx", **SUFFIXES, ".md": "memo",
}  # fmt: skip
CALENDAR_SUFFIXES: Mapping[str, str] = {**SUFFIXES, ".ics": "ics", ".xlsx": "xlsx"}


# the command that each answer belongs to, and the frame that csv, jsonl, markdown and parquet give
COMMANDS: Mapping[type, tuple[str, str]] = {
    domain.ScenarioAnswer: ("scenario", "outflows"),
    domain.CalendarAnswer: ("calendar", "timeline"),
    domain.RiskAnswer: ("risk", "distributions"),
    domain.ScreenAnswer: ("screen", "digital_asset_ratios"),
    domain.CalibrationAnswer: ("calibrate", "targets"),
    domain.Comparison: ("compare", "effects"),
    domain.Explanation: ("explain", "steps"),
    domain.Backtest: ("backtest", "cases"),
    domain.PairErrors: ("pair_errors", "pairs"),
}


def form_of(path: Path, suffixes: Mapping[str, str] = SUFFIXES) -> str:
    """Return the form a file's suffix names.

    Raises: QuestionError for any other suffix.
    """
    suffix = path.suffix.lower()
    if suffix not in suffixes:
        raise QuestionError(
            f"The suffix of '{path.name}' names no format.",
            facts={"known": ", ".join(suffixes)},
            remedy="Name the output with one of the known suffixes.",
        )
    return suffixes[suffix]

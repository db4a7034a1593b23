"""Everything flowrisk refuses, and why; and how a text of others is shown.

Imports nothing of ours.

    FlowriskError
    ├── QuestionError       the question cannot be answered as asked          exit 2
    ├── DataError           the data is missing, broken or contradicts itself  exit 3
    ├── ModelError          flowrisk itself is wrong: internal error                exit 1
    ├── TimeoutError        the answer did not come within the time allowed    exit 4
    └── QualityError        the data is usable but not good enough (--strict)  exit 5

An error is built from facts (problem, facts, remedy) and prints on one screen. The exit codes
themselves live in ``cli/diagnostics.py``.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# what would move a terminal's cursor, change its colours, hide text or turn its direction: control
# and format characters of Unicode but the two joiners, line and paragraph ends, lone surrogates
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
# whoever logs in at an address is no one else's business
_LOGIN = re.compile(r"(?<=://)[^/?#\s]+@")
_SHOWN_FACTS_COUNT = 12
_SHOWN_VALUE_LENGTH = 300


class FlowriskError(Exception):
    """A refusal: what is wrong, the facts that show it, and what to do about it."""

    def __init__(
        self, problem: str, *, facts: Mapping[str, object] | None = None, remedy: str = ""
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.facts = dict(facts or {})
        self.remedy = remedy

    def __str__(self) -> str:
        shown = list(self.facts.items())[:_SHOWN_FACTS_COUNT]
        lines = [self.problem, *(f"  {name}: {_shortened(value)}" for name, value in shown)]
        if len(self.facts) > len(shown):
            lines.append(f"  … and {len(self.facts) - len(shown)} more")
        if self.remedy:
            lines.append(self.remedy)
        return "\n".join(map(printable, lines))

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows in place of a traceback: the refusal alone."""
        return f"{type(self).__name__}: {self}".split("\n")


class QuestionError(FlowriskError):
    """The question cannot be answered as asked: unknown name, bad value, unusable output."""


class DataError(FlowriskError):
    """The data is missing, broken, foreign or contradicts itself."""


class ModelError(FlowriskError):
    """flowrisk itself is wrong: a model that does not follow the house's rules."""


class TimeoutError(FlowriskError):  # noqa: A001 - the name of the house
    """The answer did not come within the time allowed."""


class QualityError(FlowriskError):
    """The data is usable but not good enough for a strict run."""


def refuse_newer(version: object, known: int, path: object) -> None:
    """Refuse a file of ours that a newer flowrisk wrote: its words may mean something else.

    Raises: DataError where the version that a file states is a later one than the one known.
    """
    if isinstance(version, int | float) and version > known:
        raise DataError(
            "The file was written by a newer flowrisk.",
            facts={"path": path, "its version": version, "read here": f"up to {known}"},
            remedy="Update flowrisk, or write the file again with this one.",
        )


def printable(text: str) -> str:
    """Return a text fit for a terminal: a blank for each character that would steer it, and no
    name or password of an address. The one way in which a text of others is shown."""
    return _LOGIN.sub("…@", _CONTROL.sub(" ", text))


def printable_lines(text: str) -> str:
    """Return a text of ours, in lines, with each of them fit for a terminal."""
    return "\n".join(map(printable, text.split("\n")))


def nearest(name: str, known: Iterable[str | None]) -> str | None:
    """Return the known name closest in spelling to ``name``, or None where nothing is close."""
    by_folded = {candidate.casefold(): candidate for candidate in known if candidate}
    matches = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.5)
    return by_folded[matches[0]] if matches else None


def join_names(names: Iterable[object], *, at_most_count: int = 12) -> str:
    """Return names as one comma-separated line, shortened with "and n more" past the limit."""
    texts = [str(name) for name in names]
    head = ", ".join(texts[:at_most_count])
    rest = len(texts) - at_most_count
    return f"{head} and {rest} more" if rest > 0 else head


def _shortened(value: object) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN_VALUE_LENGTH else text[: _SHOWN_VALUE_LENGTH - 1] + "…"

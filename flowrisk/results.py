"""An answer in a caller's hands: frames as attributes, forms to print or write.

Owns what the results of calibrate, compare, explain and backtest share; computes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from flowrisk import export
from flowrisk.answers import Answer
from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    import polars as pl

Kind = TypeVar("Kind", bound=Answer)
FORMS = ("table", "csv", "json", "jsonl", "markdown")
SUFFIXES = (".csv", ".json", ".jsonl", ".parquet", ".md", ".txt")
_FORMS_BY_SUFFIX = {"md": "markdown", "txt": "table"}


class Result(Generic[Kind]):
    """One command's answer; each frame is an attribute, a polars frame.

    Args:
        answer: what the command says.
        main: the frame that csv, jsonl, markdown and parquet give; json gives everything.
        told: the answer as text for people.
    """

    suffixes: ClassVar[tuple[str, ...]] = SUFFIXES

    def __init__(self, answer: Kind, *, main: str, told: Callable[[Kind], str]) -> None:
        self.answer = answer
        self._main = main
        self._told = told

    def __getattr__(self, name: str) -> pl.DataFrame:
        """Return a frame by name.

        Raises: AttributeError if the answer holds no such frame.
        """
        frames: dict[str, Any] = self.__dict__["answer"].marts if "answer" in self.__dict__ else {}
        if name not in frames:
            raise AttributeError(name)
        frame: pl.DataFrame = frames[name]
        return frame

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self.answer.marts]

    def __repr__(self) -> str:
        return self._told(self.answer)

    @property
    def warnings(self) -> list[str]:
        """What the checks found, one line each."""
        return [finding.message for finding in self.answer.findings]

    def render(self, form: str) -> bytes:
        """Return the result as ``table``, ``json`` (the whole envelope), or the main frame.

        Raises: QuestionError for any form but those and csv, jsonl, markdown, parquet.
        """
        if form == "table":
            return self._told(self.answer).encode()
        if form == "json":
            return export.envelope(self.answer)
        return export.frame_bytes(self.answer.marts[self._main], form)

    def write(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the result in the form its suffix names and return the absolute path.

        Raises: QuestionError for an unknown suffix, an existing file, or one that cannot be
            written.
        """
        target = Path(path)
        export.refuse_existing(target, is_forced=force)
        return export.write(target, self.render(form_of(target, self.suffixes)), is_forced=force)


def form_of(path: Path, suffixes: Iterable[str] = SUFFIXES) -> str:
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
    return _FORMS_BY_SUFFIX.get(suffix[1:], suffix[1:])

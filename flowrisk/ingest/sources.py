"""What an ingest is given → the sources it reads, each with its format.

A folder of N-PORT quarters is a source a quarter; a file without a format has the one found in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flowrisk.dataset.folder import absolute
from flowrisk.errors import DataError, QuestionError, join_names, nearest
from flowrisk.ingest.detection import detected
from flowrisk.ingest.formats import nport
from flowrisk.ingest.readers.profiles import Profile, shipped

if TYPE_CHECKING:
    from flowrisk.ingest.readers.parsed import Hints


FORMATS = ("nport", "ishares", "invesco", "state-street", "ark", "13f", "prices", "table")
_WITH_READER = frozenset(FORMATS)


@dataclass(frozen=True, slots=True)
class Source:
    """One thing to read: where it is, its format, its profile, and why that was taken."""

    path: Path
    format: str
    profile: Profile | None = None
    why: str = ""

    def hints(self, given: Hints) -> Hints:
        """Return the hints with the profile of this source."""
        return replace(given, profile=self.profile or given.profile)


def words() -> tuple[str, ...]:
    """Return every word that names a format: those with a reader, and the profiles shipped."""
    return (*FORMATS, *(name for name in shipped() if name not in _WITH_READER))


def found(paths: Sequence[str | Path], name: str | None) -> list[Source]:
    """Return the sources that paths and patterns name, each once, in the order given.

    Args:
        paths: files, folders of tables, or glob patterns.
        name: the format of all of them; None = each its own, found in it.

    Raises: QuestionError for an unknown format; DataError where a path does not exist, a pattern
        matches nothing, or a file is of no format that is known.
    """
    if name is not None:
        _refuse_unknown(name)
    sources = [_source(path, name) for path in expanded(paths)]
    return [
        replace(source, path=part)
        for source in sources
        for part in (nport.quarters_in(source.path) if source.format == "nport" else [source.path])
    ]


def _source(path: Path, name: str | None) -> Source:
    if name is None:
        seen = detected(path)
        has_reader = seen.format in _WITH_READER and seen.format != "ishares"
        return Source(path, seen.format if has_reader else "table", seen.profile, seen.why)
    if name in _WITH_READER:
        return Source(path, name)
    return Source(path, "table", shipped()[name])


def expanded(paths: Sequence[str | Path]) -> list[Path]:
    """Return the files that paths and glob patterns name, each once, in the order given.

    Raises: DataError where a path does not exist or a pattern matches nothing.
    """
    listed: dict[Path, None] = {}
    for given in paths:
        path = absolute(given)
        matches = [path] if path.exists() else _globbed(path)
        if not matches:
            raise DataError(
                "There is no such file.",
                facts={"path": given, "folder": path.absolute().parent},
                remedy="Check the path; quote a pattern such as '2025q*_nport.zip'.",
            )
        for match in matches:
            _refuse_endless(match)
        listed |= dict.fromkeys(matches)
    if not listed:
        raise QuestionError("No file was given.", remedy="Name at least one file.")
    return list(listed)


def _refuse_endless(path: Path) -> None:
    """Refuse what can be read once only, or never ends: parser and digest would each get a part.

    Raises: DataError.
    """
    for each in (path, *(path.rglob("*.tsv") if path.is_dir() else ())):
        if not (each.is_file() or (each is path and each.is_dir())):
            raise DataError(
                "The source is a pipe or a device, not a file.",
                facts={"path": each},
                remedy="Save what it gives to a file, and name that.",
            )


def _globbed(pattern: Path) -> list[Path]:
    """Return what a pattern matches below the folders that exist as they are written."""
    parts = pattern.parts
    root = Path(parts[0])
    for at, part in enumerate(parts[1:], start=1):
        if not (root / part).is_dir():
            return sorted(root.glob(str(Path(*parts[at:]))))
        root = root / part
    return []


def _refuse_unknown(name: str) -> None:
    if name not in words():
        raise QuestionError(
            f"flowrisk does not know the format '{name}'.",
            facts={
                "known": join_names(words(), at_most_count=30),
                "nearest": nearest(name, words()) or "none",
            },
            remedy="Name one of the formats known, or none: it is found in the file.",
        )

"""An ingest as it is asked for, in the words of flags → hints, sources and a frame."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowrisk.errors import QuestionError
from flowrisk.ingest.readers import profiles
from flowrisk.ingest.readers.parsed import Hints
from flowrisk.ingest.readers.sheets import frame_given
from flowrisk.ingest.run import ingest
from flowrisk.ingest.values import later_days
from flowrisk.ingest.values.cells import MARKS, ORDERS
from flowrisk.question import parsing

if TYPE_CHECKING:
    from flowrisk.ingest.summary import Summary


def hints(
    *,
    fund: str | None,
    as_of: str | dt.date | None,
    columns: str | Mapping[str, str] | None,
    profile: str | Path | None,
    is_replacing: bool,
    **words: str | None,
) -> Hints:
    """Return the hints of an ingest.

    Args:
        words: security, dates, decimal, currency, sheet, splits.

    Raises: QuestionError for a word that is none of those a flag knows, a day that has not come
        yet, or a column map that is none; DataError for a profile that cannot be read.
    """
    for name, known in (("dates", ORDERS), ("decimal", MARKS), ("splits", ("raw", "adjusted"))):
        if words.get(name) is not None:
            parsing.choose(str(words[name]), known, name=f"--{name}")
    if columns and profile:
        raise QuestionError(
            "A table is told twice what its columns mean.", remedy="Give --columns or --profile."
        )
    as_of_on = None if as_of is None else parsing.parse_date(as_of, name="--as-of")
    later_days.refuse_asked(as_of_on)
    told = profiles.of_columns(columns) if columns else None
    return Hints(
        fund_id=fund,
        as_of_on=as_of_on,
        security=words.get("security"),
        dates=words.get("dates") or "",
        decimal=words.get("decimal") or "",
        currency=(words.get("currency") or "").upper(),
        sheet=words.get("sheet") or "",
        splits=words.get("splits") or "",
        profile=profiles.of_file(Path(profile)) if profile else told,
        is_replacing=is_replacing,
    )


def ingested(files: Any, *, format: str | None, hints: Hints, **told: Any) -> Summary:  # noqa: A002, ANN401
    """Read files or a frame; as ``run.ingest``. A column map or profile makes any file a table."""
    frame = frame_given(files)
    if frame is not None:
        return ingest(frame, hints=hints, **told)
    paths: Sequence[str | Path] = [files] if isinstance(files, str | Path) else list(files)
    word = format or ("table" if hints.profile else None)
    if hints.profile and word != "table":
        raise QuestionError(
            f"The format {format} has its own columns.", remedy="Write: flowrisk ingest table FILE."
        )
    return ingest(paths, format=word, hints=hints, **told)

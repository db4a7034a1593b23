"""A whole answer as one workbook: a summary in millions of dollars, notes that say what was asked
of which data, and a sheet for each frame. Counts nothing."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from flowrisk.dataset import sql_models
from flowrisk.dataset.contract import unit
from flowrisk.export import formats, xlsx
from flowrisk.question.settings import RISK, SCENARIO, SCREEN, SETTINGS
from flowrisk.report import summary_sheet
from flowrisk.text import formatting, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from flowrisk.domain import Answer
    from flowrisk.report.note import Memo

_NAMES = ("ticker", "security_name")
_MOST_KEPT_COUNT = 4
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def workbook(answer: Answer, memo: Memo) -> bytes:
    """Return the answer as xlsx: sheets ``Summary`` and ``Notes``, then each frame under its name.

    The heads of a frame's sheet are the columns' names, which end in their unit; the notes spell
    each unit out.

    Raises: QuestionError for what a worksheet cannot hold, or without the library.
    """
    frames = {name: formats.flat(frame) for name, frame in answer.marts.items()}
    return xlsx.workbook([
        summary_sheet.sheet(answer, memo),
        xlsx.Sheet("Notes", lines=list(_notes(answer, memo))),
        *(xlsx.Sheet(name, frame, kept_count=_kept_count(frame)) for name, frame in frames.items()),
    ])  # fmt: skip


def _kept_count(frame: pl.DataFrame) -> int:
    """Return how many first columns name a row, so that they stay in sight."""
    places = [place for place, name in enumerate(frame.columns, 1) if name in _NAMES]
    return max((place for place in places if place <= _MOST_KEPT_COUNT), default=0)


def _notes(answer: Answer, memo: Memo) -> Iterator[Sequence[object]]:
    yield ["Finding", memo.finding]
    for label, lines in (("About", memo.about), ("Basis", memo.rests_on)):
        yield from ([label, formatting.unmarked(line)] for line in lines)
    yield ["Suggested citation", memo.citation]
    yield ["Reproduce", f"{memo.command} -o answer.xlsx"]
    yield []
    yield ["Version", f"flowrisk {answer.flowrisk_version}"]
    yield ["As of", answer.as_of_on]
    yield ["Dataset", answer.dataset_name]
    yield ["SHA-256 of the data", answer.dataset_digest]
    yield []
    yield from _assumptions(answer)
    yield []
    yield from _vintages(answer)
    yield []
    yield from _sheets(answer)


def _assumptions(answer: Answer) -> Iterator[Sequence[object]]:
    yield ["Assumption", "value", "default", "unit", "set by", "basis", "source"]
    known = {**SETTINGS, **SCENARIO, **RISK, **SCREEN}
    for name, assumption in answer.assumptions.items():
        setting = known[name]
        default = None if setting.default is None else setting.parsed(setting.default)
        flag = "option " if assumption.set_by.startswith("--") else ""
        yield [
            name,
            sentences.value(assumption, name),
            sentences.value(replace(assumption, value=default), name),
            assumption.unit,
            f"{flag}{assumption.set_by}",
            assumption.basis,
            assumption.source,
        ]


def _vintages(answer: Answer) -> Iterator[Sequence[object]]:
    yield ["Table", "rows", "oldest", "newest"]
    for each in answer.vintages:
        if each.is_present:
            yield [each.name, each.row_count, *map(_day, (each.oldest_on, each.newest_on))]
        else:
            yield [each.name, "not in this dataset"]


def _day(raw: str | None) -> dt.date | str | None:
    """Return a day as a date; months and the like stay text."""
    return dt.date.fromisoformat(raw) if raw and _ISO_DATE.fullmatch(raw) else raw


def _sheets(answer: Answer) -> Iterator[Sequence[object]]:
    yield ["Sheet", "rows", "what it holds"]
    yield ["Summary", None, "the main figures in millions of US dollars, bounds beside them"]
    described = sql_models.models()
    for name, frame in answer.marts.items():
        model = described.get(f"marts.{name}")
        yield [name, frame.height, model.description if model else "computed beside the SQL"]
    yield []
    yield ["Sheet", "column", "unit"]
    yield from ([name, column, unit(column)] for name, frame in answer.marts.items()
                for column in frame.columns)  # fmt: skip

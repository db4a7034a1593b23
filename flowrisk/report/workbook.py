"""A whole answer as one workbook: a cover that says what was asked of which data, and a sheet for
each frame. Counts nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flowrisk.dataset import sql_models
from flowrisk.dataset.contract import unit
from flowrisk.export import formats, xlsx
from flowrisk.question.settings import RISK, SCENARIO, SCREEN, SETTINGS
from flowrisk.text import formatting, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flowrisk.domain import Answer
    from flowrisk.report.note import Memo


def workbook(answer: Answer, memo: Memo) -> bytes:
    """Return the answer as xlsx: sheet ``cover``, then each frame under its name.

    The heads are the columns' names, which end in their unit; the cover spells each unit out.

    Raises: QuestionError for what a worksheet cannot hold, or without the library.
    """
    frames = {name: formats.flat(frame) for name, frame in answer.marts.items()}
    return xlsx.workbook(frames, cover=list(_cover(answer, memo)))


def _cover(answer: Answer, memo: Memo) -> Iterator[Sequence[object]]:
    yield ["Finding", memo.finding]
    for label, lines in (("About", memo.about), ("Basis", memo.rests_on)):
        yield from ([label, formatting.unmarked(line)] for line in lines)
    yield ["Suggested citation", memo.citation]
    yield ["Reproduce", f"{memo.command} -o answer.xlsx"]
    yield []
    yield ["Version", f"flowrisk {answer.flowrisk_version}"]
    yield ["As of", answer.as_of_on.isoformat()]
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
            yield [each.name, each.row_count, each.oldest_on, each.newest_on]
        else:
            yield [each.name, "not in this dataset"]


def _sheets(answer: Answer) -> Iterator[Sequence[object]]:
    yield ["Sheet", "rows", "what it holds"]
    described = sql_models.models()
    for name, frame in answer.marts.items():
        model = described.get(f"marts.{name}")
        yield [name, frame.height, model.description if model else "computed beside the SQL"]
    yield []
    yield ["Sheet", "column", "unit"]
    yield from ([name, column, unit(column)] for name, frame in answer.marts.items()
                for column in frame.columns)  # fmt: skip

"""Rows of one's own beside the tables: ``reference/NAME.csv`` of a dataset, laid over ``NAME``.

A row with the key of a row of the table replaces the cells it gives; any other is added. Owns
reading, checking and writing of these files; never the table itself, which stays as it is.
"""

from __future__ import annotations

import csv
import datetime as dt
import errno
import io
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flowrisk.dataset import leftovers
from flowrisk.dataset.contract import BASES, tables
from flowrisk.engines.composing import own_name
from flowrisk.engines.files import LocalFiles
from flowrisk.errors import DataError, QuestionError, join_names, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import PurePath

    from flowrisk.dataset.contract import Column, Table
    from flowrisk.engines.files import Files

FOLDER = "reference"
NULL = "null"
"""What a cell says that makes unknown what the table knows; an empty one leaves it as it is."""
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
Value = str | float | int | bool | dt.date | None


@dataclass(frozen=True, slots=True)
class Overlay:
    """The rows of one file, typed: ``columns`` are those of the contract that the file gives,
    basis and source always among them; ``lines`` are the line of each row in the file."""

    table: Table
    path: PurePath
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    nulled: tuple[str, ...]
    lines: tuple[int, ...]

    def types(self) -> dict[str, str]:
        """Return the columns of ``loaded`` with their types, in order."""
        kinds = {column.name: column.type for column in self.table.columns}
        return {**{name: kinds[name] for name in self.columns}, "nulled": "varchar"}

    def loaded(self) -> list[tuple[Value, ...]]:
        """Return the rows, each with the names of the cells that it makes unknown."""
        return [(*row, nulled) for row, nulled in zip(self.rows, self.nulled, strict=True)]

    def sql(self, stated: str, given: str) -> str:
        """Return the select of the table with these rows over it, in the subset Spark runs.

        Args:
            stated: the view of the table as its file has it.
            given: the table of ``loaded``.
        """
        stated, given = own_name(stated), own_name(given)
        same = " and ".join(
            f"{_day(column, f'{stated}.{own_name(column.name)}')} = {given}.{own_name(column.name)}"
            for column in self.table.columns if column.is_key
        )  # fmt: skip
        cells = ", ".join(self._cell(column, stated, given) for column in self.table.columns)
        return f"select {cells} from {stated} full outer join {given} on {same}"

    def _cell(self, column: Column, stated: str, given: str) -> str:
        name = own_name(column.name)
        known = _day(column, f"{stated}.{name}")
        if column.name not in self.columns:
            return f"{known} as {name}"
        told = f"coalesce({given}.{name}, {known})"
        if column.is_key:
            return f"{told} as {name}"
        return f"case when {given}.nulled like '%,{name},%' then null else {told} end as {name}"


def read(place: Files, root: PurePath) -> dict[str, Overlay]:
    """Return what the reference files of a dataset on this machine say, by table.

    Raises: DataError naming file, line and column of what cannot be used.
    """
    if not isinstance(root, Path) or not (root / FOLDER).is_dir():
        return {}
    found = place.matching(root / FOLDER, "*.csv")
    return {path.stem: _overlay(place, path) for path in found if not path.name.startswith(".")}


def with_row(root: Path, table: Table, row: Mapping[str, str]) -> tuple[Overlay, str]:
    """Return the reference file of a table with a row in it, in place of one with its key: what it
    then says, and its text.

    Raises: DataError for a row, or a file, that cannot be used.
    """
    path = root / FOLDER / f"{table.name}.csv"
    columns, rows = ([], []) if not path.exists() else _cells(_text(LocalFiles(), path), path)
    columns = [*columns, *(name for name in row if name not in columns)]
    kept = [each for _, each in rows if any(each.get(k) != row.get(k) for k in table.keys)]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows([*kept, row])
    rows = list(enumerate([*kept, dict(row)], start=2))
    return _parsed(table, path, columns, rows), text.getvalue()


def write(path: Path, text: str) -> None:
    """Write a reference file whole.

    Raises: QuestionError where it cannot be written.
    """
    try:
        if path.parent.is_symlink() or path.is_symlink():
            raise OSError(errno.ELOOP, "it is a link, which is not followed")  # noqa: TRY301
        path.parent.mkdir(exist_ok=True)
        leftovers.sweep(path.parent)
        aside = leftovers.beside(path)
        try:
            with aside.open("x", encoding="utf-8") as file:
                file.write(text)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise QuestionError(
            "The reference file cannot be written.",
            facts={"file": path, "reason": error.strerror or error},
            remedy="Choose a dataset that you may write to.",
        ) from error


def refuse_incomplete(overlay: Overlay, known: Sequence[tuple[object, ...]]) -> None:
    """Refuse a row that adds to the table and lacks what every row of it needs.

    Args:
        known: the keys that the table has, of the rows' keys.

    Raises: DataError.
    """
    keys = [overlay.columns.index(name) for name in overlay.table.keys]
    for number, row in zip(overlay.lines, overlay.rows, strict=True):
        if tuple(row[key] for key in keys) in known:
            continue
        for column in overlay.table.columns:
            is_given = column.name in overlay.columns
            cell = row[overlay.columns.index(column.name)] if is_given else None
            if not column.is_nullable and cell is None:
                reason = f"a new row of {overlay.table.name} needs it: {column.meaning}"
                raise _refused(overlay.path, number, column.name, reason)


def _overlay(place: Files, path: PurePath) -> Overlay:
    known = tables()
    table = known.get(path.stem)
    if table is None or table.name == "holdings":
        raise DataError(
            f"'{path.name}' is the name of no table that rows can be laid over.",
            facts={"file": path, "nearest": nearest(path.stem, known) or "none"},
            remedy="Name it like a table, such as funds.csv; positions are loaded by 'ingest'.",
        )
    columns, rows = _cells(_text(place, path), path)
    return _parsed(table, path, columns, rows)


def _text(place: Files, path: PurePath) -> str:
    try:
        return place.text(path).removeprefix("\ufeff")
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(path, 1, "", str(error)) from error


def _cells(text: str, path: PurePath) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        columns = [name.strip() for name in next(reader, [])]
        rows = []
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) != len(columns):
                    reason = f"{len(cells)} cells, but {len(columns)} columns"
                    raise _refused(path, reader.line_num, "", reason)
                rows.append((reader.line_num, dict(zip(columns, map(str.strip, cells),
                                                       strict=True))))  # fmt: skip
    except csv.Error as error:
        raise _refused(path, reader.line_num, "", str(error)) from error
    return columns, rows


def _parsed(
    table: Table, path: PurePath, columns: Sequence[str], rows: Sequence[tuple[int, dict[str, str]]]
) -> Overlay:
    kinds = {column.name: column for column in table.columns}
    for name in columns:
        if name not in kinds or columns.count(name) > 1:
            close = nearest(name, kinds)
            reason = "stands twice" if name in kinds else f"is no column; nearest: {close}"
            raise _refused(path, 1, name, reason)
    if missing := [key for key in table.keys if key not in columns]:
        raise _refused(path, 1, missing[0], "is part of the key and missing")
    names = tuple(dict.fromkeys((*columns, "basis", "source")))
    typed, nulled = [], []
    seen: dict[tuple[str | None, ...], int] = {}
    for line, cells in rows:
        told = {"basis": "reported", "source": f"{FOLDER}/{path.name}, line {line}"}
        told |= {name: text for name, text in cells.items() if text}
        row = tuple(_value(path, line, kinds[name], told.get(name, "")) for name in names)
        key = tuple(told.get(name) for name in table.keys)
        if key in seen:
            raise _refused(path, line, table.keys[0], f"the key of line {seen[key]} again")
        seen[key] = line
        typed.append(row)
        nulled.append("".join(f",{name}," for name in names if told.get(name) == NULL))
    return Overlay(table, path, names, tuple(typed), tuple(nulled), tuple(seen.values()))


def _value(path: PurePath, line: int, column: Column, text: str) -> Value:
    if not text or (text == NULL and not column.is_key):
        if column.is_key or (text and not column.is_nullable):
            raise _refused(path, line, column.name, f"may not be empty: {column.meaning}")
        return None
    accepted = BASES if column.name == "basis" else column.accepted
    if accepted and text not in accepted:
        raise _refused(path, line, column.name, f"'{text}' is none of {join_names(accepted)}")
    try:
        return _typed(column, text)
    except (ValueError, KeyError) as error:
        reason = f"'{text}' is no {_WORD_OF[column.type]}"
        raise _refused(path, line, column.name, reason) from error


_WORD_OF = {"double": "number such as 0.05 or 5e9", "date": "day such as 2025-11-20",
            "boolean": "true or false", "bigint": "whole number", "varchar": "text"}  # fmt: skip


def _typed(column: Column, text: str) -> Value:
    if column.type == "double":
        number = float(text)
        if not math.isfinite(number):
            raise ValueError(text)
        return number
    if column.type == "date":
        return dt.date.fromisoformat(text)
    if column.type == "boolean":
        return _WORDS[text.casefold()]
    return int(text) if column.type == "bigint" else text


def _day(column: Column, sql: str) -> str:
    return f"cast({sql} as date)" if column.type == "date" else sql


def _refused(path: PurePath, line: int, column: str, reason: str) -> DataError:
    facts: dict[str, object] = {"file": path, "line": line}
    if column:
        facts["column"] = column
    return DataError(
        "A reference file cannot be used.",
        facts={**facts, "reason": reason},
        remedy=f"Correct the line; 'flowrisk tables raw.{Path(path).stem}' describes the columns, "
        "an empty cell leaves what the table says.",
    )


def table_of(word: str) -> Table:
    """Return the table that a word of a command names, singular or plural.

    Raises: QuestionError.
    """
    known = {name: table for name, table in tables().items() if name != "holdings"}
    plurals = {f"{word}s", word, f"{word[:-1]}ies", {"index": "indices"}.get(word, "")}
    for name in sorted(plurals & known.keys()):
        return known[name]
    raise QuestionError(
        f"There is no table '{word}' to add to.",
        facts={
            "nearest": nearest(word, known) or "none",
            "tables": join_names(known, at_most_count=40),
        },
        remedy="Name one of them; positions are loaded by 'flowrisk ingest'.",
    )

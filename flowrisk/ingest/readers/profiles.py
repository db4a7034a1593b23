"""Profiles: which column of a table means what, as a TOML file each.

A profile is data: those shipped describe the files of issuers, one of the user's own describes a
layout once so that it can be read again. ``docs/how-to/add-a-format.md`` shows how to write one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from flowrisk.dataset.folder import absolute
from flowrisk.errors import DataError, QuestionError, join_names, nearest
from flowrisk.ingest.readers.tabular import Columns

FIELDS = (
    "fund", "date", "shares", "isin", "cusip", "sedol", "figi", "lei", "identifier", "ticker",
    "mic", "exchange", "name", "title", "asset_class", "value", "weight", "price", "currency",
    "market_currency", "country",
)  # fmt: skip
"""What a column may mean."""
_FOLDER = Path(__file__).parents[1] / "profiles"
_KEYS = frozenset({
    "title", "manager", "vehicle", "required", "recognise", "dates", "decimal", "fund_line",
    "columns", "above", "constants",
})  # fmt: skip
_TABLES = ("columns", "above", "constants")
_TEXTS = ("title", "manager", "vehicle", "dates", "decimal")
_LISTS = ("required", "recognise")
_NAMING = frozenset({"isin", "cusip", "sedol", "figi", "identifier", "ticker"})


@dataclass(frozen=True, slots=True)
class Profile:
    """How the files of one layout are read.

    Args:
        name: the word of the command line.
        title: what such a file is called in print.
        columns: what a column means → the names it has been met under.
        required: what a file cannot do without.
        recognise: names of columns that only such files have, all of them.
        above: ``fund``, ``ticker`` or ``date`` → pattern whose first group states it in the lines
            above the table.
        constants: what holds for every row.
        manager: who publishes such files.
        vehicle: kind of fund.
        dates: order in which its publisher writes days.
        decimal: decimal mark of its publisher.
        fund_line: whether the first line that is one cell names the fund.
    """

    name: str
    title: str
    columns: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    recognise: tuple[str, ...] = ()
    above: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    manager: str = "unknown"
    vehicle: str = "fund"
    dates: str = ""
    decimal: str = ""
    fund_line: bool = False

    def wanted(self) -> Columns:
        """Return the columns that the reader looks for."""
        return Columns(self.columns, self.required)


@cache
def shipped() -> dict[str, Profile]:
    """Return the profiles that flowrisk ships, by name."""
    files = sorted(_FOLDER.glob("*.toml"))
    return {path.stem: _profile(path, path.stem) for path in files}


def of_file(path: Path) -> Profile:
    """Return the profile of a TOML file of the user's own.

    Raises: DataError where it cannot be read, or says something that a profile does not have;
        QuestionError for a path that there cannot be.
    """
    whole = absolute(path)
    if whole.exists() and not whole.is_file():
        raise _unreadable(path, "it is no plain file")
    return _profile(whole, path.stem)


def of_columns(given: str | Mapping[str, str]) -> Profile:
    """Return the profile of a column map such as ``shares=Quantity,isin=ISIN``.

    Raises: QuestionError for an unknown meaning, one given twice, or a map without shares or
        weights, or without anything that names a security.
    """
    pairs = given.items() if isinstance(given, Mapping) else _pairs(given)
    columns: dict[str, tuple[str, ...]] = {}
    for meaning, column in pairs:
        if meaning not in FIELDS:
            raise QuestionError(
                f"A column cannot mean '{meaning}'.",
                facts={"known": join_names(FIELDS, at_most_count=30),
                       "nearest": nearest(meaning, FIELDS) or "none"},
                remedy="Write --columns shares=Quantity,isin=ISIN,fund=Portfolio,date=Date.",
            )  # fmt: skip
        if meaning in columns:
            raise QuestionError(f"'{meaning}' is given two columns.", facts={"--columns": given})
        columns[meaning] = (column,)
    if not {"shares", "weight"} & set(columns) or not _NAMING & set(columns):
        raise QuestionError(
            "The column map names no shares, or nothing that names a security.",
            facts={"--columns": given},
            remedy=f"Give shares= and one of {join_names(sorted(_NAMING))}.",
        )
    return Profile("table", "table", columns, required=tuple(columns))


def _pairs(text: str) -> list[tuple[str, str]]:
    parts = [part.partition("=") for part in text.split(",") if part.strip()]
    for meaning, equals, column in parts:
        if not equals or not column.strip():
            raise QuestionError(
                f"'{meaning}' names no column.",
                remedy="Write each as MEANING=COLUMN, such as shares=Quantity.",
            )
    return [(meaning.strip(), column.strip()) for meaning, _, column in parts]


def _stated(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as failure:
        raise _unreadable(path, failure) from None


def _mistyped(stated: Mapping[str, Any]) -> list[str]:
    """Return the keys whose values are not of the kind that a profile has there."""
    columns, above, constants = (stated.get(key, {}) for key in _TABLES)
    tables = dict(zip(_TABLES, (columns, above, constants), strict=True))
    found = [key for key, table in tables.items() if not isinstance(table, dict)]
    found += [key for key in _TEXTS if not isinstance(stated.get(key, ""), str)]
    found += [key for key in _LISTS if not _is_texts(stated.get(key, []))]
    found += ["fund_line"] if not isinstance(stated.get("fund_line", False), bool) else []
    if not found:
        found += [f"columns.{name}" for name, each in columns.items()
                  if not (isinstance(each, str) or _is_texts(each))]  # fmt: skip
        found += [f"above.{name}" for name, each in above.items() if not isinstance(each, str)]
        found += [f"required {name}" for name in stated.get("required", []) if name not in columns]
    return found


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _unreadable(path: Path, reason: object) -> DataError:
    return DataError(
        f"The profile {path.name} cannot be read.",
        facts={"file": path, "reason": reason},
        remedy="Write it as TOML, with a table [columns].",
    )


def _profile(path: Path, name: str) -> Profile:
    stated = _stated(path)
    if mistyped := _mistyped(stated):
        raise _unfit(path, mistyped)
    columns = {
        meaning: tuple([names] if isinstance(names, str) else names)
        for meaning, names in dict(stated.get("columns", {})).items()
    }
    strange = [key for key in stated if key not in _KEYS]
    strange += [f"columns.{meaning}" for meaning in columns if meaning not in FIELDS]
    if strange or not columns:
        raise _unfit(path, strange)
    for pattern in dict(stated.get("above", {})).values():
        _refuse_pattern(path, pattern)
    plain: dict[str, Any] = {
        key: stated[key]
        for key in ("title", "manager", "vehicle", "dates", "decimal", "fund_line") if key in stated
    }  # fmt: skip
    required = tuple(stated.get("required", [m for m in ("shares",) if m in columns]))
    return Profile(
        **{"title": name, **plain},
        name=name,
        columns=columns,
        required=required,
        recognise=tuple(stated.get("recognise", ())),
        above=dict(stated.get("above", {})),
        constants={key: str(value) for key, value in dict(stated.get("constants", {})).items()},
    )


def _unfit(path: Path, strange: list[str]) -> DataError:
    return DataError(
        f"The profile {path.name} is none.",
        facts={
            "file": path,
            "unfit": join_names(strange) or "none",
            "columns may mean": join_names(FIELDS, at_most_count=30),
        },
        remedy='Give a table [columns] with names such as shares = "Quantity".',
    )


def _refuse_pattern(path: Path, pattern: str) -> None:
    try:
        groups = re.compile(pattern).groups
    except re.error as failure:
        raise DataError(
            f"A pattern of the profile {path.name} is none.",
            facts={"pattern": pattern, "reason": failure},
        ) from None
    if groups != 1:
        raise DataError(
            f"A pattern of the profile {path.name} needs one group in parentheses.",
            facts={"pattern": pattern},
        )

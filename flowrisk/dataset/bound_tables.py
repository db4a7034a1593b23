"""The tables of one dataset as a question reads them: each validated before it is read.

On this machine all are validated at once. On a store every file is a request, so that a question
may leave aside those it never reads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from flowrisk.dataset.contract import tables
from flowrisk.dataset.folder import BoundTable, Folder, read_tables

if TYPE_CHECKING:
    from flowrisk.engines.engine import Engine


class BoundTables(Mapping[str, BoundTable]):
    """Every table of the contract by name; one that was left aside is read when it is asked for.

    Args:
        ahead: the tables to read now, beside those that have no file; None = all.

    Raises: as ``folder.read_tables``, here and wherever a table is read.
    """

    def __init__(
        self, folder: Folder, engine: Engine, *, ahead: Collection[str] | None = None
    ) -> None:
        self._folder = folder
        self._engine = engine
        self._found: dict[str, BoundTable] = {}
        absent = [name for name, paths in folder.files.items() if not paths]
        self.read(tables() if ahead is None else {*ahead, *absent})

    def __getitem__(self, name: str) -> BoundTable:
        if name in tables():
            self.read([name])
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(tables())

    def __len__(self) -> int:
        return len(tables())

    def read(self, names: Collection[str]) -> None:
        """Validate the tables named that are still to be read, all at once."""
        waiting = [name for name in tables() if name in names and name not in self._found]
        if waiting:
            for table in read_tables(self._folder, self._engine, waiting):
                self._found[table.vintage.name] = _told_over(table, self._folder)

    def known(self) -> tuple[BoundTable, ...]:
        """Return the tables that were read, and those that have no file."""
        return tuple(self._found[name] for name in tables() if name in self._found)


def _told_over(table: BoundTable, folder: Folder) -> BoundTable:
    """Return a table whose vintage counts the days of its reference file too."""
    overlay = folder.reference.get(table.vintage.name)
    if overlay is None:
        return table
    vintage, column = table.vintage, overlay.table.date_column or ""
    index = overlay.columns.index(column) if column in overlay.columns else -1
    days = [str(row[index]) for row in overlay.rows if index >= 0 and row[index] is not None]
    ends = [end for end in (vintage.oldest_on, vintage.newest_on) if end is not None]
    told = replace(
        vintage,
        row_count=max(vintage.row_count, len(overlay.rows)),
        oldest_on=min([*ends, *days], default=None),
        newest_on=max([*ends, *days], default=None),
        is_present=vintage.is_present or bool(overlay.rows),
    )
    return replace(
        table,
        vintage=told,
        lacking=tuple(name for name in table.lacking if name not in overlay.columns),
    )

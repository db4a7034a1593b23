"""Delimited text or sheet rows → a table with its header found by content and columns by name.

Knows no format: a parser says which columns it wants, under which names it has met them, and which
it cannot do without.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flowrisk.errors import DataError, join_names, nearest
from flowrisk.ingest.values.cells import tidied, unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path


Record = tuple[int, list[str]]

_DELIMITERS = (",", "\t", ";", "|")
_SEARCHED_COUNT = 200
_WIDEST_COUNT = 2**12
_PROSE_BLANKS_COUNT = 3
_WORDS = frozenset({"name", "title"})
"""Columns in which a leading apostrophe belongs to the word."""
_NUMBERED = re.compile(r"(.+)\.\d+")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a format: ours → the names met in files; and those it cannot do without."""

    aliases: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]

    def found_in(self, cells: Sequence[str]) -> dict[str, int]:
        """Map our column names to positions in a header row; the first of equal names wins."""
        positions: dict[str, int] = {}
        for index, cell in enumerate(cells):
            positions.setdefault(folded(cell), index)
        found = {
            ours: next((positions[folded(a)] for a in names if folded(a) in positions), None)
            for ours, names in self.aliases.items()
        }
        return {ours: index for ours, index in found.items() if index is not None}

    def fits(self, cells: Sequence[str]) -> bool:
        """Tell whether a header row names every required column."""
        return set(self.required) <= set(self.found_in(cells))


@dataclass(frozen=True, slots=True)
class Line:
    """One row below the header. ``fault`` says why its cells cannot be trusted, else None."""

    row_number: int
    cells: Mapping[str, str]
    fault: str | None
    text: str

    def get(self, column: str) -> str:
        """Return the tidied cell of a column, empty where the file has no such column."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Table:
    """A located table: rows above the header, the header as written by our names, the lines; of a
    workbook the sheet it is of, and others that hold such a table too."""

    preamble: Sequence[Sequence[str]]
    header: Mapping[str, str]
    lines: Sequence[Line]
    unused: tuple[str, ...] = ()
    delimiter: str = ","
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()

    def column(self, name: str) -> list[str]:
        """Return the cells of a column in whole lines, empty where there is no such column."""
        if name not in self.header:
            return []
        return [line.get(name) for line in self.lines if not line.fault]

    def stated(self, label: str) -> str:
        """Return the cell right of the first preamble cell that begins with ``label``."""
        for cells in self.preamble:
            filled = [tidied(cell) for cell in cells if tidied(cell)]
            if filled and filled[0].casefold().startswith(label.casefold()):
                return filled[1] if len(filled) > 1 else filled[0][len(label) :].strip(" :")
        return ""


def read_table(path: Path, text: str, columns: Columns, *, format_name: str) -> Table:
    """Return the table of a delimited text (comma, tab, semicolon or bar).

    Raises: DataError where no row among the first 200 names the required columns, or the quoting
    is broken.
    """
    heads = {delimiter: list(_head(text, delimiter)) for delimiter in _DELIMITERS}
    matches = {d: columns.found_in(best_header(head, columns)) for d, head in heads.items()}
    delimiter = max(_DELIMITERS, key=lambda d: len(matches[d]))
    try:
        # lines without a cell are most of what some files hold
        records = [record for record in _records(text, delimiter) if record[1]]
    except csv.Error as failure:
        raise DataError(
            f"The file {path.name} has a cell that never ends: its quotes do not match.",
            facts={"reason": failure},
            remedy="Download it again; it may be cut off.",
        ) from None
    table = located(path, records, columns, format_name=format_name)
    return replace(table, delimiter=delimiter)


def head_rows(text: str) -> list[Record]:
    """Return the first rows of a delimited text, parted as most of its lines are."""
    heads = [list(_head(text, delimiter)) for delimiter in _DELIMITERS]
    return max(heads, key=lambda head: max((len(cells) for _, cells in head), default=0))


def located(path: Path, records: Sequence[Record], columns: Columns, *, format_name: str) -> Table:
    """Return the table among numbered rows, its header found by content.

    Raises: DataError where no row among the first 200 names the required columns, or where a
        column needed stands twice with different cells.
    """
    for index, (_, cells) in enumerate(records[:_SEARCHED_COUNT]):
        found = columns.found_in(cells)
        if columns.fits(cells):
            _refuse_doubled(path, cells, found, records[index + 1 :])
            return Table(
                preamble=[cells for _, cells in records[:index]],
                header={ours: tidied(cells[at]) for ours, at in found.items()},
                lines=list(_lines(records[index + 1 :], cells, found)),
                unused=tuple(
                    tidied(cell) for at, cell in enumerate(cells)
                    if at not in found.values() and tidied(cell)
                ),
            )  # fmt: skip
    raise _not_found(path, records, columns, format_name)


def _lines(
    records: Sequence[Record], header: Sequence[str], found: Mapping[str, int]
) -> Iterator[Line]:
    is_past_end = False
    width = len([cell for cell in header if tidied(cell)])
    for index, (row_number, cells) in enumerate(records):
        filled = [tidied(cell) for cell in cells if tidied(cell)]
        if not filled or _repeats(cells, header):
            continue
        if len(filled) == 1 and width > 1:
            is_prose = filled[0].count(" ") >= _PROSE_BLANKS_COUNT or is_past_end
            is_past_end = is_past_end or is_prose
            if is_prose:
                continue
        is_last = index == len(records) - 1
        yield Line(
            row_number=row_number,
            cells={ours: _cell(ours, cells[at]) for ours, at in found.items() if at < len(cells)},
            fault=_fault(cells, header, is_last=is_last),
            text=" | ".join(filled),
        )


def _cell(column: str, text: str) -> str:
    """Return a cell without what keeps spreadsheets from reading it: ``="…"``, a leading ``'``."""
    bare = unwrapped(text)
    return bare if column in _WORDS else bare.removeprefix("'").strip()


def _refuse_doubled(
    path: Path, header: Sequence[str], found: Mapping[str, int], records: Sequence[Record]
) -> None:
    names = [folded(cell) for cell in header]
    for at in found.values():
        for twin, cell in enumerate(header):
            numbered = _NUMBERED.fullmatch(tidied(cell))
            bases = {names[twin], folded(numbered.group(1)) if numbered else ""}
            if twin == at or not names[at] or names[at] not in bases:
                continue
            differing = next(
                (number for number, cells in records
                 if max(at, twin) < len(cells) and tidied(cells[at]) != tidied(cells[twin])), None,
            )  # fmt: skip
            if differing is not None:
                raise DataError(
                    f"The column {tidied(header[at])!r} of {path.name} stands twice.",
                    facts={"columns": f"{at + 1} and {twin + 1}, as {tidied(header[at])!r} and "
                           f"{tidied(cell)!r}", "first row that differs": differing},
                    remedy="Leave the one that is meant, or give the columns different names.",
                )  # fmt: skip


def _repeats(cells: Sequence[str], header: Sequence[str]) -> bool:
    return [folded(cell) for cell in cells] == [folded(cell) for cell in header]


def _fault(cells: Sequence[str], header: Sequence[str], *, is_last: bool) -> str | None:
    beyond = [cell for cell in cells[len(header) :] if tidied(cell)]
    if beyond:
        return "row_has_too_many_cells"
    if len(cells) < len(header) and (is_last or len(cells) == 1):
        return "row_is_cut"
    return None


def _records(text: str, delimiter: str) -> Iterator[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for cells in reader:
        if len(cells) > _WIDEST_COUNT:
            # what stands beyond is judged as one cell: it is none of a table
            cells = [*cells[:_WIDEST_COUNT], "".join(cells[_WIDEST_COUNT:])]  # noqa: PLW2901
        yield reader.line_num, cells


def _head(text: str, delimiter: str) -> Iterator[Record]:
    try:
        yield from itertools.islice(_records(text, delimiter), _SEARCHED_COUNT)
    except csv.Error:
        return


def best_header(records: Iterable[Record], columns: Columns) -> list[str]:
    """Return the row that names most of the columns, among the first 200."""
    rows = [cells for _, cells in itertools.islice(records, _SEARCHED_COUNT)]
    return max(rows, key=lambda cells: len(columns.found_in(cells)), default=[])


def folded(name: str) -> str:
    """Return the name of a column by its letters and figures: ``Weight (%)`` → ``weight``."""
    return "".join(filter(str.isalnum, name.casefold()))


def _not_found(
    path: Path, records: Sequence[Record], columns: Columns, format_name: str
) -> DataError:
    seen = [tidied(cell) for cell in best_header(records, columns) if tidied(cell)]
    found = columns.found_in(seen)
    missing = [name for name in columns.required if name not in found]
    near = {name: nearest(columns.aliases[name][0], seen) for name in missing}
    return DataError(
        f"The file {path.name} is no {format_name}: it has no header with the columns needed.",
        facts={
            "missing": join_names(" or ".join(map(repr, columns.aliases[n][:2])) for n in missing),
            "columns found": join_names(seen) or "none",
            "nearest": join_names(f"{near[n]!r} for {n}" for n in missing if near[n]) or "none",
            "begins": " | ".join(tidied(c) for c in records[0][1])[:80] if records else "nothing",
        },
        remedy="Pick the format that the file is in, or give the columns these names.",
    )

"""A book: portfolios of the user's own as a table, one line a position, read for one question.

Knows which columns it has; how cells, sheets and decimal marks are read is the readers'.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from flowrisk.errors import DataError, join_names
from flowrisk.ingest.readers.sheets import frame_given, from_frame, read_any
from flowrisk.ingest.readers.tabular import Columns
from flowrisk.ingest.values import cells, check_digits, columns
from flowrisk.ingest.values.columns import Evidence
from flowrisk.question.book import NO_INDEX, Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowrisk.ingest.readers.tabular import Line as Row
    from flowrisk.ingest.readers.tabular import Table
    from flowrisk.ingest.values.columns import Readings
    from flowrisk.question.book import Source

COLUMNS = Columns(
    aliases={
        "portfolio": ("portfolio", "fund", "account", "portfolio_id"),
        "identifier": ("identifier", "security_id", "isin", "ticker", "cusip", "sedol", "figi"),
        "shares": ("shares", "quantity"),
        "index": ("index", "index_id", "benchmark"),
        "value_usd": ("market_value_usd", "value_usd"),
    },
    required=("portfolio", "identifier", "shares"),
)
LARGEST_COUNT = 1_000_000
"""Most lines of a book that is a frame or a parquet file; of a text or workbook the bytes are."""
_NAME = "book"
_NUMBERS = ("shares", "value_usd")
_CASH = "CASH"
_WHOLES = (1.0, 100.0)
_ROUNDED_RATIO = 0.005
_REMEDY = "Give share counts: portfolio,identifier,shares,index."


def read(source: Source) -> tuple[Line, ...]:
    """Return the lines of a book, in the order of its rows.

    Raises: DataError for a file that is missing, no plain file, empty or foreign, a row without a
        portfolio, an identifier or a number of shares, and percent in place of shares.
    """
    table = _table(source)
    if not table.lines:
        raise _empty(source, "it has a header and no line")
    _refuse_cut(source, table)
    _refuse_percent_signs(source, table)
    readings = _readings(source, table)
    lines = tuple(_line(source, row, readings) for row in table.lines)
    _refuse_weights(source, lines)
    return lines


def _empty(source: Source, how: str) -> DataError:
    return DataError(
        f"The book is empty: {how}.",
        facts={"book": source},
        remedy="Write one line a position: portfolio,identifier,shares,index.",
    )


def _readings(source: Source, table: Table) -> Readings:
    """Return what the commas and points of a book mean; no flag settles it, the file must."""
    numbers = {name: table.column(name) for name in _NUMBERS if name in table.header}
    evidence = Evidence(delimiter=table.delimiter)
    try:
        return columns.decide(source.label, numbers=numbers, days=(), evidence=evidence)
    except DataError as error:
        raise DataError(
            error.problem,
            facts=error.facts,
            remedy="Write the numbers without marks of thousands, such as 1234 or 1234.5.",
        ) from None


def _table(source: Source) -> Table:
    frame = frame_given(source.given)
    if frame is not None:
        _refuse_huge(source, frame.height)
        return from_frame(Path(source.label), frame, COLUMNS, format_name=_NAME)
    path = Path(str(source.given))
    if not path.is_file():
        is_there = path.exists()
        raise DataError(
            "The book is no plain file." if is_there else "There is no such book.",
            facts={"--book": path, "folder": path.absolute().parent},
            remedy="Save what it gives to a file, and name that." if is_there
            else "Check the path.",
        )  # fmt: skip
    try:
        if not path.stat().st_size:
            raise _empty(source, "it has no line at all")
        _refuse_huge(source, _parquet_count(path))
        return read_any(path, COLUMNS, format_name=_NAME)
    except OSError as error:
        raise DataError(
            "The book cannot be read.",
            facts={"--book": path, "reason": error.strerror or error},
            remedy="Check its permissions.",
        ) from error


def _parquet_count(path: Path) -> int:
    """Return how many rows a parquet file says it has: few bytes may hold any number of them."""
    with path.open("rb") as file:
        if file.read(4) != b"PAR1":
            return 0
    try:
        return int(pl.scan_parquet(path, glob=False).select(pl.len()).collect().item())
    except pl.exceptions.PolarsError:
        return 0  # the reader says what is wrong with it


def _refuse_huge(source: Source, lines_count: int) -> None:
    if lines_count > LARGEST_COUNT:
        raise DataError(
            f"The book {source} is too large.",
            facts={"lines": f"{lines_count:,}", "at most": f"{LARGEST_COUNT:,}"},
            remedy="Ask about the portfolios in several books, or leave out what nobody deletes.",
        )


def _refuse_cut(source: Source, table: Table) -> None:
    faults = {f"row {each.row_number}": f"{each.fault.replace('_', ' ')}: {each.text}"
              for each in table.lines if each.fault}  # fmt: skip
    if faults:
        raise DataError(
            f"The book {source} has rows whose cells do not fit its header.",
            facts=faults,
            remedy="Give each row a cell a column; write a comma inside a name in quotes.",
        )


def _refuse_percent_signs(source: Source, table: Table) -> None:
    head = table.header["shares"]
    found = {f"row {each.row_number}": each.get("shares")
             for each in table.lines if "%" in each.get("shares")}  # fmt: skip
    if found or "%" in head:
        raise DataError(
            f"The book {source} holds percent where shares are needed.",
            facts={"column": head, **found},
            remedy=_REMEDY,
        )


def _refuse_weights(source: Source, lines: Sequence[Line]) -> None:
    """Refuse fractions that add up to 1 or 100 in a portfolio of several lines."""
    portfolios: dict[str, list[float]] = defaultdict(list)
    for line in lines:
        portfolios[line.portfolio].append(line.shares)
    for name, shares in portfolios.items():
        is_whole = any(abs(sum(shares) - each) <= each * _ROUNDED_RATIO for each in _WHOLES)
        if len(shares) > 1 and is_whole and any(each != int(each) for each in shares):
            raise DataError(
                f"The book {source} seems to hold weights where shares are needed.",
                facts={"portfolio": name, "lines": len(shares), "sum": f"{sum(shares):g}"},
                remedy=_REMEDY,
            )


def _line(source: Source, row: Row, readings: Readings) -> Line:
    portfolio, identifier = row.get("portfolio"), _identifier(row.get("identifier"))
    numbers: dict[str, float | None] = {}
    for name in _NUMBERS:
        try:
            numbers[name] = readings.number(name, row.get(name))
        except ValueError:
            raise _unreadable(source, row, name, repr(row.get(name))) from None
    missing = [name for name, cell in (("portfolio", portfolio), ("identifier", identifier))
               if not cell]  # fmt: skip
    if missing:
        raise _unreadable(source, row, join_names(missing), "empty")
    shares = numbers["shares"]
    if shares is None:
        raise _unreadable(source, row, "shares", repr(row.get("shares")))
    return Line(
        row.row_number, portfolio, identifier, shares, _index(row.get("index")),
        numbers["value_usd"], _is_definite(identifier),
    )  # fmt: skip


def _is_definite(identifier: str) -> bool:
    """Tell whether an identifier is cash, or by its check digit an ISIN or a CUSIP."""
    text = identifier.upper()
    return text == _CASH or check_digits.is_isin(text) or check_digits.is_cusip(text)


def _index(cell: str) -> str:
    """Return the index that a line names, empty where it names none; ``none`` is an answer."""
    return "" if cells.is_missing(cell) and cell.casefold() != NO_INDEX else cell


def _identifier(cell: str) -> str:
    """Return an identifier as it was before a frame made a fraction of its figures."""
    return cell.removesuffix(".0") if cell.removesuffix(".0").isdigit() else cell


def _unreadable(source: Source, row: Row, column: str, cell: str) -> DataError:
    return DataError(
        f"A row of the book {source} cannot be used.",
        facts={"row": row.row_number, column: cell, "text": row.text},
        remedy="Correct or remove the row: portfolio, identifier and shares are needed.",
    )

"""Price tables with a column for each field *and* security, as downloads of several tickers have.

Two rows above the days name the fields and the tickers, in either order; a third may hold the word
for the days.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Sequence

from flowrisk.ingest.readers.tabular import Line
from flowrisk.ingest.values import cells

_FIELDS = {
    "open": "open", "high": "high", "low": "low", "close": "close", "price": "close",
    "adjclose": "adjusted", "volume": "volume",
}  # fmt: skip
_HEADER_COUNT = 3


def lines_of(text: str) -> list[Line]:
    """Return one line a day and ticker, none where the text is no such grid."""
    try:
        head = list(itertools.islice(csv.reader(io.StringIO(text, newline="")), _HEADER_COUNT))
    except csv.Error:
        return []
    rows = {at: [cells.tidied(cell) for cell in row] for at, row in enumerate(head)}
    fields_at = next((at for at, row in rows.items() if _is_fields(row)), None)
    if fields_at is None:
        return []
    fields = rows.pop(fields_at)
    tickers_at = next((at for at, row in rows.items() if _is_tickers(row, fields)), None)
    if tickers_at is None:
        return []
    placed = [
        (at, _FIELDS[_folded(field)], ticker)
        for at, (field, ticker) in enumerate(zip(fields, rows[tickers_at], strict=False))
        if at and _folded(field) in _FIELDS and ticker
    ]
    return list(_lines(text, max(fields_at, tickers_at) + 1, placed))


def _lines(text: str, first: int, placed: Sequence[tuple[int, str, str]]) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""))
    for row in itertools.islice(reader, first, None):
        if not any(cells.tidied(cell) for cell in row[1:]):
            continue
        by_ticker: dict[str, dict[str, str]] = {}
        for at, field, ticker in placed:
            stated = cells.unwrapped(row[at]) if at < len(row) else ""
            by_ticker.setdefault(ticker, {})[field] = stated
        for ticker, named in by_ticker.items():
            # a day on which a ticker has no row of its own is no refused row of it
            if any(not cells.is_missing(cell) for cell in named.values()):
                day = {"date": cells.unwrapped(row[0]), "security": ticker}
                yield Line(reader.line_num, {**day, **named}, None, " | ".join(row))


def _folded(name: str) -> str:
    return "".join(filter(str.isalpha, name.casefold()))


def _is_fields(row: Sequence[str]) -> bool:
    words = [_folded(cell) for cell in row[1:]]
    known = [word for word in words if word in _FIELDS]
    return len(known) > len(set(known)) and len(known) == len([word for word in words if word])


def _is_tickers(row: Sequence[str], fields: Sequence[str]) -> bool:
    stated = [cell for cell, field in zip(row[1:], fields[1:], strict=False) if field]
    is_full = bool(stated) and all(stated)
    return is_full and not any(cells.marks_of(cell) or cell.isdigit() for cell in stated)

"""The layouts that price series come in → lines with our column names. Judges no value.

CSV with one row a day; JSON as a list of rows, in a wrapper or not, as columns of equal length, as
days mapped to rows, or as days mapped to one price a symbol.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flowrisk.errors import DataError, join_names
from flowrisk.ingest.prices import grids
from flowrisk.ingest.readers.decoding import json_of, read_text
from flowrisk.ingest.readers.tabular import Columns, Line, read_table
from flowrisk.ingest.values import cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path


COLUMNS = Columns(
    aliases={
        "date": ("Date", "Trade Date", "Trading Day", "priced_on", "Day", "Datetime", "Timestamp",
                 "t", "TIMESTAMP_UTC"),
        "time": ("Time", "Hour", "Time of Day"),
        "period": ("PER", "Period", "Interval"),
        "security": ("Ticker", "Symbol", "ISIN", "Security", "Instrument", "Coin"),
        "open": ("Open", "1. open", "o"),
        "high": ("High", "2. high", "h"),
        "low": ("Low", "3. low", "l"),
        "close": ("Close", "Close/Last", "Closing Price", "Close Price", "4. close", "close_usd",
                  "Last", "Price", "c"),
        "adjusted": ("Adj Close", "Adj. Close", "Adjusted Close", "adjClose", "5. adjusted close"),
        "volume": ("Volume", "5. volume", "6. volume", "volume_shares", "Share Volume", "Vol", "v"),
        "trades": ("bar_count", "Trades", "Number of Trades", "n"),
        "currency": ("Currency", "ccy"),
    },
    required=("date",),
)  # fmt: skip
_NAMES = {"security": ("symbol", "ticker", "2. Symbol"), "currency": ("currency",)}
_DEEPEST_COUNT = 6


@dataclass(slots=True)
class Layout:
    """The lines of a price file and what it says about all of them."""

    lines: list[Line] = field(default_factory=list)
    columns: frozenset[str] = frozenset()
    stated: dict[str, str] = field(default_factory=dict)
    delimiter: str = ","
    convention: str = ""


def layout_of(path: Path, text: str) -> Layout:
    """Return the lines of a price file.

    Raises: DataError where no layout with a day and a close fits.
    """
    if text.lstrip("\ufeff \t\r\n")[:1] in {"{", "["}:
        return _json_layout(path, text)
    grid = grids.lines_of(text)
    if grid:
        return Layout(lines=grid, columns=frozenset(name for line in grid for name in line.cells))
    columns = Columns(COLUMNS.aliases, ("date", "close"))
    try:
        table = read_table(path, text, columns, format_name="price series")
    except DataError as refusal:
        adjusted_only = Columns(COLUMNS.aliases, ("date", "adjusted"))
        try:
            table = read_table(path, text, adjusted_only, format_name="price series")
        except DataError:
            raise refusal from None
    return Layout(
        lines=list(table.lines),
        columns=frozenset(table.header),
        delimiter=table.delimiter,
        # the header of Nasdaq's own downloads, which write the month first
        convention="mdy" if table.header.get("close", "").casefold() == "close/last" else "",
    )


def is_series(path: Path) -> bool:
    """Tell whether a JSON file has days with a close."""
    try:
        return bool(_json_layout(path, read_text(path)).lines)
    except DataError:
        return False


def _json_layout(path: Path, text: str) -> Layout:
    content = json_of(path, text)
    layout = Layout()
    _search(content, layout, 0)
    if not layout.lines:
        keys = list(content) if isinstance(content, dict) else []
        raise DataError(
            f"The file {path.name} is no price series: no rows with a day and a close in it.",
            facts={"keys found": join_names(keys) or "none", "begins": text[:80]},
            remedy='Give rows such as {"date": "2025-11-18", "close": 206.8, "volume": 1000}.',
        )
    return layout


def _search(content: object, layout: Layout, depth: int) -> None:
    """Fill the layout from the first part of the content that holds rows, outermost first."""
    if layout.lines or depth > _DEEPEST_COUNT:
        return
    if isinstance(content, dict):
        _state(content, layout)
    rows = list(_rows(content))
    if rows:
        layout.columns = frozenset(name for row in rows[:100] for name in row)
        layout.lines = [
            Line(row_number=number, cells=row, fault=None, text=str(row))
            for number, row in enumerate(rows, start=1)
        ]
        return
    inner: Iterable[object] = ()
    if isinstance(content, dict):
        inner = content.values()
    elif isinstance(content, list):
        inner = content
    for part in inner:
        _search(part, layout, depth + 1)


def _state(content: Mapping[str, Any], layout: Layout) -> None:
    if isinstance(content.get("meta"), dict):
        _state(content["meta"], layout)
    for ours, names in _NAMES.items():
        for name in names:
            value = content.get(name)
            if isinstance(value, str) and value.strip():
                layout.stated.setdefault(ours, value.strip())


def _rows(content: object) -> Iterator[dict[str, str]]:
    if isinstance(content, list):
        yield from _listed_rows(content)
    elif isinstance(content, dict):
        columns = _columns_of(content)
        if columns:
            yield from _listed_rows([dict(zip(columns, row, strict=False))
                                     for row in zip(*columns.values(), strict=False)])  # fmt: skip
        else:
            yield from _dated_rows(content)


def _columns_of(content: Mapping[str, Any]) -> dict[str, Sequence[Any]]:
    """Return the parallel arrays of a mapping, also those nested in ``indicators.quote``."""
    arrays: dict[str, Sequence[Any]] = {
        k: v for k, v in content.items() if isinstance(v, list) and not _is_table(v)
    }
    quote = content.get("indicators")
    quotes = quote.get("quote") if isinstance(quote, dict) else None
    if isinstance(quotes, list) and quotes and isinstance(quotes[0], dict):
        arrays |= {k: v for k, v in quotes[0].items() if isinstance(v, list)}
    found = COLUMNS.found_in(list(arrays))
    return arrays if "date" in found and {"close", "adjusted"} & set(found) else {}


def _is_table(values: Sequence[Any]) -> bool:
    return bool(values) and isinstance(values[0], (dict, list))


def _listed_rows(content: Sequence[Any]) -> Iterator[dict[str, str]]:
    for row in content:
        if isinstance(row, dict):
            named = _named(row)
            if "date" in named and {"close", "adjusted"} & set(named):
                yield named


def _dated_rows(content: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Yield rows of ``{day: {open…}}``, ``{day: {symbol: price}}`` and ``{day: price}``."""
    for key, value in content.items():
        if not (cells.day(key) or cells.days_of(key)):
            continue
        if not isinstance(value, dict):
            yield {"date": key, "close": _text(value)}
            continue
        named = _named(value)
        if "close" in named or "adjusted" in named:
            yield {**named, "date": key}
        else:
            for symbol, price in value.items():
                yield {"date": key, "security": str(symbol), "close": _text(price)}


def _named(row: Mapping[str, Any]) -> dict[str, str]:
    keys = [str(key) for key in row]
    values = list(row.values())
    return {ours: _text(values[at]) for ours, at in COLUMNS.found_in(keys).items()}


def _text(value: object) -> str:
    return cells.unwrapped(cells.written(value))

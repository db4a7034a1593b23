"""A book in the data's words: portfolios of the user's own, their positions, the index of each.

Owns the matching of its identifiers and indices against the data. Reads no file: its lines come as
they were read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from flowrisk.domain import Finding
from flowrisk.errors import DataError, QuestionError, join_names
from flowrisk.question.matching import index_names

if TYPE_CHECKING:
    import datetime as dt

    from flowrisk.dataset.warehouse import Warehouse
    from flowrisk.domain import KnownSecurity

NO_INDEX = "none"
"""What a line says of a portfolio that tracks no index."""
_SHOWN_COUNT = 6
# the lengths of a CUSIP and a SEDOL, which a spreadsheet robs of their leading zeros
_FIGURES_COUNTS = (9, 7)
_WHOLE = 100.0
_OF_FRAMES = ("polars", "pandas")
Rows = list[tuple[object, ...]]
Fold = Callable[[str | None], str]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Where a book is: a file, shown by its name, or a frame of Python; its lines once read."""

    given: object
    label: str
    lines: tuple[Line, ...] | None = None

    def __str__(self) -> str:
        return self.label


class Line(NamedTuple):
    """One position of a portfolio as its file has it; negative shares are a short position.

    ``index_named`` is empty where the line names none, ``value_usd`` None where it states none;
    ``is_definite`` says that the identifier is cash or one security of the world, known or not.
    """

    row_number: int
    portfolio: str
    identifier: str
    shares: float
    index_named: str
    value_usd: float | None
    is_definite: bool


def parse_book(value: object) -> Source:
    """Return where a book is: a path as text, or a polars or pandas frame.

    Raises: QuestionError for an empty path; TypeError for anything else.
    """
    if type(value).__module__.partition(".")[0] in _OF_FRAMES and hasattr(type(value), "columns"):
        return Source(value, "a frame")
    if not isinstance(value, str | Path):
        raise TypeError
    text = str(value).strip()
    if not text:
        raise QuestionError("--book names no file.", remedy="Give --book a file.")
    return Source(Path(text), Path(text).name)


def matched(
    store: Warehouse,
    lines: Sequence[Line],
    known: Sequence[KnownSecurity],
    fold: Fold,
    as_of_on: dt.date,
) -> tuple[Rows, tuple[Finding, ...]]:
    """Return the rows of ``scenario.book``, and what is to be known of them.

    Args:
        known: the securities of the data.
        fold: a ticker as it is compared.
        as_of_on: the day on which an identifier must belong to its security.

    Raises: QuestionError for a portfolio without an index, or an ambiguous name; DataError for a
        security that a portfolio lists twice, or a portfolio with two indices.
    """
    if not lines:
        return [], ()
    identifiers = {each.identifier for each in lines}
    securities = _securities(store, identifiers, known, fold, as_of_on)
    found = [securities.get(each.identifier) for each in lines]
    _refuse_doubled(lines, [each or fold(line.identifier)
                            for each, line in zip(found, lines, strict=True)])  # fmt: skip
    indices = _indices(store, lines)
    rows: Rows = [
        (line.portfolio, line.identifier, security_id, line.is_definite, *indices[line.portfolio],
         line.shares, line.value_usd)
        for line, security_id in zip(lines, found, strict=True)
    ]  # fmt: skip
    return rows, _findings(lines, found, indices)


def _securities(
    store: Warehouse,
    wanted: Iterable[str],
    known: Sequence[KnownSecurity],
    fold: Fold,
    as_of_on: dt.date,
) -> dict[str, str]:
    """Return the security_id of each identifier that the data knows.

    Raises: QuestionError for one that names several.
    """
    by_name = _names(store, known, fold, as_of_on)
    found: dict[str, str] = {}
    for name in wanted:
        spellings = [name.upper(), fold(name)]
        if name.isdigit():
            spellings += [name.zfill(length) for length in _FIGURES_COUNTS]
        named = next((by_name[each] for each in spellings if each in by_name), set())
        if len(named) > 1:
            raise QuestionError(
                f"The book's '{name}' names more than one security.",
                facts={"securities": join_names(sorted(named))},
                remedy="Give the ISIN in its place.",
            )
        found |= dict.fromkeys([name], named.pop()) if named else {}
    return found


def _names(
    store: Warehouse, known: Sequence[KnownSecurity], fold: Fold, as_of_on: dt.date
) -> dict[str, set[str]]:
    """Return the securities of the data by ISIN, ticker, and every identifier of the day."""
    found: dict[str, set[str]] = defaultdict(set)
    for each in known:
        found[each.security_id.upper()].add(each.security_id)
        found[fold(each.ticker)].add(each.security_id)
    own = {each.security_id for each in known}
    store.define(["staging.security_identifiers"])
    for value, security_id in store.engine.rows(
        "select value, security_id from staging.security_identifiers "
        "where coalesce(valid_from_on, ?) <= ? and coalesce(valid_to_on, ?) >= ?",
        [as_of_on] * 4,
    ):
        if security_id in own:
            found[str(value).upper()].add(security_id)
    return found


def _refuse_doubled(lines: Sequence[Line], keys: Sequence[str]) -> None:
    seen: dict[tuple[str, str], Line] = {}
    twice: dict[str, str] = {}
    for line, key in zip(lines, keys, strict=True):
        first = seen.setdefault((line.portfolio, key), line)
        if first is not line:
            names = dict.fromkeys([first.identifier, line.identifier])
            rows = f"rows {first.row_number} and {line.row_number}"
            twice[rows] = f"{line.portfolio}: {join_names(names)}"
    if twice:
        raise DataError(
            f"The book lists {len(twice)} position{'s' if len(twice) > 1 else ''} twice.",
            facts=twice,
            remedy="Leave one line of a security in each portfolio, with all of its shares.",
        )


def _indices(store: Warehouse, lines: Sequence[Line]) -> dict[str, tuple[str, str | None]]:
    """Return the index that each portfolio names, and its index_id where the data knows it.

    Raises: QuestionError for a portfolio that names none; DataError for one that names two.
    """
    store.define(["staging.indices"])
    known = store.engine.rows("select index_id, index_name from staging.indices order by 1")
    ids = {_plain(index_id): index_id for index_id, _ in known}
    names: dict[str, set[str]] = defaultdict(set)
    renamed = [each for each in index_names.aliases() if each[0] in ids.values()]
    for index_id, name in [*known, *renamed]:
        names[_plain(name)].add(index_id)
    given: dict[str, dict[str, Line]] = {line.portfolio: {} for line in lines}
    for line in lines:
        if line.index_named:
            named = ids.get(_plain(line.index_named)) or _only(
                names.get(_plain(line.index_named), set()), line
            )
            given[line.portfolio].setdefault(named or _plain(line.index_named), line)
    _refuse_unindexed(given, [index_id for index_id, _ in known])
    for portfolio, found in given.items():
        if len(found) > 1:
            raise _two_indices(portfolio, list(found.values()))
    own = set(ids.values())
    return {
        portfolio: (line.index_named, key if key in own else None)
        for portfolio, found in given.items()
        for key, line in found.items()
    }


def _only(named: set[str], line: Line) -> str | None:
    if len(named) > 1:
        raise QuestionError(
            f"'{line.index_named}' is the name of more than one index.",
            facts={"row": line.row_number, "indices": join_names(sorted(named))},
            remedy="Write the index_id in its place.",
        )
    return next(iter(named), None)


def _refuse_unindexed(given: Mapping[str, Mapping[str, Line]], known: Sequence[str]) -> None:
    missing = sorted(portfolio for portfolio, found in given.items() if not found)
    if missing:
        raise QuestionError(
            "Which index does each portfolio track? The book does not say.",
            facts={"portfolios": join_names(missing), "indices in the data": join_names(known)},
            remedy="Fill the column index with an index_id or a name of indices.parquet, on one "
            "line of the portfolio at least; 'none' says that it tracks none. See flowrisk "
            "query 'select index_id, index_name from staging.indices'.",
        )


def _two_indices(portfolio: str, found: Sequence[Line]) -> DataError:
    return DataError(
        f"The portfolio '{portfolio}' of the book tracks more than one index.",
        facts={f"row {line.row_number}": line.index_named for line in found},
        remedy="Split it into one portfolio an index.",
    )


def _plain(name: str | None) -> str:
    return " ".join((name or "").casefold().split())


def _findings(
    lines: Sequence[Line],
    found: Sequence[str | None],
    indices: Mapping[str, tuple[str, str | None]],
) -> tuple[Finding, ...]:
    strange = [line for line, security_id in zip(lines, found, strict=True) if not security_id]
    unknown, foreign_securities = (
        [f"{line.portfolio}: {line.identifier} (row {line.row_number})" for line in strange
         if line.is_definite is is_definite]
        for is_definite in (False, True)
    )  # fmt: skip
    foreign = [f"{portfolio}: {name}" for portfolio, (name, index_id) in indices.items()
               if index_id is None and _plain(name) != NO_INDEX]  # fmt: skip
    told = (
        _Told("book_identifiers_are_known", "identifiers of the book are not in the data, so that "
              "no trade of them is known",
              "Correct them, or give an ISIN: of an ISIN it is known that nobody asks about it.",
              unknown),
        _Told("book_securities_are_known", "securities of the book are not in the data: not asked "
              "about, so not traded, and of a value only where the book states one",
              "Add them and their prices, or fill the column market_value_usd.",
              foreign_securities, "note"),
        _Told("book_indices_are_known", "indices of the book are not in the data, so that its "
              "lines have a value, and neither weights nor trades",
              "Write an index_id or a name of indices.parquet.", foreign),
        _Told("book_shares_are_counts", "shares add up to exactly 100; they are read as shares, "
              "not as percent", "Check that the column holds share counts.", _hundreds(lines)),
    )  # fmt: skip
    return tuple(
        Finding(each.code, each.says, each.severity, each.remedy, len(each.names),
                tuple(sorted(each.names)[:_SHOWN_COUNT]))
        for each in told
        if each.names
    )  # fmt: skip


class _Told(NamedTuple):
    code: str
    says: str
    remedy: str
    names: Sequence[str]
    severity: str = "warn"


def _hundreds(lines: Sequence[Line]) -> list[str]:
    """Return the portfolios whose shares add up to exactly 100; of one line that says nothing."""
    shares: dict[str, list[float]] = defaultdict(list)
    for line in lines:
        shares[line.portfolio].append(line.shares)
    return [name for name, each in shares.items() if len(each) > 1 and sum(each) == _WHOLE]

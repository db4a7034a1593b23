"""What the files of one ingest say, side by side: ``parsed.reports``, ``positions``, ``rejects``,
``prices``, whatever format they came from.

Owns the way from a parser's frames, or from the bulk N-PORT views, into these tables.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from flowrisk.download import manifest
from flowrisk.engines.composing import literal, literals, own_name
from flowrisk.errors import DataError
from flowrisk.ingest import accounting
from flowrisk.ingest.formats import nport
from flowrisk.ingest.readers.parsed import KINDS
from flowrisk.ingest.sql_steps import define
from flowrisk.ingest.values import later_days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future
    from pathlib import Path

    import polars as pl

    from flowrisk.engines.bulk import Bulk, Watch
    from flowrisk.ingest.formats.nport import TextTable
    from flowrisk.ingest.readers.parsed import Hints, Parsed


_MODULES = {"nport": "nport_xml", "state-street": "state_street", "13f": "thirteen_f"}
_TABLES = {
    "reports": (
        "report_id bigint, holder varchar, is_addition boolean, file_name varchar, "
        "file_digest varchar, accession varchar, fund_id varchar, fund_name varchar, "
        "manager_name varchar, vehicle varchar, domicile varchar, as_of_on date, "
        "published_on date, holdings_scope varchar, is_amendment boolean, "
        "net_assets_usd double, basis varchar, source varchar, refusal varchar, "
        "refused_value varchar"
    ),
    "positions": (
        "report_id bigint, row_number bigint, issuer_name varchar, title varchar, isin varchar, "
        "cusip varchar, sedol varchar, figi varchar, lei varchar, ticker varchar, mic varchar, "
        "country varchar, currency varchar, kind {kinds}, shares double, "
        "market_value_usd double, weight_ratio double, refusal varchar, refused_value varchar, "
        "key_id ubigint, unread_key_id ubigint"
    ),
    "files": "read_count bigint, repeated_count bigint",
    "fetches": "file_digest varchar, told varchar",
    "rejects": (
        "file_name varchar, file_digest varchar, row_number bigint, reason varchar, "
        "value varchar, issuer_name varchar"
    ),
    "prices": (
        "file_name varchar, file_digest varchar, security varchar, mic varchar, "
        "row_number bigint, priced_on date, close double, currency varchar, volume_shares double, "
        "note varchar"
    ),
}
_STATED = (
    "row_number", "issuer_name", "title", "isin", "cusip", "sedol", "figi", "lei", "ticker", "mic",
    "country", "kind", "shares", "market_value_usd", "weight_ratio", "refusal", "refused_value",
)  # fmt: skip
# numbers this near to each other are marked in 32 MiB, ten times as fast as they are sorted out
_MARKED = 2**28
_SPAN = "select max(row_number::hugeint) - min(row_number) from parsed.positions"
_MARKED_TWICE = (
    "select count(row_number) - bit_count(bitstring_agg(row_number)) from parsed.positions"
)
_NUMBERED_TWICE = "select count(row_number) - count(distinct row_number) from parsed.positions"
_NUMBERED_TWICE_IN_REPORT = """
    select count(*) - count(distinct (report_id, row_number)) from parsed.positions
    where row_number is not null
"""
_NPORT_TABLES = ("holdings", "submissions", "registrants", "infos", "stated_identifiers")


@dataclass(frozen=True, slots=True)
class Origin:
    """A source file: its name and, once it is summed, the SHA-256 of its content."""

    file_name: str
    digested: Future[str]

    @property
    def file_digest(self) -> str:
        """The SHA-256; waits for it."""
        return self.digested.result()


def create(bulk: Bulk) -> None:
    """Create the tables, empty, and the words that stand for all sources together."""
    bulk.run("create schema if not exists parsed")
    kinds = f"enum ({literals(KINDS)})"
    for name, columns in _TABLES.items():
        bulk.run(f"create table parsed.{own_name(name)} ({columns.format(kinds=kinds)})")
    define(bulk, "key_of", "name_key", "ticker_key", "origins")


def next_report_id(bulk: Bulk) -> int:
    """Return the number of the next report."""
    return bulk.count("select coalesce(max(report_id), 0) + 1 from parsed.reports")


def add_nport(
    bulk: Bulk, path: Path, holdings: TextTable | None, origin: Origin, watch: Watch
) -> None:
    """Add the N-PORT source bound by ``nport.bind``, in one pass over its holdings.

    Args:
        holdings: the text whose lines are its positions; None for a joined export.

    Raises: DataError where lines were lost, or most of them cannot be read.
    """
    before = bulk.count("select count(*) from parsed.positions")
    # the holdings first: the digest is summed and the lines are counted meanwhile
    with ThreadPoolExecutor(1) as beside, bulk.joining_as_written():
        # of a quoted table a row may be several lines
        by_line = holdings if holdings and not holdings.is_quoted else None
        lines = beside.submit(accounting.line_count, by_line.path) if by_line else None
        bulk.run(
            "insert into parsed.positions by name select * from ingest.nport_positions", watch=watch
        )
    read_count = bulk.count("select count(*) from parsed.positions") - before
    if holdings:
        _refuse_doubled(bulk, path, holdings)
    _number(bulk)
    _bind_origin(bulk, origin)
    _add_step(bulk, "reports", "nport_reports_read")
    _add_step(bulk, "rejects", "positions_orphaned")
    bulk.run("delete from parsed.positions where report_id = -1")
    broken = {name: _add_refused(bulk, name) for name in _NPORT_TABLES}
    repeated = 0 if holdings else nport.repeated_count(bulk)
    if holdings and lines:
        seen_count = read_count + broken["holdings"]
        accounting.refuse_uncounted(path, holdings, seen_count, line_count=lines.result())
    if broken["holdings"] > read_count:
        raise _mostly_broken(broken["holdings"], read_count)
    accounting.note(
        bulk, read_count=read_count + repeated + sum(broken.values()), repeated_count=repeated
    )


def _add_refused(bulk: Bulk, name: str) -> int:
    """Add the lines of a table that could not be read; return how many they are."""
    bulk.define("ingest.loaded", bulk.refused_lines(name))
    _add_loaded(bulk, "rejects")
    return bulk.count("select count(*) from ingest.loaded")


def _refuse_doubled(bulk: Bulk, path: Path, holdings: TextTable) -> None:
    """Refuse a set in which a HOLDING_ID stands on several rows of a filing, as after joining
    files: each copy would count again.

    Raises: DataError.
    """
    doubled = _repeated_count(bulk)
    if doubled:
        raise DataError(
            "A HOLDING_ID stands on several rows of a filing.",
            facts={"file": path, "table": holdings.path.name, "rows too many": doubled},
            remedy="Take the set as its publisher packs it; a table may have been joined twice.",
        )


def _repeated_count(bulk: Bulk) -> int:
    """Return how many positions have a number that another of their report has.

    The SEC numbers a whole set through: filings are told apart, slowly, only where it did not.
    """
    is_near = bulk.count(_SPAN) < _MARKED
    if not bulk.count(_MARKED_TWICE if is_near else _NUMBERED_TWICE):
        return 0
    return bulk.count(_NUMBERED_TWICE_IN_REPORT)


def _number(bulk: Bulk) -> None:
    """Number the positions whose own number is none, in an order that their words give."""
    if bulk.count("select count(*) from parsed.positions where row_number is null"):
        define(bulk, "positions_numbered")
        bulk.run(
            "update parsed.positions set row_number = numbered.row_number "
            "from ingest.positions_numbered as numbered where positions.rowid = numbered.place"
        )


def _mostly_broken(broken_count: int, read_count: int) -> DataError:
    return DataError(
        "Most lines of the file cannot be read.",
        facts={"lines with too few or too many cells": broken_count, "lines read": read_count},
        remedy="Each line needs as many cells as the header, empty ones too: download it again.",
    )


def add_parsed(bulk: Bulk, path: Path, name: str, hints: Hints, origin: Origin) -> Sequence[str]:
    """Read a file with the parser of its format, add what it says and return its notes."""
    module = import_module(f"flowrisk.ingest.formats.{_MODULES.get(name, name)}")
    parsed: Parsed = module.read(path, hints)
    return add(bulk, parsed, origin)


def add(bulk: Bulk, parsed: Parsed, origin: Origin) -> Sequence[str]:
    """Add what a parser says and return its notes.

    Raises: DataError for positions or prices of a day that has not come yet.
    """
    for frame, day in ((parsed.positions, "as_of_on"), (parsed.prices, "priced_on")):
        later_days.refuse(frame, day)
    _add_reports(bulk, parsed, origin)
    _add_managers(bulk, parsed, origin)
    for table, frame in (("rejects", parsed.rejects), ("prices", parsed.prices)):
        _insert(bulk, table, frame, origin)
    accounting.note(bulk, read_count=parsed.read_count, repeated_count=parsed.repeated_count)
    return parsed.notes


def note_fetched(bulk: Bulk, path: Path, origin: Origin) -> None:
    """Note where a file was fetched from, if the manifest beside it says so.

    Raises: DataError where that speaks of another content.
    """
    entry = manifest.entry_of(path, origin.file_digest) if path.is_file() else None
    if entry is not None:
        bulk.run(
            "insert into parsed.fetches "
            f"values ({literal(origin.file_digest)}, {literal(entry.told)})"
        )


def carry_fetched(bulk: Bulk) -> None:
    """Let the source of each report say where its file was fetched from."""
    bulk.run(
        "update parsed.reports set source = concat_ws('; ', reports.source, fetches.told) "
        "from parsed.fetches where reports.file_digest = fetches.file_digest"
    )


def refuse_shared_days(bulk: Bulk) -> None:
    """Refuse two files of one call that list the same fund on the same day differently, where
    neither says when it was published: one would be lost.

    Raises: DataError naming both.
    """
    define(bulk, "days_shared")
    rows = bulk.rows("select fund_id, as_of_on, file_names from ingest.days_shared")
    if rows:
        raise DataError(
            "Two files list one fund on one day, and differently.",
            facts={"fund": rows[0][0], "day": rows[0][1], "files": rows[0][2]},
            remedy="Read each with --fund ID where they are of different funds, or give one only.",
        )


def settle_funds(bulk: Bulk, *, is_hinted: bool) -> None:
    """Give funds that state a CIK or ticker the fund_id under which the index funds know them, and
    those that state no series id the series whose name of that day they bear; with ``is_hinted``
    the user has said which fund it is."""
    for name in ("funds_aliased", *(() if is_hinted else ("funds_renamed",))):
        define(bulk, name)
        bulk.run(
            f"update parsed.reports set fund_id = settled.fund_id from ingest.{own_name(name)} "
            "as settled where reports.report_id = settled.report_id"
        )


def _add_reports(bulk: Bulk, parsed: Parsed, origin: Origin) -> None:
    import polars as pl

    first = next_report_id(bulk)
    reports = parsed.reports.with_row_index("report_id", offset=first).with_columns(
        holder=pl.when(pl.col("holdings_scope") == "weights")
        .then(pl.lit("weights"))
        .otherwise(pl.lit("fund")),
        is_addition=pl.lit(False),
    )
    _insert(bulk, "reports", reports.drop("series_id"), origin)
    keys = ["fund_id", "as_of_on"]
    numbered = parsed.positions.lazy().join(reports.lazy().select("report_id", *keys), on=keys)
    _insert_positions(bulk, numbered)


def _add_managers(bulk: Bulk, parsed: Parsed, origin: Origin) -> None:
    import polars as pl

    managers = parsed.managers.lazy().collect()
    later_days.refuse(managers, "as_of_on")
    keys = ["manager_id", "manager_name", "as_of_on", "published_on", "accession", "amendment_type"]
    filed = managers.select(keys).unique(maintain_order=True)
    numbered = filed.with_row_index("report_id", offset=next_report_id(bulk))
    source = pl.concat_str(
        pl.lit("SEC Form 13F, filer CIK "), "manager_id", pl.lit(", accession "),
        pl.col("accession").fill_null("not stated"),
    )  # fmt: skip
    reports = numbered.select(
        "report_id", "accession", "as_of_on", "published_on",
        fund_id="manager_id", fund_name="manager_name", manager_name="manager_name",
        holder=pl.lit("manager"), holdings_scope=pl.lit("full"), basis=pl.lit("reported"),
        is_addition=pl.col("amendment_type").eq_missing("NEW HOLDINGS"),
        is_amendment=pl.col("amendment_type").is_not_null(), source=source,
    )  # fmt: skip
    _insert(bulk, "reports", reports, origin)
    nothing = pl.lit(None, pl.String)
    entries = managers.join(numbered, on=keys, nulls_equal=True).lazy()
    _insert_positions(bulk, entries.with_columns(refusal=nothing, refused_value=nothing))


def _insert(bulk: Bulk, table: str, frame: pl.DataFrame, origin: Origin) -> None:
    _bind_origin(bulk, origin)
    bulk.load("ingest.loaded", frame)
    _add_loaded(bulk, table)


def _insert_positions(bulk: Bulk, positions: pl.LazyFrame) -> None:
    bulk.load("ingest.loaded", positions.select("report_id", *_STATED))
    _add_step(bulk, "positions", "positions_stated")


def _bind_origin(bulk: Bulk, origin: Origin) -> None:
    """Bind ``ingest.origin``, one row: the file being read and its digest."""
    bulk.define(
        "ingest.origin",
        f"select {literal(origin.file_name)} as file_name, "
        f"{literal(origin.file_digest)} as file_digest",
    )


def _add_loaded(bulk: Bulk, table: str) -> None:
    bulk.run(
        f"insert into parsed.{own_name(table)} by name "
        "select * from ingest.loaded cross join ingest.origin"
    )


def _add_step(bulk: Bulk, table: str, step: str) -> None:
    define(bulk, step)
    bulk.run(f"insert into parsed.{own_name(table)} by name select * from ingest.{own_name(step)}")

"""What the files of one ingest say, side by side: ``parsed.reports``, ``positions``, ``rejects``,
``prices``, whatever format they came from.

Owns the way from a parser's frames, or from the bulk N-PORT views, into these tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from flowrisk.engines.composing import literals, own_name
from flowrisk.errors import DataError
from flowrisk.ingest import accounting
from flowrisk.ingest.formats import nport
from flowrisk.ingest.readers.parsed import KINDS

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
_NPORT_REPORTS = """
    insert into parsed.reports by name
    select report_id, 'fund' as holder, false as is_addition, ? as file_name, ? as file_digest,
           accession, fund_id, fund_name, manager_name, 'registered_fund' as vehicle,
           'US' as domicile, as_of_on, published_on, 'full' as holdings_scope, is_amendment,
           net_assets_usd, 'reported' as basis,
           'SEC Form ' || form || ', accession ' || accession || ', file ' || ? as source,
           refusal, refused_value
    from ingest.nport_numbered
"""
_KEY = """
    create macro ingest.key_of(
        cusip, isin, figi, sedol, ticker, mic, country, as_of_on, lei, title, issuer_name
    ) as hash(
        cusip, isin, figi, sedol, ticker, mic, country, as_of_on,
        case
            when coalesce(cusip, isin, figi, sedol) is null
                then concat_ws('|', lei, title, issuer_name)
        end
    )
"""
_NAME_KEY = """
    create macro ingest.name_key(name) as nullif(regexp_replace(
        regexp_replace(
            regexp_replace(lower(name), '[^a-z0-9]+', ' ', 'g'),
            '\\b(the|inc|incorporated|corp|corporation|co|company|ltd|limited|plc|sa|ag|nv|se|'
            || 'spa|ab|group|holdings?|common|ordinary|stock|shares?|class|cl|com|new|reit|adr)\\b',
            '', 'g'
        ), ' +', ' ', 'g'
    ), ' ')
"""
"""A name without the words that files write or leave out: rows are never counted by it."""
_US_MICS = "'XNAS', 'XNYS', 'XASE', 'ARCX', 'BATS', 'IEXG', 'XNGS', 'XNMS', 'XNCM', 'US'"
_TICKER_KEY = f"""
    create macro ingest.ticker_key(mic, ticker) as
        case when mic in ({_US_MICS}) then 'US' else mic end || ':' || case
            when regexp_full_match(ticker, '[0-9]+')
                then coalesce(nullif(ltrim(ticker, '0'), ''), '0')
            else regexp_replace(upper(ticker), '^([A-Z]+)[./ -]([A-C])$', '\\1\\2')
        end
"""
"""One key for what several files write of one listing: leading zeros of a number and marks before a
share class do not tell listings apart, and a US ticker is one on all US venues."""
_ORPHANS = """
    insert into parsed.rejects by name
    select ? as file_name, ? as file_digest, row_number, refusal as reason, refused_value as value,
           issuer_name
    from parsed.positions where report_id = -1
"""
_STATED_POSITIONS = """
    insert into parsed.positions by name
    select judged.* exclude (as_of_on, key),
           case when kind = 'equity' and refusal is null then key end as key_id,
           case when kind = 'equity' and refusal != 'no_shares' then key end as unread_key_id
    from (
        select loaded.* exclude (refusal, refused_value), reports.as_of_on,
               case
                   when kind != 'equity' or loaded.refusal is not null then loaded.refusal
                   when reports.holder = 'weights' and weight_ratio is not null then null
                   when shares is null then 'no_share_count'
                   when shares < 0 then 'negative_shares'
                   when shares = 0 then 'no_shares'
               end as refusal,
               coalesce(loaded.refused_value, shares::varchar) as refused_value,
               ingest.key_of(
                   cusip, isin, figi, sedol, ticker, mic, country, reports.as_of_on, lei, title,
                   issuer_name
               ) as key
        from ingest.loaded as loaded
        inner join (select report_id, as_of_on, holder from parsed.reports) as reports
            using (report_id)
    ) as judged
"""
_ALIASES = """
    update parsed.reports set fund_id = known.fund_id
    from (
        select sec_cik as alias, fund_id from ingest.index_funds where sec_cik is not null
        union
        select fund_ticker as alias, fund_id from ingest.index_funds where fund_ticker is not null
    ) as known
    where reports.holder = 'fund' and reports.fund_id = known.alias
      and not exists (select 1 from data.funds where funds.fund_id = reports.fund_id)
"""
_RENAMED = """
    update parsed.reports set fund_id = known.fund_id
    from ingest.fund_names_dated as known
    where reports.holder = 'fund' and reports.fund_id not similar to 'S[0-9]{9}'
      and lower(trim(reports.fund_name)) = lower(known.fund_name)
      and reports.as_of_on >= coalesce(known.valid_from_on::date, date '0001-01-01')
      and reports.as_of_on <= coalesce(known.valid_to_on::date, date '9999-12-31')
      and not exists (select 1 from data.funds where funds.fund_id = reports.fund_id)
"""
_NUMBERED = """
    update parsed.positions set row_number = numbered.row_number
    from (
        select rowid as place, (select coalesce(max(row_number), 0) from parsed.positions)
            + row_number() over (
                order by report_id, issuer_name, title, cusip, isin, kind, shares, market_value_usd
            ) as row_number
        from parsed.positions where row_number is null
    ) as numbered
    where positions.rowid = numbered.place
"""
_NPORT_TABLES = ("holdings", "submissions", "registrants", "infos", "stated_identifiers")
WEIGHTS = """
    select reports.fund_id, reports.as_of_on, resolved.security_id,
           sum(positions.weight_ratio) as weight_ratio,
           any_value(reports.basis) as basis, any_value(reports.source) as source
    from parsed.positions as positions
    inner join ingest.reports_taken as reports on positions.report_id = reports.report_id
    inner join ingest.identifiers_resolved as resolved on positions.key_id = resolved.key_id
    where reports.holder = 'weights' and resolved.security_id is not null
    group by reports.fund_id, reports.as_of_on, resolved.security_id
"""
NET_ASSETS = """
    select fund_id, as_of_on, net_assets_usd, basis, source
    from ingest.reports_taken where holder = 'fund' and net_assets_usd is not null
"""
MANAGERS_REPLACED = """
    exists (
        select 1 from ingest.manager_filings as filed
        where filed.manager_id = old.manager_id and filed.as_of_on = old.as_of_on
    )
"""
REJECTS_REPLACED = """
    old.file_digest in (
        select file_digest from parsed.reports union select file_digest from parsed.rejects
        union select file_digest from parsed.prices
    )
"""


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
    for macro in (_KEY, _NAME_KEY, _TICKER_KEY):
        bulk.run(macro)
    kinds = f"enum ({literals(KINDS)})"
    for name, columns in _TABLES.items():
        bulk.run(f"create table parsed.{own_name(name)} ({columns.format(kinds=kinds)})")
    bulk.define(
        "ingest.origins",
        "select 'positions in ' || coalesce(string_agg(distinct file_name, ', ' order by file_name)"
        ", 'no file') as source from parsed.reports",
    )


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
    # the holdings first: the digest is summed meanwhile
    with bulk.joining_as_written():
        bulk.run(
            "insert into parsed.positions by name select * from ingest.nport_positions", watch=watch
        )
    read_count = bulk.count("select count(*) from parsed.positions") - before
    if holdings:
        _refuse_doubled(bulk, path, holdings)
    _number(bulk)
    bulk.run(_NPORT_REPORTS, [origin.file_name, origin.file_digest, origin.file_name])
    bulk.run(_ORPHANS, [origin.file_name, origin.file_digest])
    bulk.run("delete from parsed.positions where report_id = -1")
    broken = {name: bulk.count(f"select count(*) from ({bulk.refused_lines(name)})")
              for name in _NPORT_TABLES}  # fmt: skip
    for name in _NPORT_TABLES:
        bulk.run(
            "insert into parsed.rejects by name select ? as file_name, ? as file_digest, "
            f"row_number, reason, value from ({bulk.refused_lines(name)})",
            [origin.file_name, origin.file_digest],
        )
    repeated = 0 if holdings else nport.repeated_count(bulk)
    if holdings:
        accounting.refuse_uncounted(path, holdings, read_count + broken["holdings"])
    if broken["holdings"] > read_count:
        raise _mostly_broken(broken["holdings"], read_count)
    accounting.note(
        bulk, read_count=read_count + repeated + sum(broken.values()), repeated_count=repeated
    )


def _refuse_doubled(bulk: Bulk, path: Path, holdings: TextTable) -> None:
    """Refuse a set in which a HOLDING_ID stands on several rows of a filing, as after joining
    files: each copy would count again.

    Raises: DataError.
    """
    rows = bulk.rows(
        "select count(*) - count(distinct (report_id, row_number)) from parsed.positions "
        "where row_number is not null"
    )[0]
    if rows[0]:
        raise DataError(
            "A HOLDING_ID stands on several rows of a filing.",
            facts={"file": path, "table": holdings.path.name, "rows too many": rows[0]},
            remedy="Take the set as its publisher packs it; a table may have been joined twice.",
        )


def _number(bulk: Bulk) -> None:
    """Number the positions whose own number is none, in an order that their words give."""
    if bulk.count("select count(*) from parsed.positions where row_number is null"):
        bulk.run(_NUMBERED)


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
    """Add what a parser says and return its notes."""
    _add_reports(bulk, parsed, origin)
    _add_managers(bulk, parsed, origin)
    for table, frame in (("rejects", parsed.rejects), ("prices", parsed.prices)):
        _insert(bulk, table, frame, origin)
    accounting.note(bulk, read_count=parsed.read_count, repeated_count=parsed.repeated_count)
    return parsed.notes


def refuse_shared_days(bulk: Bulk) -> None:
    """Refuse two files of one call that list the same fund on the same day differently, where
    neither says when it was published: one would be lost.

    Raises: DataError naming both.
    """
    rows = bulk.rows(
        "select fund_id, as_of_on, string_agg(distinct file_name, ', ') from parsed.reports "
        "where holder in ('fund', 'weights') and published_on is null and accession is null "
        "group by fund_id, as_of_on having count(distinct file_digest) > 1 order by 1, 2"
    )
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
    bulk.run(_ALIASES)
    if not is_hinted:
        bulk.run(_RENAMED)


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
    bulk.load("ingest.loaded", frame)
    bulk.run(
        f"insert into parsed.{own_name(table)} by name select *, ? as file_name, ? as file_digest "
        "from ingest.loaded",
        [origin.file_name, origin.file_digest],
    )


def _insert_positions(bulk: Bulk, positions: pl.LazyFrame) -> None:
    bulk.load("ingest.loaded", positions.select("report_id", *_STATED))
    bulk.run(_STATED_POSITIONS)

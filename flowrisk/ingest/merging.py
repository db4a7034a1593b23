"""The dataset's tables while an ingest works on them: bound, merged with what is new, staged.

Owns how a table is rewritten: rows of the same key are replaced, nothing else is touched, columns
of the user's own stay, and what would not change is not written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowrisk.dataset.contract import tables
from flowrisk.dataset.folder import refuse_other_letters
from flowrisk.engines.composing import literal, literal_path, own_name, parquet
from flowrisk.ingest.publishing import Staging, month_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from flowrisk.engines.bulk import Bulk, Watch


REJECTS = "rejects"
ITEMISED = "itemised"
FILINGS = "manager_filings"
INDEX_MATCHES = "index_matches"
_OWN_TABLES = {
    REJECTS: (
        ("file_digest", "varchar"), ("file_name", "varchar"), ("fund_id", "varchar"),
        ("as_of_on", "date"), ("row_number", "bigint"), ("reason", "varchar"),
        ("value", "varchar"), ("issuer_name", "varchar"), ("market_value_usd", "double"),
        ("row_count", "bigint"),
    ),
    FILINGS: (
        ("manager_id", "varchar"), ("as_of_on", "date"), ("accession", "varchar"),
        ("filed_on", "date"), ("is_addition", "boolean"), ("security_id", "varchar"),
        ("shares", "double"), ("source", "varchar"),
    ),
    ITEMISED: (
        ("fund_id", "varchar"), ("as_of_on", "date"), ("kind", "varchar"),
        ("position_count", "bigint"), ("market_value_usd", "double"), ("basis", "varchar"),
        ("source", "varchar"),
    ),
    INDEX_MATCHES: (
        ("fund_id", "varchar"), ("method", "varchar"), ("confidence", "varchar"),
        ("provider_id", "varchar"), ("index_id", "varchar"), ("index_name", "varchar"),
        ("reference_fund_id", "varchar"), ("overlap_ratio", "double"),
        ("members_ratio", "double"), ("spread_ratio", "double"), ("basis", "varchar"),
        ("source", "varchar"),
    ),
}  # fmt: skip
DIGEST_KEY = "flowrisk.content_digest"
_HOLDINGS = (
    "fund_id, as_of_on::date as as_of_on, security_id, shares::double as shares, "
    "market_value_usd::double as market_value_usd, basis, source"
)


def bind(bulk: Bulk, data: Path) -> None:
    """Bind every table of a dataset but the holdings as ``data.NAME``; an absent one is empty.

    Columns of the contract that a table lacks are null.
    """
    bulk.run("create schema if not exists data")
    bulk.run("create schema if not exists ingest")
    for name in tables():
        if name != "holdings":
            _bind_table(bulk, data, name)
    for name in _OWN_TABLES:
        _bind_table(bulk, data, name)


def stage_table(bulk: Bulk, staging: Staging, name: str, new: str, replaced: str = "") -> int:
    """Stage ``NAME.parquet`` with new rows in place of those they replace.

    Args:
        bulk: where the new rows are.
        staging: where the table goes, unless nothing changes.
        name: the table.
        new: select of the new rows.
        replaced: condition on the old rows (``old.…``) that go; default: same key as a new row.

    Returns: how many rows are new or changed.
    """
    keys = _keys(name)
    same = " and ".join(f"old.{key} is not distinct from fresh.{key}" for key in keys)
    gone = replaced or f"exists (select 1 from ingest.fresh as fresh where {same})"
    bulk.define("ingest.fresh", new, is_table=True)
    bulk.define(
        "ingest.merged",
        f"select * from data.{own_name(name)} as old where not ({gone}) "
        "union all by name select * from ingest.fresh",
        is_table=True,
    )
    added = bulk.count(
        f"select count(*) from (from ingest.merged except all from data.{own_name(name)})"
        if _is_plain(bulk, name)
        else "select count(*) from ingest.fresh"
    )
    lost = bulk.count("select count(*) from ingest.merged") - bulk.count(
        f"select count(*) from data.{own_name(name)}"
    )
    if added or lost:
        order = ", ".join(f"{key} nulls first" for key in keys)
        bulk.write_parquet(f"select * from ingest.merged order by {order}", staging.table(name))
    return added


def stage_month(bulk: Bulk, staging: Staging, month: str, watch: Watch | None = None) -> bool:
    """Stage the file of a month: its rows, with the reports taken in place of those they replace.

    Returns: False where the rows would be the same, and nothing is staged.
    """
    existing = month_files(staging.data, month)
    _refuse_other_letters(bulk, existing, "holdings")
    old = parquet(existing)
    kept = (
        f"select {_HOLDINGS} from {old} as old where not exists ("
        "select 1 from ingest.reports_taken as taken where taken.holder = 'fund' "
        "and taken.fund_id = old.fund_id and taken.as_of_on = old.as_of_on) union all "
        if existing
        else ""
    )
    rows = (
        f"{kept}select {_HOLDINGS} from ingest.holdings_reported where holder = 'fund' "
        f"and strftime(as_of_on, '%Y-%m') = {literal(month)}"
    )
    digest = _digest(bulk, rows)
    # what a file says of itself may be a stranger's word: its rows are summed
    if existing and digest == _digest(bulk, f"select {_HOLDINGS} from {old}"):
        return False
    if not existing and digest == _digest(bulk, f"{rows} and false"):
        return False
    bulk.write_parquet(
        f"select * from ({rows}) order by security_id, fund_id, as_of_on",
        staging.month(month),
        metadata={DIGEST_KEY: digest},
        watch=watch,
    )
    return True


def _bind_table(bulk: Bulk, data: Path, name: str) -> None:
    contract = _OWN_TABLES.get(name) or tuple(
        (column.name, column.type) for column in tables()[name].columns
    )
    typed = ", ".join(
        f"cast(null as {own_name(kind)}) as {own_name(column)}" for column, kind in contract
    )
    path = data / f"{name}.parquet"
    origin = f"select {typed} where false"
    if path.exists():
        _refuse_other_letters(bulk, [path], name)
        origin += f" union all by name select * from {parquet([path])}"
    bulk.define(f"data.{name}", origin)


def _refuse_other_letters(bulk: Bulk, paths: Sequence[Path], name: str) -> None:
    for path in paths if name in tables() else ():
        found = bulk.rows("select name from parquet_schema(?)", [literal_path(path)])
        refuse_other_letters(path, (str(row[0]) for row in found), tables()[name])


def _keys(name: str) -> tuple[str, ...]:
    if name == REJECTS:
        return ("file_digest", "row_number", "reason", "value")
    if name == FILINGS:
        return ("manager_id", "as_of_on", "accession", "security_id")
    if name == ITEMISED:
        return ("fund_id", "as_of_on", "kind")
    if name == INDEX_MATCHES:
        return ("fund_id",)
    return tables()[name].keys


def _is_plain(bulk: Bulk, name: str) -> bool:
    """Whether old and merged rows have the same columns, so that they can be compared."""
    old, merged = (
        {str(row[0]) for row in bulk.rows(f"select column_name from (describe {own_name(table)})")}
        for table in (f"data.{name}", "ingest.merged")
    )
    return old == merged


def _digest(bulk: Bulk, rows: str) -> str:
    return str(
        bulk.rows(
            "select count(*) || '-' || coalesce(sum(hashed)::varchar, '0') || '-' || "
            "coalesce(bit_xor(hashed), 0) from (select hash(held) as hashed "
            f"from ({rows}) as held)"
        )[0][0]
    )

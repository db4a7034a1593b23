"""The dataset's tables while an ingest works on them: bound, merged with what is new, staged.

Owns how a table is rewritten: rows of the same key are replaced, nothing else is touched, columns
of the user's own stay, and what would not change is not written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowrisk.dataset import contents, reference
from flowrisk.dataset.contract import tables
from flowrisk.dataset.folder import refuse_other_letters
from flowrisk.engines.composing import literal, literal_path, literals, own_name, parquet
from flowrisk.engines.files import LocalFiles
from flowrisk.ingest.publishing import Staging, month_files
from flowrisk.ingest.sql_steps import define

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from flowrisk.dataset.reference import Overlay
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
_OVERLAID = ("securities", "security_identifiers", "funds")
_NAMING = ("security_id", "applies_to_id", "subject")
_SECURITIES_CHANGED = """
    select count(*) from (
        (from ingest.securities_rekeyed except all from data.securities)
        union all (from data.securities except all from ingest.securities_rekeyed)
    )
"""
# shares under both keys are added, so that a key stands once in a report
_REKEYED_MONTH = """(
    select * from {old} where security_id not in (
        select security_id from ingest.securities_merged
        union all select kept_id from ingest.securities_merged
    )
    union all by name
    select fund_id, as_of_on, coalesce(kept_id, held.security_id) as security_id,
           sum(shares) as shares,
           case when count(market_value_usd) = count(*) then sum(market_value_usd) end
               as market_value_usd,
           min(basis) as basis, min(source) as source
    from {old} as held
    left join ingest.securities_merged as merged on held.security_id = merged.security_id
    where held.security_id in (
        select security_id from ingest.securities_merged
        union all select kept_id from ingest.securities_merged
    )
    group by all
)"""
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
    _bind_overlaid(bulk, data)


def _bind_overlaid(bulk: Bulk, data: Path) -> None:
    """Bind what identity is told by as ``overlaid.NAME``: the tables with the rows of
    ``reference/NAME.csv`` over them, which no ingest writes into the tables; and the securities
    that such rows name, ``overlaid.security_ids``, whose keys are the user's to give up.

    Raises: DataError for a reference file that cannot be used, or positions that nothing reads.
    """
    import polars as pl

    contents.refuse_nested(data)
    found = reference.read(LocalFiles(), data)
    bulk.run("create schema if not exists overlaid")
    named: set[str] = set()
    for name in _OVERLAID:
        overlay = found.get(name)
        if overlay is None:
            bulk.define(f"overlaid.{own_name(name)}", f"select * from data.{own_name(name)}")
            continue
        _bind_overlay(bulk, own_name(name), overlay)
        if "security_id" in overlay.columns:
            at = overlay.columns.index("security_id")
            named |= {str(row[at]) for row in overlay.rows}
    keys = pl.DataFrame({"security_id": sorted(named)}, schema={"security_id": pl.String})
    bulk.load("overlaid.security_ids", keys)


def _bind_overlay(bulk: Bulk, name: str, overlay: Overlay) -> None:
    import polars as pl

    given, types = f"overlaid.{own_name(name)}_given", overlay.types()
    bulk.load(f"{given}_loaded", pl.DataFrame(overlay.loaded(), schema=list(types), orient="row"))
    typed = ", ".join(
        f"cast({own_name(key)} as {own_name(kind)}) as {own_name(key)}"
        for key, kind in types.items()
    )
    bulk.define(given, f"select {typed} from {given}_loaded", is_table=True)
    bulk.define(f"overlaid.{own_name(name)}", overlay.sql(f"data.{own_name(name)}", given))


def rekey(bulk: Bulk, data: Path) -> set[str]:
    """Put the kept key in place of each key given up (``ingest.securities_merged``), in every table
    but the holdings, whose months are listed in ``ingest.months_rekeyed`` and changed as they are
    staged. What the row given up says and the one kept does not, is kept; so is a ticker learnt.

    Returns: the names of the tables changed.
    """
    months = []
    if bulk.count("select count(*) from ingest.securities_merged"):
        months = [month for month in _months(data) if _has_merged(bulk, month_files(data, month))]
    values = f"select unnest([{literals(months)}]::varchar[]) as month"
    bulk.define("ingest.months_rekeyed", values, is_table=True)
    changed = {
        name
        for name, columns in _naming_columns().items()
        for column in columns
        if name != "securities" and _rekey_column(bulk, name, column)
    }
    define(bulk, "securities_rekeyed")
    if bulk.count(_SECURITIES_CHANGED):
        bulk.define("data.securities", "select * from ingest.securities_rekeyed")
        changed.add("securities")
    return changed


def _rekey_column(bulk: Bulk, name: str, column: str) -> bool:
    table, key = f"data.{own_name(name)}", own_name(column)
    in_use = f"{key} in (select security_id from ingest.securities_merged)"
    if name == "security_identifiers":
        # what is staged of it is the copy that the matching dated
        bulk.run(
            "update ingest.identifiers_dated set security_id = merged.kept_id "
            "from ingest.securities_merged as merged "
            "where identifiers_dated.security_id = merged.security_id"
        )
    if not bulk.count(f"select count(*) from {table} where {in_use}"):
        return False
    mapped = f"coalesce(merged.kept_id, named.{key})"
    keys = ", ".join(mapped if each == column else f"named.{own_name(each)}"
                     for each in _keys(name))  # fmt: skip
    copy = f"ingest.rekeyed_{own_name(name)}"
    bulk.define(
        copy,
        f"select named.* replace ({mapped} as {key}) from {table} as named "
        f"left join ingest.securities_merged as merged on named.{key} = merged.security_id "
        f"qualify row_number() over (partition by {keys} order by merged.kept_id nulls first) = 1",
        is_table=True,
    )
    bulk.define(table, f"select * from {copy}")
    return True


def _naming_columns() -> dict[str, list[str]]:
    """Return the tables with columns that name securities, and those columns."""
    contracts = {name: [column.name for column in table.columns]
                 for name, table in tables().items() if name != "holdings"}  # fmt: skip
    contracts |= {name: [column for column, _ in columns] for name, columns in _OWN_TABLES.items()}
    return {
        name: found
        for name, columns in contracts.items()
        if (found := [each for each in columns if each in _NAMING])
    }


def _months(data: Path) -> list[str]:
    return sorted(
        path.name.removeprefix("as_of_month=") for path in data.glob("holdings/as_of_month=*")
    )


def _has_merged(bulk: Bulk, files: list[Path]) -> bool:
    return bool(files) and bool(
        bulk.count(
            f"select count(*) from {parquet(files)} "
            "where security_id in (select security_id from ingest.securities_merged)"
        )
    )


def stage_table(
    bulk: Bulk,
    staging: Staging,
    name: str,
    new: str,
    replaced: str = "",
    *,
    is_rewritten: bool = False,
) -> None:
    """Stage ``NAME.parquet`` with new rows in place of those they replace.

    Args:
        bulk: where the new rows are.
        staging: where the table goes, unless nothing changes.
        name: the table.
        new: select of the new rows.
        replaced: condition on the old rows (``old.…``) that go; default: same key as a new row.
        is_rewritten: the old rows are not those of the file any more.
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
    if is_rewritten or _is_changed(bulk, name):
        order = ", ".join(f"{key} nulls first" for key in keys)
        bulk.write_parquet(f"select * from ingest.merged order by {order}", staging.table(name))


def _is_changed(bulk: Bulk, name: str) -> bool:
    """Whether the merged rows differ from those that the dataset has: they are compared where there
    are as many, of the same columns."""
    counts = [bulk.count(f"select count(*) from {table}")
              for table in ("ingest.merged", f"data.{own_name(name)}")]  # fmt: skip
    if counts[0] != counts[1]:
        return True
    different = f"(from ingest.merged except all from data.{own_name(name)})"
    rows = different if _is_plain(bulk, name) else "ingest.fresh"
    return bulk.count(f"select count(*) from {rows}") > 0


def stage_month(bulk: Bulk, staging: Staging, month: str, watch: Watch | None = None) -> bool:
    """Stage the file of a month: its rows, with the reports taken in place of those they replace.

    Returns: False where the rows would be the same, and nothing is staged.
    """
    existing = month_files(staging.data, month)
    _refuse_other_letters(bulk, existing, "holdings")
    stated = parquet(existing)
    old = stated
    if bulk.count("select count(*) from ingest.months_rekeyed where month = ?", [month]):
        old = _REKEYED_MONTH.format(old=stated)
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
    if existing and digest == _digest(bulk, f"select {_HOLDINGS} from {stated}"):
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

"""Which security an identifier means: check digits, the user's own map, index funds.

Owns what happens around the matching; the matching itself is ``sql/ingest/identifiers_*.sql``.
Never guesses from a name alone.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from flowrisk.engines.composing import parquet
from flowrisk.errors import DataError, join_names
from flowrisk.ingest.sql_steps import define
from flowrisk.ingest.values.check_digits import (
    cleaned,
    is_cusip,
    is_figi,
    is_isin,
    is_sedol,
    isin_of_cusip,
)
from flowrisk.question.matching.exchanges import COUNTRY_OF_MIC

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowrisk.engines.bulk import Bulk


INDEX_FUNDS_FILE = "index_funds.csv"
SCHEMES = ("isin", "cusip", "figi", "sedol", "ticker+mic", "lei")
_CHECKS = {"isin": is_isin, "cusip": is_cusip, "figi": is_figi, "sedol": is_sedol}
_MAP_COLUMNS = ("scheme", "value", "security_id")
_SINCE_EVER = date(1900, 1, 1)
_MAP_TABLE = """
    create or replace table ingest.map (
        scheme varchar, value varchar, security_id varchar, valid_from_on date, valid_to_on date
    )
"""
_MAP_REPLACES = """
    delete from ingest.identifiers_dated as dated using ingest.map as mapped
    where dated.scheme = mapped.scheme and dated.value = mapped.value
      and dated.valid_from_on <= coalesce(mapped.valid_to_on, date '9999-12-31')
      and coalesce(dated.valid_to_on, date '9999-12-31') >= mapped.valid_from_on
"""

_PAIRS_KNOWN = """
    select count(*) from ingest.securities_paired as paired
    inner join data.securities as securities on paired.security_id = securities.security_id
"""
# An ISIN, FIGI or SEDOL is one row whatever the countries stated beside it; a CUSIP is one row a
# country, since the country tells a US from a Canadian one: Canadian where any row says so, as
# those held through a US listing are stated as both.
_CHECKED = """
    select distinct scheme, value, case when scheme = 'cusip' then country end as country,
           coalesce(
               max(isin) filter (where isin like 'CA%') over (partition by scheme, value), isin
           ) as isin
    from ingest.values_checked
"""
_ALIKE_KNOWN = """
    select security_id from (
        select security_id from ingest.securities_alike
        union select kept_id from ingest.securities_alike
    ) semi join data.securities using (security_id)
"""
_HOLDINGS_ALIKE = """
    select security_id, as_of_on::date as as_of_on, shares::double as shares,
           market_value_usd::double as market_value_usd
    from {held} where security_id in (select security_id from ingest.alike_known)
"""
_NO_HOLDINGS = """
    (select null::varchar as security_id, null::date as as_of_on, null::double as shares,
            null::double as market_value_usd where false)
"""
# a key that the user's own reference files name stays
_KEPT_BY_USER = """
    insert into ingest.securities_kept_apart
    select security_id, kept_id from ingest.securities_paired
    semi join overlaid.security_ids using (security_id)
"""
_KEPT_APART = """
    insert into ingest.securities_kept_apart
    select distinct paired.security_id, paired.kept_id
    from ingest.securities_paired as paired
    inner join (select fund_id, as_of_on, security_id from {held}) as one
        on paired.security_id = one.security_id
    inner join (select fund_id, as_of_on, security_id from {held}) as other
        on paired.kept_id = other.security_id
        and one.fund_id = other.fund_id and one.as_of_on = other.as_of_on
"""
_MERGED = """
    select count(*), min(merged.security_id || ' is ' || merged.kept_id)
    from ingest.securities_merged as merged
    inner join data.securities as securities on merged.security_id = securities.security_id
"""

MapRow = tuple[str, str, str, date, date | None]


def check_values(bulk: Bulk) -> None:
    """Create ``ingest.identifiers_checked``: each well-formed identifier listed, a CUSIP with the
    ISIN it forms where its country is known to form one."""
    import polars as pl

    stated: dict[str, list[tuple[str, str | None]]] = {}
    define(bulk, "values_listed")
    for scheme, value, country in bulk.rows("select * from ingest.values_listed"):
        stated.setdefault(scheme, []).append((value, country))
    rows: list[tuple[str, str, str | None, str | None]] = []
    for value, country in stated.pop("cusip", []):
        formed = isin_of_cusip(value, "CA" if country == "CA" else "US")
        if formed or is_cusip(value):
            rows.append(("cusip", value, country, formed))
    # what a CUSIP forms, or what formed an ISIN, has passed its check
    checked = {formed for *_, formed in rows}
    for scheme, values in stated.items():
        rows += [
            (scheme, value, country, None)
            for value, country in values
            if value in checked or _CHECKS[scheme](value)
        ]
    schema = dict.fromkeys(("scheme", "value", "country", "isin"), pl.String)
    bulk.load("ingest.values_checked", pl.DataFrame(rows, schema=schema, orient="row"))
    bulk.define("ingest.identifiers_checked", _CHECKED, is_table=True)


def read_map(path: Path) -> list[MapRow]:
    """Return the rows of a map file: scheme, value, security_id, valid_from_on, valid_to_on.

    The file is a CSV with the columns scheme, value, security_id and, where wanted, valid_from_on
    and valid_to_on (ISO dates; without them the row holds for all days). ``scheme`` is isin,
    cusip, figi, sedol, ticker+mic (value ``XNAS:MSTR``) or lei.

    Raises: DataError naming the first line that is wrong, or the columns missing.
    """
    if path.exists() and not path.is_file():
        raise _bad_map(path, 1, "it is no plain file")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in _MAP_COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise _bad_map(path, 1, f"columns missing: {join_names(missing)}")
            return [_map_row(path, number, row) for number, row in enumerate(reader, start=2)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _bad_map(path, 1, str(error)) from error


def date_known(bulk: Bulk, map_file: Path | None) -> None:
    """Create ``ingest.identifiers_dated``: what the dataset knows, the user's map before all else.

    An identifier in the map loses what the dataset knew of it for overlapping days.

    Raises: DataError where the map is malformed or names a security that is neither known nor an
        ISIN.
    """
    bulk.define(
        "ingest.identifiers_dated", "select * from data.security_identifiers", is_table=True
    )
    if map_file is None:
        return
    rows = read_map(map_file)
    _refuse_strangers(bulk, map_file, rows)
    bulk.run(_MAP_TABLE)
    bulk.insert("ingest.map", rows)
    bulk.run(_MAP_REPLACES)
    bulk.run(
        "insert into ingest.identifiers_dated by name "
        "select *, 'reported' as basis, ? as source from ingest.map",
        [f"identifier map {map_file.name}"],
    )


def _refuse_strangers(bulk: Bulk, path: Path, rows: Sequence[MapRow]) -> None:
    known = {str(row[0]) for row in bulk.rows("select security_id from data.securities")}
    strangers = sorted({row[2] for row in rows if row[2] not in known and not is_isin(row[2])})
    if strangers:
        raise DataError(
            "The map names securities that the dataset does not know.",
            facts={"file": path, "security_id": join_names(strangers)},
            remedy="Use a security_id of securities.parquet, or the ISIN of a new one.",
        )


def settle_doubles(bulk: Bulk, data: Path) -> tuple[str, ...]:
    """Create ``ingest.identifiers_resolved``, in which no two keys are of one security where files
    or the dataset tell so, and ``ingest.securities_merged``: the keys given up.

    Returns: a note on the keys of the dataset given up.
    """
    import polars as pl

    countries = pl.DataFrame(list(COUNTRY_OF_MIC.items()), schema=["mic", "country"], orient="row")
    bulk.load("ingest.countries_of_mics", countries)
    define(bulk, "security_signs", "securities_alike")
    bulk.define("ingest.alike_known", _ALIKE_KNOWN, is_table=True)
    months = [
        files
        for folder in sorted(data.glob("holdings/as_of_month=*"))
        if (files := sorted(folder.glob("[!.]*.parquet")))
    ]
    every = [path for files in months for path in files]
    is_held = every and bulk.count("select count(*) from ingest.alike_known")
    held = parquet(every) if is_held else _NO_HOLDINGS
    bulk.define("ingest.holdings_alike", _HOLDINGS_ALIKE.format(held=held))
    define(bulk, "security_prices", "securities_paired")
    bulk.run("create table ingest.securities_kept_apart (security_id varchar, kept_id varchar)")
    bulk.run(_KEPT_BY_USER)
    if bulk.count(_PAIRS_KNOWN):
        for files in months:
            bulk.run(_KEPT_APART.format(held=parquet(files)))
    define(bulk, "securities_merged", "identifiers_resolved")
    merged = bulk.rows(_MERGED)
    if not merged[0][0]:
        return ()
    count, example = merged[0]
    keys = "1 key is" if count == 1 else f"{count:,} keys are"
    return (f"{keys} given up: the security has another in the dataset, such as {example}",)


def load_index_funds(bulk: Bulk, folder: Path) -> None:
    """Create ``ingest.index_funds`` from the table shipped and the dataset's own
    ``index_funds.csv``, whose rows come first.

    Raises: DataError where the dataset's own table is not such a table.
    """
    shipped = Path(__file__).with_name(INDEX_FUNDS_FILE)
    rows = {row["fund_id"]: row for row in _index_funds(shipped)}
    own = folder / INDEX_FUNDS_FILE
    if own.exists():
        rows |= {row["fund_id"]: row for row in _index_funds(own)}
    import polars as pl

    columns = list(next(iter(rows.values())))
    frame = pl.DataFrame(list(rows.values()), schema=dict.fromkeys(columns, pl.String))
    bulk.load("ingest.index_funds", frame)


def _index_funds(path: Path) -> list[dict[str, str | None]]:
    shipped = Path(__file__).with_name(INDEX_FUNDS_FILE)
    with shipped.open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if not missing:
                return [{name: row[name] or None for name in columns} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(
            "The table of index funds cannot be read.",
            facts={"file": path, "reason": error},
            remedy="Write it as a CSV in UTF-8, in the layout of the table that flowrisk ships.",
        ) from error
    raise DataError(
        "The table of index funds lacks columns.",
        facts={"file": path, "missing": join_names(missing), "needed": join_names(columns)},
        remedy="Copy the layout of the table that flowrisk ships.",
    )


def _map_row(path: Path, number: int, row: dict[str, str]) -> MapRow:
    scheme, value = (row["scheme"] or "").strip().lower(), cleaned(row["value"] or "")
    security_id = (row["security_id"] or "").strip()
    if scheme not in SCHEMES or value is None or not security_id:
        raise _bad_map(path, number, f"scheme, value or security_id: {join_names(row.values())}")
    check = _CHECKS.get(scheme)
    if check and not check(value):
        raise _bad_map(path, number, f"{scheme} {value} fails its check digit")
    try:
        from_on, to_on = (
            date.fromisoformat(text) if (text := (row.get(name) or "").strip()) else None
            for name in ("valid_from_on", "valid_to_on")
        )
    except ValueError as error:
        raise _bad_map(path, number, str(error)) from error
    return scheme, value, security_id, from_on or _SINCE_EVER, to_on


def _bad_map(path: Path, number: int, reason: str) -> DataError:
    return DataError(
        "The identifier map cannot be read.",
        facts={"file": path, "line": number, "reason": reason, "schemes": join_names(SCHEMES)},
        remedy="Write a CSV with scheme,value,security_id[,valid_from_on,valid_to_on].",
    )

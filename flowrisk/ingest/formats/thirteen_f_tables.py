"""The SEC's quarterly 13F data sets: ``INFOTABLE.tsv`` with SUBMISSION and COVERPAGE beside it.

Lazy throughout: a quarter has 3 million entries. Only the distinct CUSIPs and titles are judged in
Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from flowrisk.errors import DataError, join_names, nearest
from flowrisk.ingest.readers.parsed import MANAGERS, REJECTS, assembled, refuse_doubled
from flowrisk.ingest.values import cells, check_digits
from flowrisk.ingest.values.position_kinds import kind_of_entry

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from flowrisk.ingest.readers.parsed import Hints, Parsed


_NEEDED = ("ACCESSION_NUMBER", "NAMEOFISSUER", "TITLEOFCLASS", "CUSIP", "VALUE", "SSHPRNAMT")
_OPTIONAL = ("SSHPRNAMTTYPE", "PUTCALL", "FIGI")
_FILING: dict[str, type[pl.DataType]] = {
    "ACCESSION_NUMBER": pl.String,
    "manager_id": pl.String,
    "manager_name": pl.String,
    "as_of_on": pl.Date,
    "published_on": pl.Date,
    "amendment_type": pl.String,
}
_MISSING = ("", "N/A", "-")


def is_table(path: Path) -> bool:
    """Tell whether a file begins like a table of the data sets."""
    try:
        with path.open("rb") as file:
            head = file.readline(4096)
    except (OSError, ValueError):
        return False
    return b"ACCESSION_NUMBER\t" in head.upper()


def read(path: Path, hints: Hints, dollars_since_on: date) -> Parsed:
    """Return the entries of an ``INFOTABLE.tsv`` as a lazy frame.

    Raises: DataError where a column is missing, or neither SUBMISSION.tsv nor ``--as-of`` gives the
        quarter.
    """
    entries = _entries(path)
    filings = _filings(path, hints, entries)
    managers = (
        entries.filter(pl.col("shares").is_not_null())
        .join(filings.lazy(), on="ACCESSION_NUMBER", how="inner")
        .join(_judged_cusips(entries), on="CUSIP", how="left")
        .join(_judged_kinds(entries), on=_KIND_KEY, how="left", nulls_equal=True)
        .with_columns(value_unit=_unit(dollars_since_on), accession="ACCESSION_NUMBER")
        .with_columns(
            market_value_usd=pl.when(pl.col("value_unit") == "usd").then(pl.col("value_filed"))
        )
    )
    columns = [
        pl.col(name).cast(dtype) if name in _MADE else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in MANAGERS.items()
    ]
    read_count, distinct_count = (
        entries.select(pl.len(), pl.struct(pl.exclude("row_number")).n_unique().alias("distinct"))
        .collect()
        .row(0)
    )
    refuse_doubled(path, read_count, distinct_count)
    return assembled(
        read_count=read_count,
        managers=managers.select(columns),
        rejects=_rejects(entries, filings),
        notes=_notes(path, filings, dollars_since_on),
    )


def _unit(dollars_since_on: date) -> pl.Expr:
    is_dated = pl.col("published_on").is_not_null()
    is_in_usd = pl.col("published_on") >= dollars_since_on
    return pl.when(is_in_usd).then(pl.lit("usd")).when(is_dated).then(pl.lit("thousand_usd"))


_KIND_KEY = ["issuer_name", "title", "PUTCALL", "SSHPRNAMTTYPE"]
_MADE = frozenset(
    {
        *_FILING,
        "accession",
        "value_filed",
        "value_unit",
        "row_number",
        "issuer_name",
        "title",
        "cusip",
        "kind",
        "shares",
        "market_value_usd",
        "note",
    }
)


def _scan(path: Path, needed: tuple[str, ...]) -> pl.LazyFrame:
    try:
        lazy = pl.scan_csv(
            path,
            glob=False,
            separator="\t",
            quote_char=None,
            infer_schema=False,
            encoding="utf8-lossy",
            row_index_name="row_number",
            row_index_offset=2,
            truncate_ragged_lines=True,
        )
        seen = lazy.collect_schema().names()
    except (pl.exceptions.PolarsError, OSError) as failure:
        raise DataError(
            f"The file {path.name} is damaged.",
            facts={"reason": str(failure).splitlines()[0]},
            remedy="Unpack the data set again.",
        ) from None
    folded = {name.strip().upper(): name for name in seen}
    missing = [name for name in needed if name not in folded]
    if missing:
        raise _foreign(path, missing, seen)
    return lazy.rename({old: new for new, old in folded.items() if new != "ROW_NUMBER"})


def _foreign(path: Path, missing: list[str], seen: list[str]) -> DataError:
    return DataError(
        f"The file {path.name} lacks columns of the SEC's 13F data sets.",
        facts={
            "missing": join_names(missing),
            "columns found": join_names(seen),
            "nearest": nearest(missing[0], seen) or "none",
        },
        remedy="Pick INFOTABLE.tsv of the unpacked data set.",
    )


def _entries(path: Path) -> pl.LazyFrame:
    lazy = _scan(path, _NEEDED)
    seen = lazy.collect_schema().names()
    absent = [pl.lit(None, dtype=pl.String).alias(n) for n in _OPTIONAL if n not in seen]
    text = pl.col(*_NEEDED, *_OPTIONAL).str.strip_chars()
    return (
        lazy.with_columns(absent)
        .with_columns(pl.when(text.is_in(_MISSING)).then(None).otherwise(text).name.keep())
        .with_columns(
            issuer_name="NAMEOFISSUER",
            title="TITLEOFCLASS",
            shares=_number("SSHPRNAMT"),
            value_filed=_number("VALUE"),
        )
    )


def _number(column: str) -> pl.Expr:
    value = pl.col(column).str.replace_all(",", "").cast(pl.Float64, strict=False)
    return pl.when(value.is_finite()).then(value)


def _judged_cusips(entries: pl.LazyFrame) -> pl.LazyFrame:
    distinct = entries.select("CUSIP").unique().collect()["CUSIP"].to_list()
    judged = [check_digits.valid(text, check_digits.is_cusip) for text in distinct]
    return pl.LazyFrame(
        {"CUSIP": distinct, "cusip": [c for c, _ in judged], "note": [n for _, n in judged]},
        schema={"CUSIP": pl.String, "cusip": pl.String, "note": pl.String},
    )


def _judged_kinds(entries: pl.LazyFrame) -> pl.LazyFrame:
    distinct = entries.select(_KIND_KEY).unique().collect()
    kinds = [
        kind_of_entry(
            name or "", title or "", option=option, is_principal=(unit or "").upper() == "PRN"
        )
        for name, title, option, unit in distinct.iter_rows()
    ]
    return distinct.with_columns(pl.Series("kind", kinds, dtype=pl.String)).lazy()


def _filings(path: Path, hints: Hints, entries: pl.LazyFrame) -> pl.DataFrame:
    beside = path.parent / "SUBMISSION.tsv"
    if beside.is_file():
        needed = ("ACCESSION_NUMBER", "FILING_DATE", "SUBMISSIONTYPE", "CIK", "PERIODOFREPORT")
        submissions = _scan(beside, needed).select(needed).collect().rows()
    elif hints.as_of_on is None:
        raise DataError(
            f"The file {path.name} does not say which quarter its entries describe.",
            facts={"missing beside it": beside.name},
            remedy="Unpack SUBMISSION.tsv beside it, or add the quarter's last day with --as-of.",
        )
    else:
        names = entries.select("ACCESSION_NUMBER").unique().collect()["ACCESSION_NUMBER"]
        submissions = [(name, "", "", hints.fund_id, str(hints.as_of_on)) for name in names]
    covers = _covers(path)
    rows = [
        _filing(accession, filed, form, cik, period, covers)
        for accession, filed, form, cik, period in submissions
    ]
    frame = pl.DataFrame(rows, schema=_FILING, orient="row")
    return frame.filter(pl.col("as_of_on").is_not_null()).unique("ACCESSION_NUMBER")


def _filing(
    accession: str | None,
    filed: str | None,
    form: str | None,
    cik: str | None,
    period: str | None,
    covers: dict[str, tuple[str | None, str | None]],
) -> tuple[object, ...]:
    name, amendment = covers.get(accession or "", (None, None))
    if (form or "").strip().endswith("/A"):
        amendment = amendment or "AMENDMENT"
    manager_id = (check_digits.cleaned(cik) or "").zfill(10) if cik else f"accession:{accession}"
    return accession, manager_id, name, cells.day(period, "mdy"), cells.day(filed, "mdy"), amendment


def _covers(path: Path) -> dict[str, tuple[str | None, str | None]]:
    beside = path.parent / "COVERPAGE.tsv"
    if not beside.is_file():
        return {}
    lazy = _scan(beside, ("ACCESSION_NUMBER", "FILINGMANAGER_NAME"))
    if "AMENDMENTTYPE" not in lazy.collect_schema().names():
        lazy = lazy.with_columns(pl.lit(None, dtype=pl.String).alias("AMENDMENTTYPE"))
    rows = lazy.select("ACCESSION_NUMBER", "FILINGMANAGER_NAME", "AMENDMENTTYPE").collect().rows()
    return {
        accession: (cells.tidied(name) or None, check_digits.cleaned(kind))
        for accession, name, kind in rows
    }


def _rejects(entries: pl.LazyFrame, filings: pl.DataFrame) -> pl.DataFrame:
    is_known = pl.col("ACCESSION_NUMBER").is_in(filings["ACCESSION_NUMBER"].to_list())
    reason = (
        pl.when(pl.col("shares").is_null())
        .then(pl.lit("shares_not_a_number"))
        .when(is_known.is_null() | ~is_known)
        .then(pl.lit("accession_without_submission"))
    )
    value = pl.when(pl.col("shares").is_null()).then("SSHPRNAMT").otherwise("ACCESSION_NUMBER")
    return (
        entries.select(pl.col("row_number").cast(pl.Int64), reason.alias("reason"),
                       value.alias("value"), "issuer_name")
        .filter(pl.col("reason").is_not_null())
        .select(list(REJECTS))
        .collect()
    )  # fmt: skip


def _notes(path: Path, filings: pl.DataFrame, dollars_since_on: date) -> list[str]:
    notes = []
    early = filings.filter(pl.col("published_on") < dollars_since_on).height
    undated = filings["published_on"].null_count()
    if early:
        notes.append(f"{early} filings state thousands of dollars: kept as filed, not rescaled")
    if undated:
        notes.append(f"{undated} filings have no filing date, so the unit of values is not known")
    if not (path.parent / "COVERPAGE.tsv").is_file():
        notes.append("COVERPAGE.tsv is not beside the table: managers have no names")
    return notes

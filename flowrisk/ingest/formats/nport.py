"""SEC Form N-PORT in bulk: data-set zips, folders of their tables, joined CSV exports.

Owns which tables and columns a source must have and how they are bound as ``nport.*`` for
``sql/ingest/nport_reports.sql`` and ``nport_positions.sql``, which hold the rules of the form.
Single filings (``primary_doc.xml``) are read by ``nport_xml``.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowrisk.engines.composing import identifier, literal, own_name
from flowrisk.errors import DataError, join_names, nearest
from flowrisk.ingest.formats import nport_readings
from flowrisk.ingest.readers import archive
from flowrisk.ingest.readers.parsed import Hints, only_fund
from flowrisk.ingest.sql_steps import define

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from flowrisk.engines.bulk import Bulk

HOLDINGS = "FUND_REPORTED_HOLDING"
REQUIRED_TABLES = ("SUBMISSION", "REGISTRANT", "FUND_REPORTED_INFO", HOLDINGS)
TABLES = (*REQUIRED_TABLES, "IDENTIFIERS")
_HEADER_BYTES = 2**16
_DELIMITERS = ("\t", ",", ";", "|")


@dataclass(frozen=True, slots=True)
class _Need:
    """What a bound table reads: columns it must have, columns it takes where they are."""

    required: tuple[str, ...]
    optional: tuple[str, ...]


_NEEDS: Mapping[str, _Need] = {
    "SUBMISSION": _Need(("ACCESSION_NUMBER", "REPORT_DATE", "FILING_DATE"), ("SUB_TYPE",)),
    "REGISTRANT": _Need(("ACCESSION_NUMBER", "CIK"), ("REGISTRANT_NAME",)),
    "FUND_REPORTED_INFO": _Need(
        ("ACCESSION_NUMBER", "SERIES_ID"), ("SERIES_NAME", "NET_ASSETS")
    ),
    HOLDINGS: _Need(
        ("ACCESSION_NUMBER", "BALANCE", "UNIT", "CURRENCY_VALUE", "PAYOFF_PROFILE", "ASSET_CAT",
         "DERIVATIVE_CAT"),
        ("HOLDING_ID", "ISSUER_NAME", "ISSUER_LEI", "ISSUER_TITLE", "ISSUER_CUSIP",
         "CURRENCY_CODE", "PERCENTAGE", "ISSUER_TYPE", "INVESTMENT_COUNTRY"),
    ),
    "IDENTIFIERS": _Need(
        ("HOLDING_ID",),
        ("IDENTIFIER_ISIN", "IDENTIFIER_TICKER", "OTHER_IDENTIFIER", "OTHER_IDENTIFIER_DESC"),
    ),
}  # fmt: skip
# words that decide what a row is: a blank beside them, or alone, means nothing
_PADDED = ("UNIT", "PAYOFF_PROFILE", "ASSET_CAT", "ISSUER_TYPE", "DERIVATIVE_CAT", "HOLDING_ID")
_BOUND = {
    "SUBMISSION": "submissions",
    "REGISTRANT": "registrants",
    "FUND_REPORTED_INFO": "infos",
    HOLDINGS: "holdings",
    "IDENTIFIERS": "stated_identifiers",
}
# most positions have an ISIN and no more: what else there is is gathered apart
_ISINS = """
    select holding_id, max(identifier_isin) as isin from nport.stated_identifiers
    where identifier_isin is not null group by holding_id
"""
_IDENTIFIERS = """
    select holding_id, max(sedol) as sedol, max(figi) as figi,
           max((tickers.ticker, tickers.mic)) filter (where tickers.ticker is not null) as listing
    from nport.described_identifiers as described
    left join nport.tickers as tickers on described.ticker = tickers.text
    group by holding_id
"""


@dataclass(frozen=True, slots=True)
class Bound:
    """A source as it is bound: notes on what it lacks, and the text whose lines are its positions;
    None for a joined export, which is counted where it lies."""

    notes: tuple[str, ...]
    holdings: TextTable | None


@dataclass(frozen=True, slots=True)
class TextTable:
    """A text file with a header: where it is, its columns, how they are parted."""

    path: Path
    columns: tuple[str, ...]
    delimiter: str
    is_quoted: bool


def byte_count(path: Path) -> int:
    """Return the bytes that reading a source means: inflated for a zip, as they lie else."""
    if path.is_dir():
        return sum(table.stat().st_size for table in _tables_in(path).values())
    if path.suffix.lower() == ".zip":
        return archive.claimed_bytes(path, TABLES)
    return path.stat().st_size


def is_filing(path: Path) -> bool:
    """Tell whether a file is one filing: its XML, or the submission around it."""
    if path.is_dir() or path.suffix.lower() == ".zip":
        return False
    with path.open("rb") as file:
        head = file.read(_HEADER_BYTES).lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")
    marks = (b"edgarSubmission", b"<SEC-DOCUMENT", b"<SEC-HEADER", b"<SUBMISSION", b"<?xml")
    return path.suffix.lower() == ".xml" or (
        head.startswith(b"<") and any(mark in head for mark in marks)
    )


def quarters_in(path: Path) -> list[Path]:
    """Return the folders of whole sets of tables in a folder, else the source itself.

    Raises: DataError where a table stands twice in it and no set is whole.
    """
    if not path.is_dir():
        return [path]
    sets: dict[Path, set[str]] = {}
    for table in sorted(path.rglob("*.tsv")):
        sets.setdefault(table.parent, set()).add(table.stem.upper())
    wanted = {folder: names & set(TABLES) for folder, names in sets.items()}
    whole = [folder for folder, names in wanted.items() if set(REQUIRED_TABLES) <= names]
    parts = [folder for folder, names in wanted.items() if names and folder not in whole]
    doubled = [name for name in TABLES if sum(name in names for names in wanted.values()) > 1]
    if doubled and parts:
        raise DataError(
            f"The folder holds {doubled[0]}.tsv twice, and not every set of tables is whole.",
            facts={"folder": path, "not whole": join_names(parts)},
            remedy="Give each quarter's folder by its own.",
        )
    return whole if whole and not parts else [path]


def bind(
    bulk: Bulk,
    path: Path,
    hints: Hints,
    *,
    first_report_id: int,
    count_bytes: Callable[[int], None],
) -> Bound:
    """Bind one source: ``ingest.nport_reports``, ``nport_numbered`` and ``nport_positions``.

    Args:
        bulk: where the views are made.
        path: zip, folder of tables, or joined text export.
        hints: fund and day, for an export that states neither.
        first_report_id: number of the first report of this source.
        count_bytes: told the bytes inflated from a zip.

    Returns: notes on what the source lacks, and where its positions lie.

    Raises: DataError where tables or columns are missing (they are named), the zip is unsafe or
        truncated, or no day is stated; QuestionError where ``--fund`` names one of several.
    """
    bulk.run("create schema if not exists nport")
    if path.is_dir():
        bound = _bind_tables(bulk, path, _tables_in(path))
    elif path.suffix.lower() == ".zip":
        inflated = bulk.folder / f"inflated-{first_report_id}"
        bound = _bind_tables(
            bulk, path, archive.inflate_tables(path, TABLES, inflated, count_bytes)
        )
    else:
        bound = Bound(_bind_export(bulk, path), None)
    _bind_hints(bulk, path, hints)
    notes = nport_readings.bind(bulk, path, hints, is_export=bound.holdings is None)
    bound = Bound((*bound.notes, *notes), bound.holdings)
    nport_readings.bind_tickers(bulk)
    bulk.define("nport.isins", _ISINS)
    bulk.define("nport.identifiers", _IDENTIFIERS)
    define(bulk, "nport_reports")
    bulk.define(
        "ingest.nport_numbered",
        f"select {first_report_id} + row_number() over (order by accession) - 1 as report_id, * "
        "from (select * from ingest.nport_reports as reports "
        "qualify row_number() over (partition by accession order by reports) = 1)",
        is_table=True,
    )
    define(bulk, "nport_positions")
    return bound


def text_table(path: Path) -> TextTable:
    """Return the columns of a text file, read from its first line.

    Raises: DataError for an empty file, an HTML page, or bytes that are not UTF-8 text.
    """
    with path.open("rb") as file:
        head = file.read(_HEADER_BYTES)
    first = head.split(b"\n", 1)[0]
    if not head.strip():
        raise DataError("The file is empty.", facts={"file": path}, remedy="Download it again.")
    if first.lstrip(b"\xef\xbb\xbf \t").startswith(b"<"):
        raise DataError(
            "The file is a web page or XML, not a table.",
            facts={"file": path, "begins with": first[:80].decode("utf-8", "replace")},
            remedy="Publishers answer with a page where a file is missing: download it again.",
        )
    try:
        line = first.decode("utf-8-sig").rstrip("\r")
    except UnicodeDecodeError as error:
        raise DataError(
            "The file is not UTF-8 text.",
            facts={"file": path, "begins with": first[:40]},
            remedy="Save it as UTF-8, or download it again.",
        ) from error
    delimiter = max(_DELIMITERS, key=line.count)
    try:
        columns = next(csv.reader([line], delimiter=delimiter))
    except csv.Error as error:
        raise DataError(
            "The header of the table cannot be read.",
            facts={"file": path, "reason": error, "begins with": line[:80]},
            remedy="Save it with ordinary line ends (LF or CRLF) and matching quotes.",
        ) from error
    names = _distinct([column.strip().upper() for column in columns])
    return TextTable(path, names, delimiter, is_quoted=delimiter != "\t")


def _distinct(names: list[str]) -> tuple[str, ...]:
    """Return names of columns, each once: nameless ones by their place, as spreadsheets' indices
    and commas at line ends have; of one that stands twice the first keeps its name.

    Raises: DataError where a column that is needed stands twice.
    """
    needed = {column for need in _NEEDS.values() for column in (*need.required, *need.optional)}
    found: list[str] = []
    for place, name in enumerate(names, start=1):
        if name in found and name in needed:
            raise DataError(
                f"The column {name} stands twice.",
                facts={"columns": f"{found.index(name) + 1} and {place}"},
                remedy="Leave the one that is meant.",
            )
        found.append(f"COLUMN {place}" if not name or name in found else name)
    return tuple(found)


def _tables_in(folder: Path) -> dict[str, Path]:
    files = {path.stem.upper(): path for path in sorted(folder.rglob("*.tsv"))}
    return {name: files[name] for name in TABLES if name in files}


def _bind_tables(bulk: Bulk, path: Path, files: Mapping[str, Path]) -> Bound:
    missing = [name for name in REQUIRED_TABLES if name not in files]
    if missing:
        raise DataError(
            "The N-PORT set lacks tables it cannot be read without.",
            facts={
                "file": path,
                "missing": join_names(f"{name}.tsv" for name in missing),
                "found": join_names(f"{name}.tsv" for name in files) or _listed_folder(path),
            },
            remedy="Take the whole set as its publisher packs it.",
        )
    tables = {name: text_table(files[name]) for name in TABLES if name in files}
    for name, table in tables.items():
        _bind_table(bulk, name, table)
    if "IDENTIFIERS" in tables:
        return Bound((), tables[HOLDINGS])
    bulk.define("nport.stated_identifiers", _without_rows(_NEEDS["IDENTIFIERS"]))
    lacking = f"{path.name} has no IDENTIFIERS.tsv: ISINs are not stated, matching is by CUSIP."
    return Bound((lacking,), tables[HOLDINGS])


def _listed_folder(path: Path) -> str:
    return join_names(sorted(file.name for file in path.iterdir())) if path.is_dir() else "no table"


def _bind_table(bulk: Bulk, name: str, table: TextTable) -> None:
    _refuse_missing(name, table)
    need = _NEEDS[name]
    origin = bulk.read_text(
        _BOUND[name],
        table.path,
        table.columns,
        delimiter=table.delimiter,
        is_quoted=table.is_quoted,
    )
    bulk.define(f"nport.{_BOUND[name]}", _selected(need, table.columns, origin))


def _bind_export(bulk: Bulk, path: Path) -> tuple[str, ...]:
    """Bind a joined export: one row an identifier of a position, else a position.

    Its positions are numbered here, by line: an id may be lost, blank or spoilt on the way.
    """
    table = text_table(path)
    _refuse_missing(HOLDINGS, table)
    origin = bulk.read_text(
        "holdings", path, table.columns, delimiter=table.delimiter, is_quoted=table.is_quoted
    )
    need = _NEEDS[HOLDINGS]
    told = [name for name in (*need.required, *need.optional) if name in table.columns]
    trimmed = ", ".join(
        f"nullif(nullif(trim({identifier(name)}), ''), 'N/A') as {identifier(name)}"
        for name in table.columns
    )
    same = ", ".join(map(identifier, told))
    has_ids = "HOLDING_ID" in table.columns
    repeated = identifier("HOLDING_ID") if has_ids else "null"
    bulk.define(
        "nport.export",
        f"select *, case when {repeated} is null then line else "
        f"min(line) over (partition by {same}) end as position "
        f"from (select row_number() over () + 1 as line, {trimmed} from {origin})",
        is_table=True,
    )
    for name, bound in _BOUND.items():
        need = _NEEDS[name]
        if name in {HOLDINGS, "IDENTIFIERS"}:
            rows = "nport.export where line = position" if name == HOLDINGS else "nport.export"
            bulk.define(f"nport.{bound}", _selected(need, table.columns, rows, number="position"))
        else:
            rows = '(select distinct on ("ACCESSION_NUMBER") * from nport.export order by line)'
            bulk.define(f"nport.{bound}", _selected(need, table.columns, rows))
    return _export_notes(bulk, path, table)


def _export_notes(bulk: Bulk, path: Path, table: TextTable) -> tuple[str, ...]:
    notes = []
    doubled = repeated_count(bulk)
    if doubled:
        notes.append(f"{path.name}: {doubled} rows repeat a HOLDING_ID and count once.")
    if "IDENTIFIER_ISIN" not in table.columns:
        notes.append(f"{path.name} states no ISINs: matching is by CUSIP.")
    if not {"SERIES_ID", "CIK"} & set(table.columns):
        notes.append(f"{path.name} names no fund: --fund does, else the filing stands for it.")
    return tuple(notes)


def repeated_count(bulk: Bulk) -> int:
    """Return how many rows of the export bound say again what another says."""
    return bulk.count("select count(*) from nport.export where line != position")


def _bind_hints(bulk: Bulk, path: Path, hints: Hints) -> None:
    stated = bulk.rows("select distinct accession_number from nport.submissions")
    only_fund([str(row[0]) for row in stated], hints)
    bulk.define(
        "nport.hints",
        f"select cast({literal(hints.fund_id)} as varchar) as fund_id, "
        f"cast({literal(hints.as_of_on)} as date) as as_of_on",
        is_table=True,
    )
    undated = bulk.count("select count(*) from nport.submissions where report_date is null")
    if hints.as_of_on is None and undated == len(stated):
        raise DataError(
            "The file does not say which day its positions describe.",
            facts={"file": path, "column missing or empty": "REPORT_DATE"},
            remedy="Give the day with --as-of YYYY-MM-DD.",
        )


def _refuse_missing(name: str, table: TextTable) -> None:
    missing = [column for column in _NEEDS[name].required if column not in table.columns]
    if not missing:
        return
    close = {column: nearest(column, table.columns) for column in missing}
    raise DataError(
        f"The table lacks columns of {name} it cannot be read without.",
        facts={
            "file": table.path,
            "missing": join_names(missing),
            "found": join_names(table.columns, at_most_count=30),
            "nearest": join_names(f"{near} for {column}" for column, near in close.items() if near)
            or "none",
        },
        remedy="Take the table as the SEC publishes it, or an export with all its columns.",
    )


def _selected(need: _Need, columns: Sequence[str], origin: str, *, number: str = "") -> str:
    """Return the select of the columns that a table needs; ``number`` stands for HOLDING_ID."""
    said = {name: identifier(name) for name in columns}
    if number:
        said["HOLDING_ID"] = f"{own_name(number)}::varchar"
    for name in () if number else said.keys() & _PADDED:
        said[name] = f"nullif(trim({said[name]}), '')"
    selected = (
        f"{said.get(name, 'null::varchar')} as {own_name(name.lower())}"
        for name in (*need.required, *need.optional)
    )
    return f"select {', '.join(selected)} from {origin}"


def _without_rows(need: _Need) -> str:
    return _selected(need, (), "(select 1) where false")

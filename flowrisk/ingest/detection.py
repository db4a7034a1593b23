"""What format a file is in: found by what it holds, and said why.

Looks at the names of tables, the root of markup and the header of a table; reads no row.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from flowrisk.errors import DataError, join_names
from flowrisk.ingest.prices import grids, layouts
from flowrisk.ingest.readers import sheets
from flowrisk.ingest.readers.profiles import Profile, shipped
from flowrisk.ingest.readers.tabular import Columns, Record, folded
from flowrisk.ingest.values.cells import tidied

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


_HEAD_BYTES = 2**16
_NPORT_TABLES = frozenset({"SUBMISSION", "FUND_REPORTED_HOLDING"})
_13F_TABLES = frozenset({"INFOTABLE", "COVERPAGE"})
_HEADERS = {
    "nport": ("ACCESSION_NUMBER", "BALANCE", "ASSET_CAT"),
    "13f": ("ACCESSION_NUMBER", "INFOTABLE_SK"),
    "ark": ("date", "fund", "company", "ticker", "cusip", "shares"),
    "invesco": ("Fund Ticker", "Security Identifier", "Holding Ticker"),
    "state-street": ("Name", "Ticker", "Identifier", "Shares Held"),
}
_USUAL = {
    "fund": ("Portfolio", "Portfolio Name", "Portfolio ID", "Fund", "Fund Name", "Fund ID",
             "Fund Ticker", "Account", "Account Name", "Book", "Sub-Fund", "Mandate", "etf_ticker"),
    "date": ("Date", "As Of", "As Of Date", "AsOfDate", "Position Date", "Holdings Date",
             "Report Date", "Valuation Date", "Trade Date"),
    "shares": ("Quantity", "Shares", "Shares Held", "Qty", "Units", "Position", "Share Count",
               "Number of Shares", "Nominal", "Holding"),
    "isin": ("ISIN", "ISIN Code"), "cusip": ("CUSIP",), "sedol": ("SEDOL",), "figi": ("FIGI",),
    "identifier": ("Identifier", "Security ID", "Security Identifier"),
    "ticker": ("Ticker", "Symbol", "Security Ticker", "Bloomberg Ticker", "RIC"),
    "exchange": ("Exchange",), "mic": ("MIC",),
    "name": ("Name", "Security", "Security Name", "Issuer", "Company", "Description"),
    "asset_class": ("Asset Class", "Asset Type", "Security Type", "Type"),
    "value": ("MV", "Market Value", "Market Value (USD)", "Value", "MarketValue", "MV USD"),
    "weight": ("Weight", "Weight (%)", "% of Fund", "Portfolio Weight"),
    "price": ("Price",), "currency": ("Currency", "CCY", "Currency Code"),
    "country": ("Country", "Location"),
}  # fmt: skip
_NAMING = ("isin", "cusip", "sedol", "figi", "identifier", "ticker")


@dataclass(frozen=True, slots=True)
class Detected:
    """The format of a file, the profile where it is a table's, and what it was known by."""

    format: str
    why: str
    profile: Profile | None = None


def detected(path: Path) -> Detected:
    """Return the format that a file is in.

    Raises: DataError where it is none that flowrisk reads, with the columns found.
    """
    if path.is_dir() or _is_zip_of_tables(path):
        return _of_tables(path)
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES).decode("utf-8", "replace")
    found = _of_markup(head)
    if found:
        return found
    rows = sheets.head_of(path)
    found = _of_header(rows) or _of_prices(path, rows) or _of_any_table(rows)
    if found:
        return found
    best = max((cells for _, cells in rows), key=lambda cells: len(set(cells)), default=[])
    raise DataError(
        f"The format of {path.name} could not be found.",
        facts={"columns found": join_names(filter(None, map(tidied, best))) or "none"},
        remedy="Name the format, or read it with: flowrisk ingest table FILE --columns "
        "shares=…,isin=…,date=….",
    )


def _is_zip_of_tables(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return not any(name.startswith("xl/") for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def _of_tables(path: Path) -> Detected:
    names = {file.stem.upper() for file in path.rglob("*.tsv")} if path.is_dir() else _members(path)
    for name, wanted in (("nport", _NPORT_TABLES), ("13f", _13F_TABLES)):
        if wanted & names:
            return Detected(name, f"it holds {join_names(sorted(wanted & names))}.tsv")
    raise DataError(
        f"{path.name} holds no tables of a format that flowrisk reads.",
        facts={"holds": join_names(sorted(names)) or "nothing"},
        remedy="Give the files in it, one by one.",
    )


def _members(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as archive:
        return {PurePosixPath(name).stem.upper() for name in archive.namelist()}


def _of_markup(head: str) -> Detected | None:
    if not head.lstrip("\ufeff \t\r\n").startswith("<"):
        return None
    if "nport" in head.casefold() and "edgarsubmission" in head.casefold():
        return Detected("nport", "it is a filing on Form N-PORT")
    is_13f = "informationtable" in head.casefold() or "13F-" in head
    return Detected("13f", "it is a filing on Form 13F") if is_13f else None


def _of_header(rows: Sequence[Record]) -> Detected | None:
    """Return the format whose columns a header has; of several the one with the most."""
    candidates: list[tuple[int, Detected]] = []
    for _, cells in rows:
        named = {folded(cell): tidied(cell) for cell in cells if tidied(cell)}
        for name, wanted in _HEADERS.items():
            if {folded(column) for column in wanted} <= set(named):
                why = f"it has the columns {join_names(wanted)}"
                candidates.append((len(wanted), Detected(name, why)))
        for name, profile in shipped().items():
            seen = _recognised(profile, cells, named)
            if seen:
                why = f"it has the columns {join_names(seen)}"
                candidates.append((len(seen), Detected(name, why, profile)))
    return max(candidates, key=lambda found: found[0])[1] if candidates else None


def _recognised(profile: Profile, cells: Sequence[str], named: dict[str, str]) -> list[str]:
    """Return the columns by which a header is of a profile, none where it lacks one of them."""
    columns = profile.wanted()
    found = columns.found_in(cells)
    if not columns.fits(cells):
        return []
    seen = []
    for sign in profile.recognise:
        if sign in columns.aliases:
            if sign not in found:
                return []
            seen.append(tidied(cells[found[sign]]))
        elif folded(sign) in named:
            seen.append(named[folded(sign)])
        else:
            return []
    return seen + [tidied(cells[at]) for name, at in found.items() if name in profile.required]


def _of_prices(path: Path, rows: Sequence[Record]) -> Detected | None:
    columns = layouts.COLUMNS
    holding = Columns({"shares": _USUAL["shares"]}, ("shares",))
    for _, cells in rows:
        found = columns.found_in(cells)
        if "date" in found and {"close", "adjusted"} & set(found) and not holding.fits(cells):
            why = join_names(tidied(cells[found[name]]) for name in ("date", "close", "volume")
                             if name in found)  # fmt: skip
            return Detected("prices", f"it has the columns {why}")
    if path.suffix.lower() == ".json" and layouts.is_series(path):
        return Detected("prices", "it has days with a close")
    text_rows = "\n".join(",".join(cells) for _, cells in rows[:4])
    if grids.lines_of(text_rows):
        return Detected("prices", "it has a close a day and ticker")
    return None


def _of_any_table(rows: Iterable[Record]) -> Detected | None:
    """Return a table whose columns have the usual names: shares, and what names a security."""
    for _, cells in rows:
        found = Columns(_USUAL, ()).found_in(cells)
        if "shares" in found and any(name in found for name in _NAMING):
            named = {name: tidied(cells[at]) for name, at in found.items()}
            profile = Profile(
                "table", "table of holdings", {name: (column,) for name, column in named.items()},
                required=tuple(named),
            )  # fmt: skip
            told = ",".join(f"{name}={column}" for name, column in named.items())
            return Detected("table", f"its columns are read as {told}", profile)
    return None

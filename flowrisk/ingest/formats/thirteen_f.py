"""Form 13F information tables: XML, full EDGAR submissions (.txt, .nc), and the SEC's data sets.

What managers hold, for the cross-check; never inside the holdings of funds. Values are kept as
filed: the unit follows the filing date and filers err both ways.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from flowrisk.errors import DataError
from flowrisk.ingest.formats import thirteen_f_tables
from flowrisk.ingest.readers import edgar_xml
from flowrisk.ingest.readers.decoding import read_text
from flowrisk.ingest.readers.holdings_file import identified
from flowrisk.ingest.readers.parsed import Collected, refuse_doubled, slug
from flowrisk.ingest.values import cells
from flowrisk.ingest.values.check_digits import cleaned
from flowrisk.ingest.values.position_kinds import kind_of_entry

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from pathlib import Path

    from flowrisk.ingest.readers.parsed import Hints, Parsed


DOLLARS_SINCE_ON = date(2023, 1, 3)
"""Filings from this day on state values in dollars, earlier ones in thousands (SEC release
34-95148, Form 13F, special instruction 9)."""

_ENTRY = ("informationTable", "infoTable")
_FILER = ("edgarSubmission", "headerData", "filerInfo")
_COVER = ("edgarSubmission", "formData", "coverPage")
_SUMMARY = ("edgarSubmission", "formData", "summaryPage")
_PATHS = frozenset({_ENTRY, _FILER, _COVER, _SUMMARY})


@dataclass(frozen=True, slots=True)
class Cover:
    """What the cover page and the header say; None where the file has no cover page."""

    manager_id: str | None = None
    manager_name: str | None = None
    as_of_on: date | None = None
    amendment_type: str | None = None
    entry_count: float | None = None
    value_total: float | None = None
    is_notice: bool = False


def read(path: Path, hints: Hints) -> Parsed:
    """Return the entries of one 13F filing, or of a whole ``INFOTABLE.tsv``.

    Options (PUTCALL) are derivatives, PRN amounts are debt, the rest is told by its title. The
    manager and the quarter are the cover page's, else the hints' (``--fund`` is the manager's CIK).

    Raises: DataError for a page, damaged XML, declarations, another form, or a table without a
        quarter where the hint gives none.
    """
    if thirteen_f_tables.is_table(path):
        return thirteen_f_tables.read(path, hints, DOLLARS_SINCE_ON)
    submission = edgar_xml.submission_of(path, read_text(path))
    collected = Collected()
    cover, is_13f = Cover(manager_id=submission.cik), False
    for document in submission.documents:
        for where, element in edgar_xml.streamed(path, document, _PATHS):
            if where == _ENTRY:
                collected.read_count += 1
                _take(len(collected.managers) + len(collected.rejects) + 1, element, collected)
            else:
                cover = _covered(cover, where, element)
        is_13f = is_13f or edgar_xml.root_name(path, document) == _ENTRY[0] or cover.is_notice
    if not is_13f:
        raise _foreign(path, submission.documents[0])
    entries = [repr({**row, "row_number": 0}) for row in collected.managers]
    refuse_doubled(path, len(entries), len(set(entries)))
    _stamp(path, submission, cover, hints, collected)
    _compare_totals(cover, collected)
    return collected.frozen()


def value_unit(published_on: date | None) -> str | None:
    """Return ``usd`` or ``thousand_usd`` by the filing date, None where it is not known."""
    if published_on is None:
        return None
    return "usd" if published_on >= DOLLARS_SINCE_ON else "thousand_usd"


def _covered(cover: Cover, where: tuple[str, ...], element: ET.Element) -> Cover:
    found, below = edgar_xml.texts(element), edgar_xml.children(element)
    if where == _FILER:
        filer = edgar_xml.children(below["filer"]) if "filer" in below else {}
        credentials = edgar_xml.texts(filer["credentials"]) if "credentials" in filer else {}
        cik = cleaned(credentials.get("cik")) or cover.manager_id
        period = cells.day(found.get("periodOfReport"), "mdy")
        return replace(cover, manager_id=cik, as_of_on=period or cover.as_of_on)
    if where == _SUMMARY:
        return replace(
            cover,
            entry_count=_total(found.get("tableEntryTotal")),
            value_total=_total(found.get("tableValueTotal")),
        )
    manager = edgar_xml.texts(below["filingManager"]) if "filingManager" in below else {}
    return replace(
        cover,
        manager_name=cells.tidied(manager.get("name")) or None,
        as_of_on=cells.day(found.get("reportCalendarOrQuarter"), "mdy") or cover.as_of_on,
        amendment_type=_amendment_type(found, below),
        is_notice="NOTICE" in found.get("reportType", "").upper(),
    )


def _amendment_type(found: dict[str, str], below: dict[str, ET.Element]) -> str | None:
    if found.get("isAmendment", "").casefold() not in {"true", "y", "1"}:
        return None
    info = edgar_xml.texts(below["amendmentInfo"]) if "amendmentInfo" in below else {}
    return info.get("amendmentType", "").upper() or "AMENDMENT"


def _take(row_number: int, element: ET.Element, collected: Collected) -> None:
    stated, below = edgar_xml.texts(element), edgar_xml.children(element)
    amount = edgar_xml.texts(below["shrsOrPrnAmt"]) if "shrsOrPrnAmt" in below else {}
    name, title = cells.tidied(stated.get("nameOfIssuer")), cells.tidied(stated.get("titleOfClass"))
    notes: list[str] = []
    try:
        shares = cells.number(amount.get("sshPrnamt"))
        value = cells.number(stated.get("value"))
    except ValueError as failure:
        collected.reject(row_number, "shares_or_value_not_a_number", str(failure), name or None)
        return
    if shares is None:
        collected.reject(row_number, "no_shares", name, name or None)
        return
    is_principal = amount.get("sshPrnamtType", "").upper() == "PRN"
    option = cleaned(stated.get("putCall"))
    collected.managers.append(
        {
            **identified({"cusip": stated.get("cusip"), "figi": stated.get("figi")}, notes),
            "row_number": row_number,
            "issuer_name": name or None,
            "title": title or None,
            "kind": kind_of_entry(name, title, option=option, is_principal=is_principal),
            "shares": shares,
            "value_filed": value,
            "note": "; ".join([*notes, *([option.lower()] if option else [])]) or None,
        }
    )


def _stamp(
    path: Path, submission: edgar_xml.Submission, cover: Cover, hints: Hints, collected: Collected
) -> None:
    as_of_on = cover.as_of_on or hints.as_of_on
    if as_of_on is None:
        raise DataError(
            f"The file {path.name} does not say which quarter its entries describe.",
            facts={"cover page": "none in the file"},
            remedy="Add the quarter's last day with --as-of, and the manager's CIK with --fund.",
        )
    published_on = cells.day(submission.filed)
    unit = value_unit(published_on)
    if unit != "usd":
        collected.notes.append(
            "values are in thousands of dollars by the filing date: kept as filed, not rescaled"
            if unit
            else "the filing date is not known, so it is not known whether values are in dollars"
        )
    key = {
        "manager_id": _manager_id(path, submission, cover, hints, collected),
        "manager_name": cover.manager_name,
        "as_of_on": as_of_on,
        "published_on": published_on,
        "accession": submission.accession,
        "amendment_type": cover.amendment_type,
        "value_unit": unit,
    }
    for row in collected.managers:
        row |= {**key, "market_value_usd": row["value_filed"] if unit == "usd" else None}


def _manager_id(
    path: Path, submission: edgar_xml.Submission, cover: Cover, hints: Hints, collected: Collected
) -> str:
    manager_id = cover.manager_id or hints.fund_id
    if manager_id is None:
        manager_id = submission.accession or slug(path.stem) or "unknown"
        collected.notes.append(f"the file names no manager: kept as {manager_id}; give --fund")
    return manager_id.zfill(10) if manager_id.isdigit() else manager_id


def _compare_totals(cover: Cover, collected: Collected) -> None:
    if cover.is_notice:
        collected.notes.append("a 13F notice: the manager's positions are in others' reports")
    listed_count = len(collected.managers) + len(collected.rejects)
    if cover.entry_count is not None and cover.entry_count != listed_count:
        collected.notes.append(
            f"the cover page counts {cover.entry_count:,.0f} entries, the table {listed_count:,}"
        )
    total = sum(row["value_filed"] or 0 for row in collected.managers)
    if cover.value_total is not None and abs(cover.value_total - total) > 1:
        collected.notes.append(
            f"the cover page totals {cover.value_total:,.0f}, the table {total:,.0f}"
        )


def _total(text: str | None) -> float | None:
    try:
        return cells.number(text)
    except ValueError:
        return None


def _foreign(path: Path, document: str) -> DataError:
    return DataError(
        f"The file {path.name} is no Form 13F: it has no informationTable.",
        facts={"root": edgar_xml.root_name(path, document) or "none", "begins": document[:80]},
        remedy="Pick the format that the file is in; the table is the filing's second document.",
    )

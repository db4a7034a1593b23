"""One Form N-PORT filing: ``primary_doc.xml``, or the full EDGAR submission around it.

Never searches below the direct children of a holding: nested derivatives repeat its elements. Never
converts with ``exchangeRt``: ``valUSD`` is dollars already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowrisk.errors import DataError, join_names
from flowrisk.ingest.formats.nport_readings import ticker_of
from flowrisk.ingest.readers import edgar_xml
from flowrisk.ingest.readers.decoding import read_text
from flowrisk.ingest.readers.holdings_file import identified
from flowrisk.ingest.readers.parsed import Collected, refuse_doubled
from flowrisk.ingest.values import cells
from flowrisk.ingest.values.check_digits import cleaned
from flowrisk.ingest.values.position_kinds import kind_of_listed

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from datetime import date
    from pathlib import Path

    from flowrisk.ingest.readers.parsed import Hints, Parsed


_HEADER = ("edgarSubmission", "headerData")
_GENERAL = ("edgarSubmission", "formData", "genInfo")
_FUND = ("edgarSubmission", "formData", "fundInfo")
_HOLDING = ("edgarSubmission", "formData", "invstOrSecs", "invstOrSec")
_DEBT_CATEGORIES = ("DBT", "ABS", "LON", "SN")
_LEAST_WEIGHT_RATIO = 0.5
_FUND_ISSUERS = frozenset({"RF", "PF"})
_VEHICLES = {"N-1A": "open_end_fund", "N-2": "closed_end_fund", "S-6": "uit"}


def read(path: Path, hints: Hints) -> Parsed:
    """Return the report and positions of one N-PORT filing; a filing may hold nothing.

    Equity is ASSET_CAT EC, Long, units NS, not issued by a registered fund. Shorts, preferreds,
    derivatives, held funds and debt are itemised with their own kinds. The fund is the series, else
    the registrant (unit trusts have no series), else the accession number.

    Raises: DataError for a page, damaged XML, declarations, another form, or a filing without a
        day where the hint gives none.
    """
    submission = edgar_xml.submission_of(path, read_text(path))
    collected = Collected()
    facts: dict[str, str] = {}
    is_nport = False
    for document in submission.documents:
        for where, element in edgar_xml.streamed(path, document, _PATHS):
            if where == _HOLDING:
                collected.read_count += 1
                _take(len(collected.positions) + len(collected.rejects) + 1, element, collected)
            else:
                is_nport = is_nport or where == _GENERAL
                facts |= _facts(where, element)
    if not is_nport:
        raise _foreign(path, submission.documents[0])
    if facts.get("liveTestFlag") == "TEST":
        collected.notes.append("the filing says it is a test, not a live one")
    positions = [repr({**row, "row_number": 0}) for row in collected.positions]
    refuse_doubled(path, len(positions), len(set(positions)))
    _report(path, submission, facts, hints, collected)
    return collected.frozen()


_PATHS = frozenset({_HEADER, _GENERAL, _FUND, _HOLDING})


def _facts(where: tuple[str, ...], element: ET.Element) -> dict[str, str]:
    found = edgar_xml.texts(element)
    filer = edgar_xml.children(element).get("filerInfo")
    if where == _HEADER and filer is not None:
        found |= edgar_xml.texts(filer)
    return found


def _report(
    path: Path,
    submission: edgar_xml.Submission,
    facts: dict[str, str],
    hints: Hints,
    collected: Collected,
) -> None:
    fund_id = _fund_id(facts, submission, hints, collected)
    as_of_on = _as_of(path, facts, hints)
    for row in collected.positions:
        row |= {"fund_id": fund_id, "as_of_on": as_of_on}
    form, stated = facts.get("submissionType", ""), _stated_names(facts)
    collected.reports.append(
        {
            "fund_id": fund_id,
            "fund_name": stated[0] if stated else fund_id,
            "manager_name": stated[-1] if stated else None,
            "vehicle": _VEHICLES.get(facts.get("invstCompanyType", ""), "registered_fund"),
            "domicile": "US",
            "series_id": cleaned(facts.get("seriesId")),
            "accession": submission.accession,
            "as_of_on": as_of_on,
            "published_on": cells.day(submission.filed),
            "holdings_scope": _scope(collected),
            "is_amendment": form.endswith("/A"),
            "net_assets_usd": _amount(facts, "netAssets", collected.notes),
            "basis": "reported",
            "source": f"{path.name}: Form {form or 'N-PORT'}",
        }
    )


def _stated_names(facts: dict[str, str]) -> list[str]:
    """Return the names of the series and of the registrant, as far as the filing has them."""
    names = [cells.tidied(facts.get(name)) for name in ("seriesName", "regName")]
    return [name for name in names if not cells.is_missing(name)]


def _scope(collected: Collected) -> str:
    """Return ``full``, or ``excerpt`` where positions far too few to be the fund are listed."""
    weights = [row["weight_ratio"] for row in collected.positions if row["weight_ratio"]]
    total = sum(weights)
    if not weights or total >= _LEAST_WEIGHT_RATIO:
        return "full"
    collected.notes.append(f"weights sum to {total:.1%}: taken as an excerpt of the filing")
    return "excerpt"


def _take(row_number: int, element: ET.Element, collected: Collected) -> None:
    stated = edgar_xml.texts(element)
    notes: list[str] = []
    name = None if cells.is_missing(stated.get("name")) else cells.tidied(stated["name"])
    try:
        balance = cells.number(stated.get("balance"))
    except ValueError:
        collected.reject(row_number, "shares_not_a_number", stated["balance"], name)
        return
    weight = _amount(stated, "pctVal", notes)
    kind = _kind(element, stated, balance)
    if stated.get("units") not in {"NS", None} and kind not in {"debt", "derivative"}:
        notes.append(f"quantity in units {stated['units']}, not shares")
    collected.positions.append(
        {
            **_identity(element, stated, notes),
            "row_number": row_number,
            "issuer_name": name,
            "title": None if cells.is_missing(stated.get("title")) else stated["title"],
            "country": cleaned(stated.get("invCountry")),
            "kind": kind,
            "shares": balance,
            "market_value_usd": _amount(stated, "valUSD", notes),
            "weight_ratio": None if weight is None else weight / 100,
            "note": "; ".join(notes) or None,
        }
    )


def _identity(
    element: ET.Element, stated: dict[str, str], notes: list[str]
) -> dict[str, str | None]:
    group = edgar_xml.children(element).get("identifiers")
    values: dict[str, str | None] = {"cusip": stated.get("cusip"), "lei": stated.get("lei")}
    ticker, mic = None, None
    for child in group if group is not None else ():
        name = edgar_xml.local_name(child)
        value = child.get("value")
        if name in {"isin", "cusip", "sedol"} and cleaned(value):
            values[name] = value
        if name == "ticker":
            ticker, mic = ticker_of(value)
    return {**identified(values, notes), "ticker": ticker, "mic": mic}


def _kind(element: ET.Element, stated: dict[str, str], balance: float | None) -> str:
    found = edgar_xml.children(element)
    category = stated.get("assetCat") or _attribute(found.get("assetConditional"), "assetCat")
    issuer = stated.get("issuerCat") or _attribute(found.get("issuerConditional"), "issuerCat")
    if "derivativeInfo" in found or category in {"DCO", "DCR", "DE", "DFE", "DIR", "DO"}:
        return "derivative"
    if stated.get("payoffProfile") == "Short" or (balance or 0) < 0:
        return "short"
    if category == "STIV" or (category in {"EC", "EP"} and issuer in _FUND_ISSUERS):
        return "fund"
    if category == "EC":
        is_shares = stated.get("units") == "NS" and stated.get("payoffProfile") == "Long"
        return kind_of_listed("equity", stated.get("name", "")) if is_shares else "other"
    simple = {"EP": "preferred", "RA": "cash"}
    return simple.get(category) or ("debt" if category.startswith(_DEBT_CATEGORIES) else "other")


def _attribute(element: ET.Element | None, name: str) -> str:
    return "" if element is None else element.get(name, "")


def _amount(stated: dict[str, str], name: str, notes: list[str]) -> float | None:
    try:
        return cells.number(stated.get(name))
    except ValueError:
        notes.append(f"{name} {stated[name][:40]!r} is no number")
        return None


def _fund_id(
    facts: dict[str, str], submission: edgar_xml.Submission, hints: Hints, collected: Collected
) -> str:
    series = cleaned(facts.get("seriesId"))
    if hints.fund_id or series:
        return hints.fund_id or str(series)
    cik = cleaned(facts.get("regCik")) or submission.cik
    if cik:
        return cik.zfill(10)
    collected.notes.append("the filing names neither series nor registrant; give --fund")
    return f"accession:{submission.accession or 'unknown'}"


def _as_of(path: Path, facts: dict[str, str], hints: Hints) -> date:
    found = cells.day(facts.get("repPdDate")) or hints.as_of_on
    if found is None:
        raise DataError(
            f"The filing {path.name} does not say which day its positions describe.",
            facts={"repPdDate": facts.get("repPdDate", "missing")},
            remedy="Add the day with --as-of YYYY-MM-DD.",
        )
    return found


def _foreign(path: Path, document: str) -> DataError:
    return DataError(
        f"The file {path.name} is no Form N-PORT: it has no edgarSubmission/formData/genInfo.",
        facts={"root": edgar_xml.root_name(path, document) or "none", "begins": document[:80]},
        remedy=f"Pick the format that the file is in ({join_names(['13f', 'nport'])}).",
    )

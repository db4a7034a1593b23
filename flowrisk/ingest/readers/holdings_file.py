"""The table of an issuer's holdings file → reports, positions and rejects.

Shared by the formats of issuers; knows what they have in common and none of them by name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from flowrisk.errors import DataError, join_names
from flowrisk.ingest.readers.fund_names import own_fund_of
from flowrisk.ingest.readers.parsed import Collected, only_fund, refuse_doubled, slug
from flowrisk.ingest.values import cells, check_digits
from flowrisk.ingest.values.columns import Evidence, Readings, decide
from flowrisk.ingest.values.position_kinds import kind_of_name
from flowrisk.question.matching.exchanges import ticker_and_mic

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from flowrisk.ingest.readers.parsed import Hints, Parsed
    from flowrisk.ingest.readers.tabular import Line, Table


_LEAST_WEIGHT_RATIO, _MOST_WEIGHT_RATIO = 0.95, 1.05
_OFF_PRICE_RATIO = 0.05
_ONE_WORD = re.compile(r"[^\s/\\]{1,40}")
_NUMBERS = ("shares", "value", "weight", "price")
_WITH_UNITS = frozenset({"shares", "value"})
# the form of an identifier, whatever its check digit, or what a spreadsheet makes of one; dummies
# of private companies (PPOPENAIC) have neither
_SPOILT = re.compile(r"[A-Z]{2}[A-Z0-9]{9}\d|[A-Z0-9*@#]{8}\d|\d(\.\d+)?E\+?\d+")
# a number of more digits than a spreadsheet had room for
_ROUNDED = re.compile(r"\s*\d([.,]\d{1,3})?[eE]\+?(0?[5-9]|1\d)\s*")
_IDENTIFYING = ("ticker", "isin", "cusip", "sedol")
_CHECKS = (
    ("isin", check_digits.is_isin),
    ("cusip", check_digits.is_cusip),
    ("sedol", check_digits.is_sedol),
    ("figi", check_digits.is_figi),
    ("lei", check_digits.is_lei),
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a position is and where it is listed, as far as its row says."""

    kind: str
    mic: str | None = None
    country: str | None = None
    is_in_usd: bool = True


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who publishes files of a format, and how a row of them tells its ``Place``.

    ``convention`` is the order in which the issuer itself writes days in figures, and ``mark`` its
    decimal mark, where it publishes in one language only.
    """

    manager_name: str
    format_name: str
    place_of: Callable[[Line], Place]
    convention: str = ""
    mark: str = ""
    vehicle: str = "etf"


@dataclass(frozen=True, slots=True)
class Stated:
    """What the lines above a table say about all of its rows; empty where they say nothing."""

    fund_name: str = ""
    ticker: str = ""
    day: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


def parse_holdings_file(
    path: Path, table: Table, issuer: Issuer, stated: Stated, hints: Hints
) -> Parsed:
    """Return what the table of one holdings file says.

    Fund and day are those of the row, else of the lines above the table, else of the hints; the
    fund is else the ticker in the issuer's own file name, else a slug of its name.

    Raises: DataError where the file lists nothing, names no day, no row can be read, or rows stand
        there twice;
        QuestionError where ``--fund`` names one fund and the file holds several.
    """
    if not table.lines:
        raise _no_data(path, stated.day)
    readings = readings_of(path, table, stated, hints, issuer)
    collected = Collected(
        read_count=len(table.lines), notes=[*readings.notes, *_unused_notes(path, table)]
    )
    refuse_doubled(path, len(table.lines), len({line.text for line in table.lines}))
    dated = "date" in table.header and any(map(readings.day, table.column("date")))
    funds = {
        line.get("fund") for line in table.lines
        if not dated or readings.day(line.get("date"))
    } - {""}  # fmt: skip
    own_fund = (
        "" if funds else own_fund_of(path, stated.ticker, stated.fund_name, hints, collected.notes)
    )
    fund_ids = _fund_ids(path, sorted(funds) or [own_fund], hints)
    usual_day = None if dated else _day_of_file(path, stated.day, readings, hints)
    if hints.as_of_on and usual_day != hints.as_of_on:
        collected.notes.append("the file states its days itself; --as-of was not used")
    for line in table.lines:
        fund = line.get("fund") if funds else next(iter(fund_ids))
        day = usual_day or readings.day(line.get("date"))
        if day and fund in fund_ids:
            key = {"fund_id": fund_ids[fund], "as_of_on": day}
            _take(line, collected, issuer.place_of(line), key, readings)
        else:
            reason = line.fault or "no_fund_or_day"
            collected.reject(line.row_number, reason, line.text, line.get("name") or None)
    _report(path, collected, table, issuer, replace(stated, names=_names(fund_ids, stated)))
    return collected.frozen()


def _fund_ids(path: Path, stated: Sequence[str], hints: Hints) -> Mapping[str, str]:
    """Map the funds that a file states to their ids: as stated where that is one word.

    Raises: DataError where two of them would be one; QuestionError as ``only_fund``.
    """
    named = only_fund(stated, hints)
    ids = {
        fund: as_id if _ONE_WORD.fullmatch(as_id) else slug(as_id) for fund, as_id in named.items()
    }
    if hints.fund_id is None and len(set(ids.values())) < len(ids):
        raise DataError(
            f"Two funds of {path.name} have names that differ in marks only.",
            facts={"funds": join_names(ids)},
            remedy="Name them apart.",
        )
    return ids


def _names(fund_ids: Mapping[str, str], stated: Stated) -> Mapping[str, str]:
    if len(fund_ids) == 1 and stated.fund_name:
        return {next(iter(fund_ids.values())): stated.fund_name}
    return {as_id: fund for fund, as_id in fund_ids.items()}


def readings_of(path: Path, table: Table, stated: Stated, hints: Hints, issuer: Issuer) -> Readings:
    """Return how the figures and days of a holdings table are to be read.

    Raises: DataError where that cannot be told.
    """
    evidence = Evidence(
        dates=hints.dates,
        decimal=hints.decimal,
        convention=issuer.convention,
        mark=issuer.mark,
        delimiter=table.delimiter,
        witness=lambda readings: sum(_is_product(line, readings) for line in table.lines),
    )
    decided = decide(
        path.name,
        numbers={name: table.column(name) for name in _NUMBERS if name in table.header},
        days=[*table.column("date"), stated.day],
        evidence=evidence,
    )
    factors = {
        name: factor
        for name in _WITH_UNITS
        if (factor := cells.factor_of(table.header.get(name, ""))) > 1
    }
    said = [f"{table.header[name]!r} counts in {factor:,.0f}" for name, factor in factors.items()]
    rounded = next((cell for cell in table.column("shares") if _ROUNDED.fullmatch(cell)), None)
    if rounded:
        said.append(
            f"{path.name}: shares such as {rounded} are rounded, as a spreadsheet shows them"
        )
    return replace(decided, factors=factors, notes=(*decided.notes, *sorted(said)))


def _is_product(line: Line, readings: Readings) -> bool:
    """Tell whether value is shares times price, as it is under the right reading."""
    try:
        value, shares, price = (
            readings.number(name, line.get(name)) for name in ("value", "shares", "price")
        )
    except ValueError:
        return False
    return bool(
        value and shares and price and abs(value / (shares * price) - 1) <= _OFF_PRICE_RATIO
    )


def _unused_notes(path: Path, table: Table) -> list[str]:
    notes = []
    if table.unused:
        unused = join_names(table.unused, at_most_count=30)
        notes.append(f"{path.name}: columns not used: {unused}")
    if table.other_sheets:
        others = join_names(table.other_sheets, at_most_count=30)
        notes.append(f"{path.name}: of its sheets {table.sheet} is read; --sheet reads {others}")
    return notes


def kind_without_class(line: Line) -> str:
    """Return the kind of a row whose format has no asset class: by its name, else equity.

    A row that neither a ticker nor an identifier names, not even one mistyped or spoilt by a
    spreadsheet, and whose name says nothing, is ``other``.
    """
    by_name = kind_of_name(line.get("name"))
    if by_name:
        return by_name
    named = _named(line, [])
    stated = (check_digits.cleaned(line.get(key)) or "" for key in (*_IDENTIFYING, "identifier"))
    is_meant = any(named[key] for key in _IDENTIFYING) or any(map(_SPOILT.fullmatch, stated))
    return "equity" if is_meant else "other"


def identified(stated: dict[str, str | None], notes: list[str]) -> dict[str, str | None]:
    """Return the identifiers that pass their check digits; objections are added to ``notes``."""
    identity: dict[str, str | None] = {}
    for name, check in _CHECKS:
        identity[name], objection = check_digits.valid(stated.get(name), check)
        if objection:
            notes.append(objection)
    return identity


def _shares(line: Line, readings: Readings) -> float | None:
    """Return the shares of a line.

    Raises: ValueError where the cell is no number of shares, but say a percentage.
    """
    cell = line.get("shares")
    if cell.rstrip().endswith("%"):
        raise ValueError(cell)
    return readings.number("shares", cell, has_units=True)


def _take(
    line: Line, collected: Collected, place: Place, key: dict[str, Any], readings: Readings
) -> None:
    """Add one line to the positions, refused ones with their reason, or to the rejects where
    nothing in it can be trusted."""
    notes: list[str] = []
    named, shares, refusal, refused = _named(line, notes, place.mic), None, None, ""
    try:
        shares = _shares(line, readings)
    except ValueError:
        refusal, refused = "shares_not_a_number", line.get("shares")
    value = _optional(line, "value", readings, notes)
    weight = _optional(line, "weight", readings, notes)
    fault = line.fault or (not refusal and _objection(named, (shares, value, weight)))
    if fault or (refusal and not any(named.values())):
        collected.reject(line.row_number, fault or refusal or "", line.text, named["issuer_name"])
        return
    _note_price(line, shares, value, readings, notes)
    is_short = place.kind == "equity" and shares is not None and shares < 0
    amounts = {
        "kind": "short" if is_short else place.kind,
        "shares": shares,
        "market_value_usd": value if place.is_in_usd else None,
        "weight_ratio": None if weight is None else weight / 100,
        "note": "; ".join(notes) or None,
        "refusal": refusal,
        "refused_value": refused[:200] or None,
    }
    where = {"row_number": line.row_number, "country": place.country}
    mic = place.mic or named["mic"]
    collected.positions.append({**key, **named, **where, **amounts, "mic": mic})


def _named(line: Line, notes: list[str], stated_mic: str | None = None) -> dict[str, str | None]:
    stated: dict[str, str | None] = {name: line.get(name) for name, _ in _CHECKS}
    loose = check_digits.cleaned(line.get("identifier"))
    if loose:
        fits = (name for name, check in _CHECKS[:3] if check(check_digits.compact(loose)))
        stated[next(fits, "cusip")] = loose
    symbol, mic = ticker_and_mic(check_digits.cleaned(line.get("ticker")) or "", stated_mic)
    return {
        **identified(stated, notes),
        "issuer_name": line.get("name") or None,
        "title": line.get("title") or None,
        "ticker": symbol or None,
        "mic": mic,
    }


def _objection(named: dict[str, str | None], amounts: tuple[float | None, ...]) -> str | None:
    if all(amount is None for amount in amounts):
        return "no_shares_value_or_weight"
    return None if any(named.values()) else "no_name_and_no_identifier"


def _optional(line: Line, column: str, readings: Readings, notes: list[str]) -> float | None:
    try:
        return readings.number(column, line.get(column), has_units=column in _WITH_UNITS)
    except ValueError:
        notes.append(f"{column} {line.get(column)[:40]!r} is no number")
        return None


def _note_price(
    line: Line, shares: float | None, value: float | None, readings: Readings, notes: list[str]
) -> None:
    price = _optional(line, "price", readings, notes)
    if not (shares and value and price) or line.get("asset_class").casefold() != "equity":
        return
    off = abs(value / (shares * price) - 1)
    if off > _OFF_PRICE_RATIO:
        notes.append(f"value is {off:.0%} off shares times price")


def _report(path: Path, collected: Collected, table: Table, issuer: Issuer, stated: Stated) -> None:
    is_percent_stated = "%" in table.header.get("weight", "")
    groups: dict[tuple[str, date], list[dict[str, Any]]] = {}
    for row in collected.positions:
        groups.setdefault((row["fund_id"], row["as_of_on"]), []).append(row)
    for (fund_id, as_of_on), rows in groups.items():
        scope = _judged_scope(collected, rows, is_percent_stated=is_percent_stated)
        if "shares" not in table.header:
            scope = "weights"
        collected.reports.append(
            {
                "fund_id": fund_id,
                "fund_name": stated.names.get(fund_id) or fund_id,
                "manager_name": issuer.manager_name,
                "vehicle": issuer.vehicle,
                "as_of_on": as_of_on,
                "holdings_scope": scope,
                "is_amendment": False,
                "basis": "reported",
                "source": f"{path.name}: {issuer.format_name}",
            }
        )


def _judged_scope(
    collected: Collected, rows: list[dict[str, Any]], *, is_percent_stated: bool
) -> str:
    """Return ``full``, or ``excerpt`` where the weights show that rows are missing.

    Weights of a whole fund sum to about 1. Where the file does not say "per cent" and they sum to
    about 0.01 they were ratios already, and are read so, with a note. Below 0.95 the listing may be
    cut off: an excerpt never says that a security was sold.
    """
    weighted = [row for row in rows if row["weight_ratio"] is not None]
    total = sum(row["weight_ratio"] for row in weighted)
    where = f"{rows[0]['fund_id']} on {rows[0]['as_of_on']}"
    if not is_percent_stated and _LEAST_WEIGHT_RATIO <= total * 100 <= _MOST_WEIGHT_RATIO:
        for row in weighted:
            row["weight_ratio"] *= 100
        collected.notes.append(f"{where}: weights sum to 1, so they were read as ratios")
        return "full"
    if not weighted or _LEAST_WEIGHT_RATIO <= total <= _MOST_WEIGHT_RATIO:
        return "full"
    once = {repr({**row, "row_number": 0}): row["weight_ratio"] for row in weighted}
    if len(once) < len(weighted) and sum(once.values()) <= _MOST_WEIGHT_RATIO < total:
        raise DataError(
            "Rows of the file stand there twice.",
            facts={"report": where, "weights sum to": f"{total:.1%}",
                   "each row once": f"{sum(once.values()):.1%}"},
            remedy="It was written or downloaded twice into one file: download it again.",
        )  # fmt: skip
    is_cut = total < _LEAST_WEIGHT_RATIO
    outcome = "; taken as an excerpt, so no absence counts as a sale" if is_cut else ""
    collected.notes.append(f"{where}: weights sum to {total:.1%}, not 95 to 105 per cent{outcome}")
    return "excerpt" if is_cut else "full"


def _day_of_file(path: Path, stated: str, readings: Readings, hints: Hints) -> date:
    found = readings.day(stated) or hints.as_of_on
    if found:
        return found
    raise DataError(
        f"The file {path.name} does not say which day its positions describe.",
        facts={"stated": stated or "nothing"},
        remedy="Add the day with --as-of YYYY-MM-DD.",
    )


def _no_data(path: Path, stated: str) -> DataError:
    return DataError(
        f"The issuer has no data for that date: {path.name} lists no position.",
        facts={"holdings as of": stated or "not stated"},
        remedy="Download the file for a trading day.",
    )

"""Any table of holdings, read by a profile: an issuer's that is shipped, or one of the user's own.

Knows no layout itself; what it knows is what columns may mean.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from flowrisk.errors import QuestionError, join_names
from flowrisk.ingest.readers.holdings_file import (
    Issuer,
    Place,
    Stated,
    kind_without_class,
    parse_holdings_file,
)
from flowrisk.ingest.readers.sheets import from_frame, read_any
from flowrisk.ingest.values import cells
from flowrisk.ingest.values.position_kinds import kind_of_listed
from flowrisk.question.matching.exchanges import country_of_name, mic_of_exchange

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.ingest.readers.parsed import Hints, Parsed
    from flowrisk.ingest.readers.profiles import Profile
    from flowrisk.ingest.readers.tabular import Line, Table


_MIC = re.compile(r"[A-Z][A-Z0-9]{3}")
_COUNTRY = re.compile(r"[A-Z]{2}")


def read(path: Path, hints: Hints) -> Parsed:
    """Return the positions of a table, read by the profile that the hints carry.

    Raises: QuestionError without a profile; DataError where the file has not the columns, names no
        day, or no row can be read.
    """
    if hints.profile is None:
        raise QuestionError(
            "A table needs to be told what its columns mean.",
            facts={"file": path},
            remedy="Give --columns shares=Quantity,isin=ISIN,…, or --profile FILE.toml.",
        )
    profile = hints.profile
    return read_profile(path, profile, hints)


def read_profile(path: Path, profile: Profile, hints: Hints) -> Parsed:
    """Return the positions of a file of a profile's layout; as ``read``."""
    table = read_any(path, profile.wanted(), format_name=profile.title, sheet=hints.sheet)
    return _parsed(path, table, profile, hints)


def read_frame(frame: pl.DataFrame, profile: Profile, hints: Hints, name: str) -> Parsed:
    """Return the positions of a frame; ``name`` stands for it where a file's name would."""
    path = Path(name)
    table = from_frame(path, frame, profile.wanted(), format_name="frame")
    return _parsed(path, table, profile, hints)


def _parsed(path: Path, table: Table, profile: Profile, hints: Hints) -> Parsed:
    table = _with_constants(table, profile, hints)
    issuer = Issuer(
        manager_name=profile.manager,
        format_name=profile.title,
        place_of=_place_of,
        convention=profile.dates,
        mark=profile.decimal,
        vehicle=profile.vehicle,
    )
    parsed = parse_holdings_file(path, table, issuer, _stated(table, profile), hints)
    return replace(parsed, notes=(*parsed.notes, *_currency_notes(table)))


def _with_constants(table: Table, profile: Profile, hints: Hints) -> Table:
    constants = {name: text for name, text in profile.constants.items() if name not in table.header}
    if hints.currency and "currency" not in table.header:
        constants["currency"] = hints.currency
    lines = [replace(line, cells={**constants, **line.cells}) for line in table.lines]
    header = {**table.header, **{name: name for name in constants}}
    return replace(table, lines=lines, header=header)


def _stated(table: Table, profile: Profile) -> Stated:
    above = [" ".join(filter(None, map(cells.tidied, row))) for row in table.preamble]
    found = {
        what: next((m.group(1) for text in above if (m := re.search(pattern, text))), "")
        for what, pattern in profile.above.items()
    }
    fund = found.get("fund", "") or (_fund_line(table, profile) if profile.fund_line else "")
    ticker = found.get("ticker", "").upper()
    return Stated(fund_name=fund.strip(), ticker=ticker, day=found.get("date", "").strip(" ."))


def _fund_line(table: Table, profile: Profile) -> str:
    """Return the first line above the table that is one cell, and neither a day nor a label."""
    for row in table.preamble:
        filled = [cells.tidied(cell) for cell in row if not cells.is_missing(cell)]
        if not filled or cells.day(filled[0]):
            continue
        is_label = any(re.search(pattern, filled[0]) for pattern in profile.above.values())
        return filled[0] if len(filled) == 1 and not is_label else ""
    return ""


def _place_of(line: Line) -> Place:
    stated_class = line.get("asset_class")
    mic = line.get("mic").upper()
    country = line.get("country")
    traded_in = line.get("market_currency").upper()
    is_us = traded_in == "USD" and not line.get("exchange") and not country
    return Place(
        kind=kind_of_listed(stated_class, line.get("name"))
        if stated_class
        else kind_without_class(line),
        mic=mic if _MIC.fullmatch(mic) else mic_of_exchange(line.get("exchange"), traded_in),
        country=country_of_name(country)
        or (country if _COUNTRY.fullmatch(country) else None)
        or ("US" if is_us else None),
        is_in_usd=line.get("currency").upper() == "USD",
    )


def _currency_notes(table: Table) -> tuple[str, ...]:
    if "value" not in table.header:
        return ()
    others = {line.get("currency").upper() for line in table.lines if not line.fault} - {"USD"}
    if not others:
        return ()
    stated = join_names(sorted(name or "none stated" for name in others))
    asked = "; --currency says it" if "" in others else ""
    return (f"values in another currency than USD are null ({stated}{asked})",)

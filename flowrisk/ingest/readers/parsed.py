"""The one shape that every parser returns: reports, positions, rejects, managers, prices, notes.

Owns the columns and their types; reads no file and resolves no identifier.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from flowrisk.errors import DataError, ModelError, QuestionError, join_names

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from flowrisk.ingest.readers.profiles import Profile


Schema = Mapping[str, "pl.DataType | type[pl.DataType]"]
Row = Mapping[str, Any]

KINDS = ("equity", "fund", "preferred", "derivative", "short", "debt", "cash", "other")
"""What a position is. Only ``equity`` is ever summed as shares; the others are itemised."""

REPORTS: Schema = {
    "fund_id": pl.String,
    "fund_name": pl.String,
    "manager_name": pl.String,
    "vehicle": pl.String,
    "domicile": pl.String,
    "series_id": pl.String,
    "accession": pl.String,
    "as_of_on": pl.Date,
    "published_on": pl.Date,
    "holdings_scope": pl.String,
    "is_amendment": pl.Boolean,
    "net_assets_usd": pl.Float64,
    "basis": pl.String,
    "source": pl.String,
}
"""One row a listing of positions; ``holdings_scope`` is full or excerpt."""

_SECURITY: Schema = {
    "row_number": pl.Int64,
    "issuer_name": pl.String,
    "title": pl.String,
    "isin": pl.String,
    "cusip": pl.String,
    "sedol": pl.String,
    "figi": pl.String,
    "lei": pl.String,
    "ticker": pl.String,
    "mic": pl.String,
    "country": pl.String,
    "kind": pl.String,
    "shares": pl.Float64,
    "market_value_usd": pl.Float64,
    "weight_ratio": pl.Float64,
    "note": pl.String,
}

POSITIONS: Schema = {
    "fund_id": pl.String,
    "as_of_on": pl.Date,
    **_SECURITY,
    "refusal": pl.String,
    "refused_value": pl.String,
}
"""One row a position as the file lists it; several rows of one security stay several.

``country`` is the two-letter code where the file states one (it tells a US from a Canadian
CUSIP); ``note`` says what was refused or restored in the row. ``shares`` is the quantity as listed:
of debt it is principal, of cash an amount, of derivatives contracts; it counts shares only for
equity, fund, preferred and short. ``refusal`` says why a row that names its security cannot be
counted: what is not readable is not sold.
"""

MANAGERS: Schema = {
    "manager_id": pl.String,
    "manager_name": pl.String,
    "as_of_on": pl.Date,
    "published_on": pl.Date,
    "accession": pl.String,
    "amendment_type": pl.String,
    "value_filed": pl.Float64,
    "value_unit": pl.String,
    **_SECURITY,
}
"""One row a 13F entry. ``amendment_type`` is null (an original), RESTATEMENT (replaces), NEW
HOLDINGS (adds) or AMENDMENT (an amendment that does not say which). ``value_filed`` is as filed, in
``value_unit``: usd, thousand_usd or null (unknown). ``market_value_usd`` is null unless the unit is
usd: nothing is rescaled."""

REJECTS: Schema = {
    "row_number": pl.Int64,
    "reason": pl.String,
    "value": pl.String,
    "issuer_name": pl.String,
}
"""One row a refused line: why, and the offending text."""

PRICES: Schema = {
    "security": pl.String,
    "mic": pl.String,
    "row_number": pl.Int64,
    "priced_on": pl.Date,
    "close": pl.Float64,
    "currency": pl.String,
    "volume_shares": pl.Float64,
    "note": pl.String,
}
"""One row a security and day: ``security`` is the name the file or the hint gives (a ticker, a
coin, an identifier), ``close`` is in ``currency`` (null = the file states none), unadjusted or
adjusted as the file has it."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What a file does not say itself and the user adds.

    Args:
        fund_id: the fund.
        as_of_on: the day.
        security: whose prices they are.
        dates: the order of days in figures, ``dmy``, ``mdy`` or ``ymd``.
        decimal: the decimal mark, ``.`` or ``,``.
        currency: the currency of values and prices, an ISO code.
        sheet: the sheet of a workbook.
        profile: what the columns of a table mean.
        splits: ``raw`` or ``adjusted``: whether closes before a split are adjusted for it.
        is_replacing: whether prices replace those known even where they differ by a factor.
        known_closes: day → close in US dollars of a security that the dataset knows, by any name;
            tells which reading of a price file agrees with it.
    """

    fund_id: str | None = None
    as_of_on: date | None = None
    security: str | None = None
    dates: str = ""
    decimal: str = ""
    currency: str = ""
    sheet: str = ""
    profile: Profile | None = None
    splits: str = ""
    is_replacing: bool = False
    known_closes: Callable[[str], Mapping[date, float]] = lambda _: {}


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one file says, in the house's columns. Frames that a format has not are empty."""

    reports: pl.DataFrame
    positions: pl.DataFrame | pl.LazyFrame
    rejects: pl.DataFrame
    managers: pl.DataFrame | pl.LazyFrame
    prices: pl.DataFrame
    notes: tuple[str, ...] = ()
    read_count: int = 0
    repeated_count: int = 0


@dataclass(slots=True)
class Collected:
    """Rows while a file is being read; ``frozen`` turns them into a ``Parsed``.

    ``read_count`` are the rows that the file has, counted before any is judged; ``repeated_count``
    those that say again what another says.
    """

    read_count: int = 0
    repeated_count: int = 0

    reports: list[dict[str, Any]] = field(default_factory=list)
    positions: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[dict[str, Any]] = field(default_factory=list)
    managers: list[dict[str, Any]] = field(default_factory=list)
    prices: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def reject(self, row_number: int, reason: str, value: str, issuer_name: str | None) -> None:
        """Keep a refused line with its reason (a short slug) and the offending text."""
        refused = {"reason": reason, "value": value[:200], "issuer_name": issuer_name}
        self.rejects.append({"row_number": row_number, **refused})

    def frozen(self) -> Parsed:
        """Return the rows as validated frames.

        Raises: DataError where every row of the file was refused; ModelError where a row is in
            none of the frames.
        """
        usable = [row for row in self.positions if not row.get("refusal")]
        refused = [
            {"row_number": row["row_number"], "reason": row["refusal"],
             "value": row["refused_value"]}
            for row in self.positions if row.get("refusal")
        ]  # fmt: skip
        if (self.rejects or refused) and not (usable or self.managers or self.prices):
            raise _all_refused([*self.rejects, *refused])
        return assembled(
            read_count=self.read_count,
            repeated_count=self.repeated_count,
            reports=frame(self.reports, REPORTS),
            positions=frame(self.positions, POSITIONS),
            rejects=frame(self.rejects, REJECTS),
            managers=frame(self.managers, MANAGERS),
            prices=frame(self.prices, PRICES),
            notes=self.notes,
        )


def empty(schema: Schema) -> pl.DataFrame:
    """Return a frame with the columns of a schema and no rows."""
    return pl.DataFrame(schema=dict(schema))


def frame(rows: Sequence[Row], schema: Schema) -> pl.DataFrame:
    """Return rows as a frame of a schema; a column that a row lacks is null there."""
    columns = {name: [row.get(name) for row in rows] for name in schema}
    try:
        return pl.DataFrame(columns, schema=dict(schema))
    except UnicodeEncodeError as error:
        raise DataError(
            "The file holds characters that are none.",
            facts={"reason": error.reason, "at": repr(error.object[error.start : error.end])},
            remedy="Save it as UTF-8, or download it again.",
        ) from error


def assembled(
    *,
    reports: pl.DataFrame | None = None,
    positions: pl.DataFrame | pl.LazyFrame | None = None,
    rejects: pl.DataFrame | None = None,
    managers: pl.DataFrame | pl.LazyFrame | None = None,
    prices: pl.DataFrame | None = None,
    notes: Iterable[str] = (),
    read_count: int,
    repeated_count: int = 0,
) -> Parsed:
    """Return a Parsed of the frames given; the others are empty.

    Raises: ModelError where a frame lacks the columns or types of its schema, a position has a
    kind that is not one of KINDS, or a position belongs to no report: a parser is wrong.
    """
    parsed = Parsed(
        reports=empty(REPORTS) if reports is None else reports,
        positions=empty(POSITIONS) if positions is None else positions,
        rejects=empty(REJECTS) if rejects is None else rejects,
        managers=empty(MANAGERS) if managers is None else managers,
        prices=empty(PRICES) if prices is None else prices,
        notes=tuple(dict.fromkeys(notes)),
        read_count=read_count,
        repeated_count=repeated_count,
    )
    _require_schema("reports", parsed.reports, REPORTS)
    _require_schema("positions", parsed.positions, POSITIONS)
    _require_schema("rejects", parsed.rejects, REJECTS)
    _require_schema("managers", parsed.managers, MANAGERS)
    _require_schema("prices", parsed.prices, PRICES)
    if isinstance(parsed.positions, pl.DataFrame):
        _require_sense(parsed.reports, parsed.positions)
    _require_all(parsed)
    return parsed


def slug(text: str) -> str:
    """Return text in lower case with single hyphens: ``SPDR® S&P 500`` → ``spdr-s-p-500``."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


def only_fund(stated: Iterable[str], hints: Hints) -> Mapping[str, str]:
    """Map each fund that a file states to its fund_id: the hint's where there is one.

    Raises: QuestionError where the hint names one fund and the file holds several.
    """
    funds = list(dict.fromkeys(stated))
    if hints.fund_id is None:
        return {fund: fund for fund in funds}
    if len(funds) > 1:
        raise QuestionError(
            "The file holds several funds, but --fund names one.",
            facts={"--fund": hints.fund_id, "funds in the file": join_names(funds)},
            remedy="Leave --fund out, or split the file by fund.",
        )
    return dict.fromkeys(funds, hints.fund_id)


def refuse_doubled(path: Path, row_count: int, distinct_count: int) -> None:
    """Refuse a file of which every row stands there again, as after a resumed download.

    Args:
        row_count: rows that list something.
        distinct_count: those that differ in anything at all.

    Raises: DataError.
    """
    if row_count > 1 and distinct_count * 2 <= row_count:
        raise DataError(
            f"The file {path.name} holds its rows twice.",
            facts={"rows": f"{row_count:,}", "different rows": f"{distinct_count:,}"},
            remedy="It was written or downloaded twice into one file: download it again.",
        )


def _require_schema(name: str, given: pl.DataFrame | pl.LazyFrame, schema: Schema) -> None:
    found = dict(given.collect_schema())
    if found != dict(schema):
        wrong = sorted({n for n in {*found, *schema} if found.get(n) != schema.get(n)})
        raise ModelError(
            f"A parser built '{name}' with wrong columns or types.",
            facts={"differs in": join_names(wrong) or "the order of columns"},
        )


def _require_sense(reports: pl.DataFrame, positions: pl.DataFrame) -> None:
    unknown = positions.filter(~pl.col("kind").is_in(KINDS) | pl.col("kind").is_null())
    keys = ["fund_id", "as_of_on"]
    orphans = positions.join(reports, on=keys, how="anti")
    if unknown.height or orphans.height:
        raise ModelError(
            "A parser built positions of an unknown kind or without a report.",
            facts={
                "unknown kinds": join_names(unknown["kind"].unique().to_list()),
                "positions without a report": orphans.height,
            },
        )


def _require_all(parsed: Parsed) -> None:
    told_count = parsed.repeated_count + sum(
        frame.lazy().select(pl.len()).collect().item()
        for frame in (parsed.positions, parsed.managers, parsed.prices, parsed.rejects)
    )
    if told_count != parsed.read_count:
        raise ModelError(
            "Rows of the file are not accounted for.",
            facts={"read": parsed.read_count, "accounted for": told_count},
        )


def _all_refused(rejects: Sequence[Row]) -> DataError:
    reasons: dict[str, int] = {}
    for row in rejects:
        reasons[row["reason"]] = reasons.get(row["reason"], 0) + 1
    first = rejects[0]
    return DataError(
        "No row of the file could be read.",
        facts={
            **{reason: f"{count} rows" for reason, count in reasons.items()},
            "first": f"row {first['row_number']}: {first['value']!r}",
        },
        remedy="Check that the file is of this format and that its numbers use a decimal point.",
    )

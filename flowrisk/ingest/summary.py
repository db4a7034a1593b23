"""What an ingest did: taken, summed, itemised, refused, matched, flagged. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date

_SHOWN_COUNT = 6


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ingest is: rows read so far, bytes done and to do."""

    stage: str
    row_count: int
    byte_count: int
    total_byte_count: int


Watcher = Callable[[Progress], None]
"""Told each stage of an ingest, and within a long one how far it is."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many positions of a kind or reason, and their value where the file states one."""

    name: str
    row_count: int
    market_value_usd: float | None


@dataclass(frozen=True, slots=True)
class UnmatchedSecurity:
    """A security that the dataset lacked and the ingest created, with what is held of it."""

    security_id: str
    security_name: str
    row_count: int
    market_value_usd: float | None


@dataclass(frozen=True, slots=True)
class PriceFlag:
    """A position whose value ÷ shares is off the price by more than 5 %."""

    fund_id: str
    as_of_on: date
    security_id: str
    shares: float
    implied_usd: float
    close_usd: float
    deviation_ratio: float


@dataclass(frozen=True, slots=True)
class UnindexedFund:
    """A fund that no index is known for, by size."""

    fund_id: str
    fund_name: str
    net_assets_usd: float | None


@dataclass(frozen=True, slots=True)
class ReportFlag:
    """A report that is odd as a whole: taken as stated, and flagged."""

    fund_id: str
    as_of_on: date
    code: str
    value: float


@dataclass(frozen=True, slots=True)
class Summary:
    """One ingest in figures; ``as_dict`` is its JSON.

    ``taken`` are equity positions with a security, ``holding_count`` the rows they sum to;
    ``itemised`` are all other kinds; ``refused`` went to rejects.parquet; rows set aside belong to
    reports that are not taken, rows repeated say again what another says. These, and the prices,
    are all of ``row_count``. Match rates are shares
    (0-1) of the equity positions and of their value whose security the dataset knew; null where
    there is nothing to match. The lists are the largest of their kind; the counts beside them
    cover all.
    """

    is_dry_run: bool
    file_count: int
    row_count: int
    set_aside_row_count: int
    repeated_row_count: int
    report_count: int
    superseded_report_count: int
    taken: Tally
    holding_count: int
    manager_holding_count: int
    price_count: int
    itemised: tuple[Tally, ...]
    refused: tuple[Tally, ...]
    matched_by: tuple[Tally, ...]
    matched_row_ratio: float | None
    matched_value_ratio: float | None
    contradictory_count: int
    created_security_count: int
    created_securities: tuple[UnmatchedSecurity, ...]
    created_fund_count: int
    unindexed_fund_count: int
    unindexed_funds: tuple[UnindexedFund, ...]
    price_checked_count: int
    price_flag_count: int
    price_flags: tuple[PriceFlag, ...]
    report_flag_count: int
    report_flags: tuple[ReportFlag, ...]
    notes: tuple[str, ...]
    changed_paths: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """Return the summary as plain values, dates in ISO form."""
        plain = asdict(self)
        for name in ("price_flags", "report_flags"):
            for row in plain[name]:
                row["as_of_on"] = row["as_of_on"].isoformat()
        return plain

    def lines(self) -> list[str]:
        """Return the summary for people, one finding a line."""
        verb = "would take" if self.is_dry_run else "took"
        origin = f"{self.report_count:,} reports, {self.file_count:,} files"
        held = f"{verb} {_tally(self.taken)} as {self.holding_count:,} holdings"
        lines = [f"{held} ({origin}, {self.row_count:,} rows read)"]
        if self.superseded_report_count:
            lines.append(
                f"set aside {self.superseded_report_count:,} reports: a newer one is known"
            )
        if self.set_aside_row_count:
            lines.append(f"set aside with their reports: {self.set_aside_row_count:,} rows")
        for label, count in (
            ("manager positions (a cross-check, never summed in)", self.manager_holding_count),
            ("prices", self.price_count),
        ):
            if count:
                lines.append(f"{verb} {count:,} {label}")
        lines += [f"itemised, not summed: {_tally(tally)}" for tally in self.itemised]
        lines += [f"refused: {_tally(tally)}" for tally in self.refused]
        lines += self._matching_lines() + self._flag_lines()
        lines += [f"note: {note}" for note in self.notes]
        if not self.changed_paths and not self.is_dry_run:
            lines.append("nothing changed: the dataset has all of this already")
        return lines

    def _matching_lines(self) -> list[str]:
        if self.matched_row_ratio is None:
            return []
        value = "unknown" if self.matched_value_ratio is None else f"{self.matched_value_ratio:.1%}"
        by = ", ".join(f"{tally.name} {tally.row_count:,}" for tally in self.matched_by)
        lines = [
            f"matched to known securities: {self.matched_row_ratio:.1%} of rows, {value} of value"
            + (f" (by {by})" if by else "")
        ]
        if self.contradictory_count:
            lines.append(
                f"{self.contradictory_count:,} positions state identifiers of two securities: the "
                "first in the order CUSIP, ISIN, FIGI, LEI counted"
            )
        if self.created_security_count:
            names = "; ".join(
                f"{row.security_id} {row.security_name}"
                for row in self.created_securities[:_SHOWN_COUNT]
            )
            lines.append(
                f"created {self.created_security_count:,} securities the dataset lacked (settle "
                f"with --map): {names}"
            )
        return lines

    def _flag_lines(self) -> list[str]:
        lines = []
        if self.unindexed_fund_count:
            names = "; ".join(fund.fund_name for fund in self.unindexed_funds[:_SHOWN_COUNT])
            lines.append(
                f"{self.unindexed_fund_count:,} funds are not known to track an index, largest: "
                f"{names}"
            )
        if self.price_flag_count:
            worst = self.price_flags[0]
            lines.append(
                f"value ÷ shares is off the price by more than 5 % in {self.price_flag_count:,} of "
                f"{self.price_checked_count:,} positions checked, worst {worst.security_id} of "
                f"{worst.fund_id}: {worst.implied_usd:,.2f} against {worst.close_usd:,.2f}"
            )
        elif self.price_checked_count:
            lines.append(
                f"value ÷ shares is within 5 % of the price in all {self.price_checked_count:,} "
                "positions that have one"
            )
        lines += [
            f"{flag.fund_id} on {flag.as_of_on}: {flag.code} {flag.value:,.4g}"
            for flag in self.report_flags[:_SHOWN_COUNT]
        ]
        if self.report_flag_count > _SHOWN_COUNT:
            lines.append(f"… and {self.report_flag_count - _SHOWN_COUNT:,} more odd reports")
        return lines


def _tally(tally: Tally) -> str:
    value = "" if tally.market_value_usd is None else f", ${tally.market_value_usd:,.2f}"
    return f"{tally.row_count:,} {tally.name}{value}"

"""What an ingest did: taken, summed, itemised, refused, matched, flagged. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from flowrisk.engines.composing import own_name
from flowrisk.errors import printable
from flowrisk.ingest import accounting
from flowrisk.ingest.sql_steps import define

if TYPE_CHECKING:
    from datetime import date

    from flowrisk.engines.bulk import Bulk


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
        verb = "would load" if self.is_dry_run else "loaded"
        origin = f"{_counted(self.report_count, 'report')}, {_counted(self.file_count, 'file')}"
        held = f"{verb} {_tally(self.taken)} as {self.holding_count:,} holdings"
        lines = [f"{held} ({origin}, {_counted(self.row_count, 'row')})"]
        if self.superseded_report_count:
            lines.append(
                f"superseded by newer ones: {_counted(self.superseded_report_count, 'report')}"
            )
            lines[-1] += f" ({self.set_aside_row_count:,} rows)"
        for label, count in (
            ("manager positions (cross-check only)", self.manager_holding_count),
            ("prices", self.price_count),
        ):
            if count:
                lines.append(f"{verb} {count:,} {label}")
        lines += [f"excluded from share count: {_tally(tally)}" for tally in self.itemised]
        lines += [f"rejected: {_tally(tally)}" for tally in self.refused]
        lines += self._matching_lines() + self._flag_lines()
        lines += [f"note: {note}" for note in self.notes]
        if not self.changed_paths and not self.is_dry_run:
            lines.append("no change: already in the dataset")
        return [printable(line) for line in lines]

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
            created = _counted(self.created_security_count, "security", "securities")
            lines.append(f"created {created} not in the dataset (resolve with --map): {names}")
        return lines

    def _flag_lines(self) -> list[str]:
        lines = []
        if self.unindexed_fund_count:
            names = "; ".join(fund.fund_name for fund in self.unindexed_funds[:_SHOWN_COUNT])
            funds = _counted(self.unindexed_fund_count, "fund is", "funds are")
            lines.append(f"{funds} not known to track an index, largest: {names}")
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


def _counted(count: int, one: str, several: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"


def _tally(tally: Tally) -> str:
    value = "" if tally.market_value_usd is None else f", ${tally.market_value_usd:,.2f}"
    return f"{tally.row_count:,} {tally.name}{value}"


_LISTED_COUNT = 50
_STEPS = (
    "kinds_counted", "rejects_counted", "matches_rated", "matches_counted", "creations_sized",
    "funds_unindexed", "prices_checked", "reports_flagged",
)  # fmt: skip


def summary(bulk: Bulk, *, file_count: int, is_dry_run: bool, notes: Sequence[str]) -> Summary:
    """Return what the ingest's tables say, before anything is published.

    Raises: ModelError where a row that was read is nowhere: flowrisk is wrong, nothing is written.
    """
    reports = bulk.count("select count(*) from ingest.reports_taken")
    readable = bulk.count("select count(*) from parsed.reports where refusal is null")
    define(bulk, *_STEPS)
    told = accounting.account(bulk)
    return Summary(
        is_dry_run=is_dry_run,
        file_count=file_count,
        row_count=told.read_count,
        set_aside_row_count=told.set_aside_count,
        repeated_row_count=told.repeated_count,
        report_count=reports,
        superseded_report_count=readable - reports,
        holding_count=_holdings(bulk, "fund"),
        manager_holding_count=_holdings(bulk, "manager"),
        price_count=bulk.count("select count(*) from ingest.prices_taken"),
        itemised=_tallies(bulk, "kinds_counted"),
        refused=_tallies(bulk, "rejects_counted"),
        notes=tuple(dict.fromkeys(notes)),
        changed_paths=(),
        **_matching(bulk),
        **_funds(bulk),
        **_flags(bulk),
    )


def with_changes(result: Summary, paths: Sequence[str]) -> Summary:
    """Return the summary with the files that the publication changed."""
    return replace(result, changed_paths=tuple(paths))


def _matching(bulk: Bulk) -> dict[str, Any]:
    total = bulk.rows("select * from ingest.matches_rated")[0]
    created = bulk.rows("select * from ingest.creations_sized")
    return {
        "taken": Tally("equity positions", _int(total[2]), _float(total[3])),
        "matched_by": _tallies(bulk, "matches_counted"),
        "matched_row_ratio": _ratio(total[4], total[0]),
        "matched_value_ratio": _ratio(total[5], total[1]),
        "contradictory_count": _int(total[6]),
        "created_security_count": len(created),
        "created_securities": _listed(UnmatchedSecurity, created),
    }


def _funds(bulk: Bulk) -> dict[str, Any]:
    unindexed = bulk.rows("select * from ingest.funds_unindexed")
    return {
        "created_fund_count": bulk.count(
            "select count(*) from ingest.funds_created anti join data.funds using (fund_id)"
        ),
        "unindexed_fund_count": len(unindexed),
        "unindexed_funds": _listed(UnindexedFund, unindexed),
    }


def _flags(bulk: Bulk) -> dict[str, Any]:
    priced = bulk.rows("select * from ingest.prices_implied")
    odd = bulk.rows("select * from ingest.reports_flagged")
    return {
        "price_checked_count": bulk.count("select count(*) from ingest.prices_checked"),
        "price_flag_count": len(priced),
        "price_flags": _listed(PriceFlag, priced),
        "report_flag_count": len(odd),
        "report_flags": _listed(ReportFlag, odd),
    }


def _holdings(bulk: Bulk, holder: str) -> int:
    return bulk.count("select count(*) from ingest.holdings_reported where holder = ?", [holder])


def _tallies(bulk: Bulk, step: str) -> tuple[Tally, ...]:
    rows = bulk.rows(f"select * from ingest.{own_name(step)}")
    return tuple(Tally(str(name), _int(count), _float(value)) for name, count, value in rows)


def _listed(kind: Any, rows: Sequence[tuple[object, ...]]) -> tuple[Any, ...]:  # noqa: ANN401
    return tuple(kind(*row) for row in rows[:_LISTED_COUNT])


def _ratio(value: object, whole: object) -> float | None:
    return None if not whole else float(str(value or 0))


def _int(value: object) -> int:
    return int(str(value or 0))


def _float(value: object) -> float | None:
    return None if value is None else float(str(value))

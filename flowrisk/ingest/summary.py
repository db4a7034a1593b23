"""What an ingest did: taken, summed, itemised, refused, matched, flagged. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from flowrisk.errors import printable
from flowrisk.ingest import accounting

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
_ITEMISED = """
    select kind, sum(position_count)::bigint, sum(market_value_usd)
    from (
        select kind, position_count, market_value_usd from ingest.itemised
        union all by name
        select positions.kind::varchar as kind, count(*) as position_count,
               cast(sum(cast(positions.market_value_usd as decimal(38, 4))) as double)
                   as market_value_usd
        from parsed.positions as positions
        inner join ingest.reports_taken as reports on positions.report_id = reports.report_id
        where positions.kind != 'equity' and positions.refusal is null
          and reports.holder = 'manager'
        group by positions.kind
    ) group by kind order by kind
"""
_REFUSED = """
    select reason, case when sum(row_count) = 0 then count(*) else sum(row_count) end::bigint
               as rows_refused, sum(market_value_usd)
    from ingest.rejects
    group by reason order by rows_refused desc, reason
"""
_RESOLVED = """
    select sum(row_count)::bigint, sum(market_value_usd),
           sum(row_count) filter (where security_id is not null)::bigint,
           sum(market_value_usd) filter (where security_id is not null),
           sum(row_count) filter (where matched_by is not null) / sum(row_count),
           sum(market_value_usd) filter (where matched_by is not null) / sum(market_value_usd),
           sum(row_count) filter (where is_contradictory)::bigint
    from ingest.identifiers_resolved
"""
_MATCHED_BY = """
    select matched_by, sum(row_count)::bigint, sum(market_value_usd)
    from ingest.identifiers_resolved where matched_by is not null and row_count > 0
    group by matched_by order by sum(row_count) desc, matched_by
"""
_CREATED = """
    select created.security_id, created.security_name, sum(resolved.row_count)::bigint,
           sum(resolved.market_value_usd)
    from ingest.securities_created as created
    inner join ingest.identifiers_resolved as resolved
        on created.security_id = resolved.security_id
    group by created.security_id, created.security_name
    order by sum(resolved.market_value_usd) desc nulls last, created.security_id
"""
_FUNDS_TAKEN = """
    select fund_id, max_by(fund_name, as_of_on) as fund_name,
           max_by(net_assets_usd, as_of_on) as net_assets_usd
    from ingest.reports_taken where holder = 'fund' group by fund_id
"""
_UNINDEXED = f"""
    select taken.fund_id, coalesce(taken.fund_name, taken.fund_id), taken.net_assets_usd
    from ({_FUNDS_TAKEN}) as taken
    left join data.funds as known on taken.fund_id = known.fund_id
    left join ingest.funds_created as created on taken.fund_id = created.fund_id
    where coalesce(created.index_id, known.index_id) is null
    order by taken.net_assets_usd desc nulls last, taken.fund_id
"""
_PRICE_CHECKED = """
    select count(*) from ingest.holdings_reported as held
    inner join ingest.prices_at_reports as priced
        on held.security_id = priced.security_id and held.as_of_on = priced.as_of_on
    where held.market_value_usd is not null
"""
_REPORT_FLAGS = """
    select fund_id, as_of_on, code, value from (
        select reports.fund_id, reports.as_of_on, 'weights_sum_to' as code,
               sum(positions.weight_ratio) as value
        from parsed.positions as positions
        inner join ingest.reports_taken as reports on positions.report_id = reports.report_id
        where reports.holdings_scope = 'full'
        group by reports.fund_id, reports.as_of_on
        having value not between 0.95 and 1.05
        union all
        select held.fund_id, held.as_of_on,
               'more_than_all_shares_of ' || held.security_id as code,
               held.shares / try_cast(securities.shares_outstanding as double) as value
        from ingest.holdings_reported as held
        inner join data.securities as securities on held.security_id = securities.security_id
        where held.shares > try_cast(securities.shares_outstanding as double)
    )
    order by code, fund_id, as_of_on
"""


def summary(bulk: Bulk, *, file_count: int, is_dry_run: bool, notes: Sequence[str]) -> Summary:
    """Return what the ingest's tables say, before anything is published.

    Raises: ModelError where a row that was read is nowhere: flowrisk is wrong, nothing is written.
    """
    reports = bulk.count("select count(*) from ingest.reports_taken")
    readable = bulk.count("select count(*) from parsed.reports where refusal is null")
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
        itemised=_tallies(bulk, _ITEMISED),
        refused=_tallies(bulk, _REFUSED),
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
    total = bulk.rows(_RESOLVED)[0]
    created = bulk.rows(_CREATED)
    return {
        "taken": Tally("equity positions", _int(total[2]), _float(total[3])),
        "matched_by": _tallies(bulk, _MATCHED_BY),
        "matched_row_ratio": _ratio(total[4], total[0]),
        "matched_value_ratio": _ratio(total[5], total[1]),
        "contradictory_count": _int(total[6]),
        "created_security_count": len(created),
        "created_securities": _listed(UnmatchedSecurity, created),
    }


def _funds(bulk: Bulk) -> dict[str, Any]:
    unindexed = bulk.rows(_UNINDEXED)
    return {
        "created_fund_count": bulk.count(
            "select count(*) from ingest.funds_created anti join data.funds using (fund_id)"
        ),
        "unindexed_fund_count": len(unindexed),
        "unindexed_funds": _listed(UnindexedFund, unindexed),
    }


def _flags(bulk: Bulk) -> dict[str, Any]:
    priced = bulk.rows("select * from ingest.prices_implied")
    odd = bulk.rows(_REPORT_FLAGS)
    return {
        "price_checked_count": bulk.count(_PRICE_CHECKED),
        "price_flag_count": len(priced),
        "price_flags": _listed(PriceFlag, priced),
        "report_flag_count": len(odd),
        "report_flags": _listed(ReportFlag, odd),
    }


def _holdings(bulk: Bulk, holder: str) -> int:
    return bulk.count("select count(*) from ingest.holdings_reported where holder = ?", [holder])


def _tallies(bulk: Bulk, sql: str) -> tuple[Tally, ...]:
    return tuple(
        Tally(str(name), _int(count), _float(value)) for name, count, value in bulk.rows(sql)
    )


def _listed(kind: Any, rows: Sequence[tuple[object, ...]]) -> tuple[Any, ...]:  # noqa: ANN401
    return tuple(kind(*row) for row in rows[:_LISTED_COUNT])


def _ratio(value: object, whole: object) -> float | None:
    return None if not whole else float(str(value or 0))


def _int(value: object) -> int:
    return int(str(value or 0))


def _float(value: object) -> float | None:
    return None if value is None else float(str(value))

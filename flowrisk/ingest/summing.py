"""From the tables of one ingest to its ``Summary``: counts and lists, in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flowrisk.ingest import accounting
from flowrisk.ingest.summary import (
    PriceFlag,
    ReportFlag,
    Summary,
    Tally,
    UnindexedFund,
    UnmatchedSecurity,
)

if TYPE_CHECKING:
    from flowrisk.engines.bulk import Bulk

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
    from ingest.identifiers_resolved where matched_by is not null
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

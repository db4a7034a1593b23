-- The reports taken, as the dataset lists them, with the share of their positions whose security
-- the dataset knew before; a file read again keeps the shares of its first reading. Values are
-- summed exactly, so that the order of rows does not show in the last digit.
-- grain: fund_id, as_of_on
-- units: _ratio 0-1, null where there is nothing to match
-- kind: table

with

matches as (
    select
        positions.report_id,
        count(*) filter (where resolved.matched_by is not null) / count(*) as matched_row_ratio,
        cast(coalesce(
            sum(cast(positions.market_value_usd as decimal(38, 4)))
                filter (where resolved.matched_by is not null), 0
        ) as double)
        / nullif(cast(sum(cast(positions.market_value_usd as decimal(38, 4))) as double), 0)
            as matched_value_ratio
    from ingest.positions_keyed as positions
    inner join ingest.identifiers_resolved as resolved on positions.key_id = resolved.key_id
    group by positions.report_id
)

select
    reports.fund_id,
    reports.as_of_on,
    reports.holdings_scope,
    reports.published_on,
    reports.file_digest,
    case
        when known.fund_id is null then matches.matched_row_ratio
        else known.matched_row_ratio
    end as matched_row_ratio,
    case
        when known.fund_id is null then matches.matched_value_ratio
        else known.matched_value_ratio
    end as matched_value_ratio,
    reports.basis,
    reports.source
from ingest.reports_taken as reports
left join matches on reports.report_id = matches.report_id
left join data.fund_reports as known
    on
        reports.fund_id = known.fund_id
        and reports.as_of_on = known.as_of_on
        and reports.file_digest = known.file_digest
where reports.holder = 'fund'

-- What reports list beside common shares: counted with its value by kind, never summed as shares.
-- grain: fund_id, as_of_on, kind
-- units: position_count in positions; market_value_usd in US dollars
-- kind: table

select
    reports.fund_id,
    reports.as_of_on,
    positions.kind,
    count(*) as position_count,
    cast(sum(cast(positions.market_value_usd as decimal(38, 4))) as double) as market_value_usd,
    any_value(reports.basis) as basis,
    any_value(reports.source) as source
from parsed.positions as positions
inner join ingest.reports_taken as reports on positions.report_id = reports.report_id
where positions.kind != 'equity' and positions.refusal is null and reports.holder = 'fund'
group by reports.fund_id, reports.as_of_on, positions.kind

-- Funds held by the funds taken, by the name stated; the fund held is known where its name is.
-- grain: fund_id, as_of_on, held_name
-- units: market_value_usd in US dollars
-- kind: table

with

named as (
    select
        lower(funds.fund_name) as fund_name,
        min(funds.fund_id) as fund_id
    from data.funds as funds
    group by lower(funds.fund_name)
    having count(*) = 1
)

select
    reports.fund_id,
    reports.as_of_on,
    positions.issuer_name as held_name,
    min(named.fund_id) as held_fund_id,
    cast(sum(cast(positions.market_value_usd as decimal(38, 4))) as double) as market_value_usd,
    any_value(reports.basis) as basis,
    any_value(reports.source) as source
from parsed.positions as positions
inner join ingest.reports_taken as reports on positions.report_id = reports.report_id
left join named on lower(positions.issuer_name) = named.fund_name
where
    positions.kind = 'fund'
    and positions.issuer_name is not null
    and positions.market_value_usd is not null
    and reports.holder = 'fund'
group by reports.fund_id, reports.as_of_on, positions.issuer_name

-- What the reports taken list beside common shares, by kind: of funds and of managers.
-- grain: kind
-- units: position_count in positions; market_value_usd in US dollars

with

of_funds as (
    select * from ingest.itemised
),

positions as (
    select * from parsed.positions
),

reports as (
    select * from ingest.reports_taken
),

both_holders as (
    select
        cast(of_funds.kind as varchar) as kind,
        of_funds.position_count,
        of_funds.market_value_usd
    from of_funds
    union all
    select
        cast(positions.kind as varchar) as kind,
        count(*) as position_count,
        cast(sum(cast(positions.market_value_usd as decimal(38, 4))) as double) as market_value_usd
    from positions
    inner join reports on positions.report_id = reports.report_id
    where
        positions.kind != 'equity'
        and positions.refusal is null
        and reports.holder = 'manager'
    group by positions.kind
)

select
    both_holders.kind,
    cast(sum(both_holders.position_count) as bigint) as position_count,
    sum(both_holders.market_value_usd) as market_value_usd
from both_holders
group by both_holders.kind
order by both_holders.kind

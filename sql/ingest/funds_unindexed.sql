-- The funds taken of which no index is known, by size.
-- grain: fund_id
-- units: net_assets_usd in US dollars

with

known as (
    select * from overlaid.funds
),

created as (
    select * from ingest.funds_created
),

taken as (
    select
        reports.fund_id,
        max_by(reports.fund_name, reports.as_of_on) as fund_name,
        max_by(reports.net_assets_usd, reports.as_of_on) as net_assets_usd
    from ingest.reports_taken as reports
    where reports.holder = 'fund'
    group by reports.fund_id
)

select
    taken.fund_id,
    coalesce(taken.fund_name, taken.fund_id) as fund_name,
    taken.net_assets_usd
from taken
left join known on taken.fund_id = known.fund_id
left join created on taken.fund_id = created.fund_id
where coalesce(created.index_id, known.index_id) is null
order by taken.net_assets_usd desc nulls last, taken.fund_id

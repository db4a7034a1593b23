-- Per index: the funds with a visible report, and what is known of their net assets.
-- grain: index_id
-- units: net_assets_usd in US dollars
-- kind: table

with

funds as (
    select * from staging.funds
),

reports_selected as (
    select * from intermediate.reports_selected
),

net_assets_selected as (
    select * from intermediate.net_assets_selected
)

select
    funds.index_id,
    count(*) as funds_read_count,
    count(*) filter (where net_assets_selected.fund_id is null) as funds_unsized_count,
    sum(net_assets_selected.net_assets_usd) as net_assets_usd,
    min(net_assets_selected.as_of_on) as net_assets_from_on,
    max(net_assets_selected.as_of_on) as net_assets_until_on
from funds
inner join reports_selected on funds.fund_id = reports_selected.fund_id
left join net_assets_selected on funds.fund_id = net_assets_selected.fund_id
where funds.index_id is not null
group by funds.index_id

-- The newest net assets of each fund on or before the as-of date.
-- grain: fund_id
-- units: net_assets_usd in US dollars

with

assumptions as (
    select * from scenario.assumptions
),

fund_net_assets as (
    select * from staging.fund_net_assets
),

ranked as (
    select
        fund_net_assets.fund_id,
        fund_net_assets.as_of_on,
        fund_net_assets.net_assets_usd,
        row_number() over (
            partition by fund_net_assets.fund_id
            order by fund_net_assets.as_of_on desc
        ) as newest_rank
    from fund_net_assets
    cross join assumptions
    where fund_net_assets.as_of_on <= assumptions.as_of_on
)

select
    ranked.fund_id,
    ranked.as_of_on,
    ranked.net_assets_usd
from ranked
where ranked.newest_rank = 1

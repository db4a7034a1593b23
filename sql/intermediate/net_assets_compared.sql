-- Net assets of a fund beside the largest that are known of it within a year: where one is a
-- hundredth of the other, one of them is in another unit.
-- grain: fund_id, as_of_on
-- units: _usd in US dollars as stated

with

fund_net_assets as (
    select * from staging.fund_net_assets
),

others as (
    select * from staging.fund_net_assets
)

select
    fund_net_assets.fund_id,
    fund_net_assets.as_of_on,
    min(fund_net_assets.net_assets_usd) as net_assets_usd,
    max(others.net_assets_usd) as largest_net_assets_usd
from fund_net_assets
inner join others
    on
        fund_net_assets.fund_id = others.fund_id
        and fund_net_assets.as_of_on <= others.as_of_on + interval '366' day
        and others.as_of_on <= fund_net_assets.as_of_on + interval '366' day
group by fund_net_assets.fund_id, fund_net_assets.as_of_on

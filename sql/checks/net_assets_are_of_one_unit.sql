-- No net assets of a fund, from a million dollars on, lie below a hundredth of what they are within
-- a year.
-- says: net assets of a fund are far smaller than within a year of that day (wrong unit?)
-- severity: warn
-- scope: question
-- remedy: Give the net assets in US dollars, not in thousands or millions.

with

fund_net_assets as (
    select * from staging.fund_net_assets
),

others as (
    select * from staging.fund_net_assets
)

select
    fund_net_assets.fund_id as subject,
    concat_ws(
        ' ', fund_net_assets.as_of_on, 'has', min(fund_net_assets.net_assets_usd),
        'USD, within a year', max(others.net_assets_usd)
    ) as fact
from fund_net_assets
inner join others
    on
        fund_net_assets.fund_id = others.fund_id
        and fund_net_assets.as_of_on <= others.as_of_on + interval '366' day
        and others.as_of_on <= fund_net_assets.as_of_on + interval '366' day
where
    fund_net_assets.net_assets_usd >= 1e6
    and fund_net_assets.net_assets_usd * 100 < others.net_assets_usd
group by fund_net_assets.fund_id, fund_net_assets.as_of_on

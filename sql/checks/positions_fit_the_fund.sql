-- The positions of a report are worth no more than the fund's net assets of its day and 5 %.
-- says: positions of a fund are worth more than its net assets
-- severity: warn
-- scope: dataset
-- remedy: Give the net assets of the whole fund, all share classes, in US dollars.

with

holdings as (
    select * from staging.holdings
),

fund_net_assets as (
    select * from staging.fund_net_assets
),

valued as (
    select
        holdings.fund_id,
        holdings.as_of_on,
        sum(holdings.market_value_usd) as market_value_usd
    from holdings
    group by holdings.fund_id, holdings.as_of_on
)

select
    valued.fund_id as subject,
    concat_ws(
        ' ', 'on', valued.as_of_on, 'positions of', valued.market_value_usd, 'USD, net assets',
        fund_net_assets.net_assets_usd
    ) as fact
from valued
inner join fund_net_assets
    on
        valued.fund_id = fund_net_assets.fund_id
        and valued.as_of_on = fund_net_assets.as_of_on
where valued.market_value_usd > 1.05 * fund_net_assets.net_assets_usd

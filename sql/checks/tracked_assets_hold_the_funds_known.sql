-- Assets said to track an index are no small part of the funds known to track it: 20 instead of 20bn
-- would be.
-- says: assets said to track an index are less than a hundredth of the funds known (wrong unit?)
-- severity: refuse
-- scope: question
-- remedy: Give the assets in US dollars, not in millions or billions.

with

funds as (
    select * from staging.funds
),

net_assets_selected as (
    select * from intermediate.net_assets_selected
),

sums as (
    select
        funds.index_id,
        sum(net_assets_selected.net_assets_usd) as net_assets_usd
    from funds
    inner join net_assets_selected on funds.fund_id = net_assets_selected.fund_id
    group by funds.index_id
),

said as (
    select
        'indices' as table_name,
        indices.index_id as key_text,
        indices.index_id,
        indices.tracked_aum_usd as amount_usd
    from staging.indices
    union all
    select
        'asset_pools' as table_name,
        concat_ws(' ', asset_pools.pool_id, asset_pools.as_of_on) as key_text,
        asset_pools.index_id,
        asset_pools.amount_high_usd as amount_usd
    from staging.asset_pools
    where asset_pools.has_known_funds
)

select
    said.table_name as subject,
    concat_ws(
        ' ', said.key_text, 'has', said.amount_usd, 'USD, its funds known', sums.net_assets_usd
    ) as fact
from said
inner join sums on said.index_id = sums.index_id
where said.amount_usd * 100 < sums.net_assets_usd

-- Assets said to track an index are no small part of the funds known to track it: 20 instead of 20bn
-- would be. No pool is below a million dollars or a millionth of the provider's funds known, and no
-- net assets of a fund below a million dollars and a hundredth of what they are within a year.
-- says: assets said to track an index are far smaller than the funds known (wrong unit?)
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

indices as (
    select * from staging.indices
),

asset_pools as (
    select * from staging.asset_pools
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
    from indices
    union all
    select
        'asset_pools' as table_name,
        concat_ws(' ', asset_pools.pool_id, asset_pools.as_of_on) as key_text,
        asset_pools.index_id,
        asset_pools.amount_high_usd as amount_usd
    from asset_pools
    where asset_pools.has_known_funds
),

provider_sums as (
    select
        indices.provider_id,
        sum(sums.net_assets_usd) as net_assets_usd
    from sums
    inner join indices on sums.index_id = indices.index_id
    group by indices.provider_id
),

net_assets_compared as (
    select * from intermediate.net_assets_compared
)

select
    said.table_name as subject,
    concat_ws(
        ' ', said.key_text, 'has', said.amount_usd, 'USD, its funds known', sums.net_assets_usd
    ) as fact
from said
inner join sums on said.index_id = sums.index_id
where said.amount_usd * 100 < sums.net_assets_usd
union all
select
    'asset_pools' as subject,
    concat_ws(
        ' ', asset_pools.pool_id, asset_pools.as_of_on, 'has at most', asset_pools.amount_high_usd,
        'USD, funds known of the provider', coalesce(provider_sums.net_assets_usd, 0)
    ) as fact
from asset_pools
left join provider_sums on asset_pools.provider_id = provider_sums.provider_id
where
    asset_pools.amount_high_usd > 0
    and not asset_pools.has_known_funds
    and (
        asset_pools.amount_high_usd < 1e6
        or asset_pools.amount_high_usd * 1e6 < provider_sums.net_assets_usd
    )
union all
select
    'fund_net_assets' as subject,
    concat_ws(
        ' ', net_assets_compared.fund_id, net_assets_compared.as_of_on, 'has',
        net_assets_compared.net_assets_usd, 'USD, within a year',
        net_assets_compared.largest_net_assets_usd
    ) as fact
from net_assets_compared
where
    net_assets_compared.net_assets_usd < 1e6
    and net_assets_compared.net_assets_usd * 100 < net_assets_compared.largest_net_assets_usd

-- The size of each pool of assets in force: of the question where it gives one, else the newest by
-- the as-of day (published by the known-on day where the question sets one), and the assets said to
-- track an index where no pool and no assumption says the same.
-- grain: pool_id
-- units: _usd in US dollars; _ratio the part of the pool that tracks the provider, 0-1

with

assumptions as (
    select * from scenario.assumptions
),

assumed_pools as (
    select * from scenario.assumed_pools
),

indices as (
    select * from staging.indices
),

asset_pools as (
    select * from staging.asset_pools
),

pools_ranked as (
    select
        asset_pools.*,
        row_number() over (
            partition by asset_pools.pool_id
            order by asset_pools.as_of_on desc
        ) as newest_rank
    from asset_pools
    cross join assumptions
    where
        asset_pools.as_of_on <= assumptions.facts_until_on
        and (
            assumptions.known_on is null
            or coalesce(asset_pools.published_on, asset_pools.as_of_on) <= assumptions.known_on
        )
)

select
    pools_ranked.pool_id,
    pools_ranked.provider_id,
    pools_ranked.pool_name,
    pools_ranked.as_of_on,
    pools_ranked.amount_low_usd,
    pools_ranked.amount_central_usd,
    pools_ranked.amount_high_usd,
    pools_ranked.exposure_low_ratio,
    pools_ranked.exposure_central_ratio,
    pools_ranked.exposure_high_ratio,
    pools_ranked.density_index_id,
    pools_ranked.index_id,
    pools_ranked.fund_id,
    pools_ranked.within_pool_id,
    pools_ranked.has_known_funds,
    pools_ranked.basis,
    pools_ranked.source
from pools_ranked
left join assumed_pools on pools_ranked.pool_id = assumed_pools.pool_id
where pools_ranked.newest_rank = 1 and assumed_pools.pool_id is null
union all
select
    assumed_pools.pool_id,
    assumed_pools.provider_id,
    coalesce(pools_ranked.pool_name, assumed_pools.pool_id) as pool_name,
    assumptions.as_of_on,
    assumed_pools.amount_low_usd,
    assumed_pools.amount_central_usd,
    assumed_pools.amount_high_usd,
    assumed_pools.exposure_low_ratio,
    assumed_pools.exposure_central_ratio,
    assumed_pools.exposure_high_ratio,
    assumed_pools.density_index_id,
    assumed_pools.index_id,
    pools_ranked.fund_id,
    pools_ranked.within_pool_id,
    assumed_pools.has_known_funds,
    'yours' as basis,
    'assumption of the question' as source
from assumed_pools
cross join assumptions
left join pools_ranked
    on assumed_pools.pool_id = pools_ranked.pool_id and pools_ranked.newest_rank = 1
union all
select
    concat('tracked:', indices.index_id) as pool_id,
    indices.provider_id,
    concat('assets said to track ', indices.index_name) as pool_name,
    indices.tracked_aum_on as as_of_on,
    indices.tracked_aum_usd as amount_low_usd,
    indices.tracked_aum_usd as amount_central_usd,
    indices.tracked_aum_usd as amount_high_usd,
    1e0 as exposure_low_ratio,
    1e0 as exposure_central_ratio,
    1e0 as exposure_high_ratio,
    indices.index_id as density_index_id,
    indices.index_id,
    cast(null as string) as fund_id,
    cast(null as string) as within_pool_id,
    true as has_known_funds,
    indices.basis,
    indices.source
from indices
cross join assumptions
where
    indices.tracked_aum_usd is not null
    and indices.tracked_aum_on <= assumptions.facts_until_on
    and not exists (
        select 1
        from pools_ranked
        where pools_ranked.index_id = indices.index_id and pools_ranked.has_known_funds
    )
    and not exists (
        select 1
        from assumed_pools
        where assumed_pools.index_id = indices.index_id
    )

-- Every pool names a provider, indices and a pool that the data has, no pool lies within itself, and
-- no capped index stands for another: it spreads what it cuts off nearly equally over the names.
-- says: pools name what the data does not have, lie within themselves or rest on a capped index
-- severity: refuse
-- scope: question
-- remedy: Name known ids; as density index take an uncapped one; let no pool be part of its own part.

with

asset_pools as (
    select * from staging.asset_pools
),

providers as (
    select * from staging.providers
),

density_indices as (
    select * from staging.indices
),

tracked_indices as (
    select * from staging.indices
),

parents as (
    select distinct
        asset_pools.pool_id,
        asset_pools.within_pool_id
    from asset_pools
),

judged as (
    select
        asset_pools.pool_id,
        asset_pools.as_of_on,
        case
            when providers.provider_id is null
                then concat_ws(' ', 'unknown provider', asset_pools.provider_id)
            when density_indices.index_id is null
                then concat_ws(' ', 'unknown density index', asset_pools.density_index_id)
            when asset_pools.index_id is not null and tracked_indices.index_id is null
                then concat_ws(' ', 'unknown index', asset_pools.index_id)
            when
                density_indices.cap_ratio is not null
                and coalesce(asset_pools.index_id, '') <> asset_pools.density_index_id
                then concat_ws(' ', 'rests on the capped index', asset_pools.density_index_id)
            when asset_pools.within_pool_id is not null and parents.pool_id is null
                then concat_ws(' ', 'lies within the unknown pool', asset_pools.within_pool_id)
            when parents.within_pool_id is not null
                then concat_ws(
                    ' ', 'lies within', asset_pools.within_pool_id, 'which itself lies within',
                    parents.within_pool_id
                )
        end as fact
    from asset_pools
    left join providers on asset_pools.provider_id = providers.provider_id
    left join density_indices
        on asset_pools.density_index_id = density_indices.index_id
    left join tracked_indices on asset_pools.index_id = tracked_indices.index_id
    left join parents on asset_pools.within_pool_id = parents.pool_id
)

select distinct
    concat_ws(' ', judged.pool_id, judged.as_of_on) as subject,
    judged.fact
from judged
where judged.fact is not null

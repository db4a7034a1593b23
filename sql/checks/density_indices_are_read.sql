-- Every pool rests on an index of which a position or a weight of some security asked about is known.
-- says: pools rest on indices of which nothing asked about is known; they add nothing
-- severity: note
-- scope: dataset
-- remedy: Ingest a report of a fund that tracks the density index, or name another index.

with

asset_pools as (
    select * from staging.asset_pools
),

densities as (
    select * from intermediate.densities
)

select distinct
    asset_pools.pool_id as subject,
    concat_ws(' ', 'density index', asset_pools.density_index_id) as fact
from asset_pools
left join densities on asset_pools.density_index_id = densities.index_id
where densities.index_id is null

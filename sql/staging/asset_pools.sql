-- Assets that track a provider's indices, known in sum only.
-- grain: pool_id, as_of_on
-- units: amount_low_usd, amount_central_usd and amount_high_usd in US dollars; exposure_low_ratio,
--   exposure_central_ratio and exposure_high_ratio in a ratio (0-1)

with

asset_pools as (
    select * from raw.asset_pools
)

select
    asset_pools.pool_id,
    cast(asset_pools.as_of_on as date) as as_of_on,
    asset_pools.provider_id,
    asset_pools.pool_name,
    cast(asset_pools.amount_low_usd as double) as amount_low_usd,
    cast(asset_pools.amount_central_usd as double) as amount_central_usd,
    cast(asset_pools.amount_high_usd as double) as amount_high_usd,
    cast(asset_pools.exposure_low_ratio as double) as exposure_low_ratio,
    cast(asset_pools.exposure_central_ratio as double) as exposure_central_ratio,
    cast(asset_pools.exposure_high_ratio as double) as exposure_high_ratio,
    asset_pools.density_index_id,
    asset_pools.index_id,
    asset_pools.fund_id,
    asset_pools.within_pool_id,
    cast(asset_pools.has_known_funds as boolean) as has_known_funds,
    asset_pools.vehicle,
    cast(asset_pools.published_on as date) as published_on,
    asset_pools.basis,
    asset_pools.source
from asset_pools

-- Assets that track a provider's indices, known in sum only.
-- grain: pool_id, as_of_on
-- units: amount_low_usd, amount_central_usd and amount_high_usd in US dollars; exposure_low_ratio,
--   exposure_central_ratio and exposure_high_ratio in a ratio (0-1)
select
    pool_id,
    as_of_on,
    provider_id,
    pool_name,
    amount_low_usd,
    amount_central_usd,
    amount_high_usd,
    exposure_low_ratio,
    exposure_central_ratio,
    exposure_high_ratio,
    density_index_id,
    index_id,
    fund_id,
    within_pool_id,
    has_known_funds,
    vehicle,
    published_on,
    basis,
    source
from sources.asset_pools

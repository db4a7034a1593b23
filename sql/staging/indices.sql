-- Indices and the assets said to track them.
-- grain: index_id
-- units: tracked_aum_usd in US dollars; index_market_cap_usd in US dollars; cap_ratio in a ratio
--   (0-1)

with

indices as (
    select * from raw.indices
)

select
    indices.index_id,
    indices.provider_id,
    indices.index_name,
    cast(indices.member_count_is_fixed as boolean) as member_count_is_fixed,
    cast(indices.tracked_aum_usd as double) as tracked_aum_usd,
    cast(indices.tracked_aum_on as date) as tracked_aum_on,
    cast(indices.index_market_cap_usd as double) as index_market_cap_usd,
    cast(indices.cap_ratio as double) as cap_ratio,
    indices.basis,
    indices.source
from indices

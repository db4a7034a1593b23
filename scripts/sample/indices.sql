-- Indices of the providers of the sample; the "no index" rows of the facts are not indices.
-- grain: index_id
-- units: tracked_aum_usd in US dollars
select
    indices.index_id,
    indices.provider_id,
    indices.index_name,
    null as member_count_is_fixed,
    indices.tracked_aum_usd,
    indices.as_of_on as tracked_aum_on,
    null as index_market_cap_usd,
    null as cap_ratio,
    indices.basis,
    indices.source
from sources.indices
inner join sources.providers on indices.provider_id = providers.provider_id

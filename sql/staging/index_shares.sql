-- Shares of a security that a provider's indices count, by review.
-- grain: provider_id, security_id, effective_on
-- units: index_shares in shares; inclusion_factor a ratio (0-1)

with

index_shares as (
    select * from raw.index_shares
)

select
    index_shares.provider_id,
    index_shares.security_id,
    cast(index_shares.effective_on as date) as effective_on,
    cast(index_shares.index_shares as double) as index_shares,
    cast(index_shares.inclusion_factor as double) as inclusion_factor,
    index_shares.basis,
    index_shares.source
from index_shares

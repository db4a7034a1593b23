-- Shares of a security that a provider's indices count, by review.
-- grain: provider_id, security_id, effective_on
-- units: index_shares in shares; inclusion_factor a ratio (0-1)
select
    provider_id,
    security_id,
    effective_on,
    index_shares,
    inclusion_factor,
    basis,
    source
from sources.index_shares

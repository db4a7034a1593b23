-- Which security an index contains, from a date on.
-- grain: index_id, security_id, as_of_on
-- units: weight_ratio in a ratio (0-1); index_shares in shares

with

index_memberships as (
    select * from raw.index_memberships
)

select
    index_memberships.index_id,
    index_memberships.security_id,
    cast(index_memberships.as_of_on as date) as as_of_on,
    cast(index_memberships.weight_ratio as double) as weight_ratio,
    cast(index_memberships.index_shares as double) as index_shares,
    cast(index_memberships.inclusion_factor as double) as inclusion_factor,
    index_memberships.basis,
    index_memberships.source
from index_memberships

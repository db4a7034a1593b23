-- The indices that contain each security asked about, by the newest row on or before the as-of date.
-- grain: security_id, index_id
-- units: weight_ratio in a ratio (0-1)
-- example: select ticker, index_name, as_of_on, basis from marts.memberships

with

memberships_selected as (
    select * from intermediate.memberships_selected
),

securities_asked as (
    select * from intermediate.securities_asked
),

indices as (
    select * from staging.indices
),

providers as (
    select * from staging.providers
)

select
    memberships_selected.security_id,
    memberships_selected.index_id,
    securities_asked.ticker,
    securities_asked.is_in_basket,
    indices.index_name,
    memberships_selected.provider_id,
    coalesce(providers.provider_name, memberships_selected.provider_id) as provider_name,
    memberships_selected.as_of_on,
    memberships_selected.basis,
    memberships_selected.source,
    memberships_selected.weight_ratio
from memberships_selected
inner join securities_asked on memberships_selected.security_id = securities_asked.security_id
inner join indices on memberships_selected.index_id = indices.index_id
left join providers on memberships_selected.provider_id = providers.provider_id
order by
    securities_asked.position_id,
    memberships_selected.provider_id nulls first,
    memberships_selected.index_id nulls first

-- The smallest weight each security has in an index of a provider, which is that of the broadest
-- one: what benchmark-aware active money of that provider is measured against. A sector or factor
-- index would say several times as much.
-- grain: provider_id, security_id
-- units: weight_ratio in a ratio (0-1)
-- example: select provider_id, index_id, weight_ratio from marts.provider_weights

with

memberships_selected as (
    select * from intermediate.memberships_selected
),

securities_asked as (
    select * from intermediate.securities_asked
)

select
    memberships_selected.provider_id,
    memberships_selected.security_id,
    securities_asked.ticker,
    min_by(memberships_selected.index_id, memberships_selected.weight_ratio) as index_id,
    min(memberships_selected.weight_ratio) as weight_ratio
from memberships_selected
inner join securities_asked on memberships_selected.security_id = securities_asked.security_id
where memberships_selected.weight_ratio is not null
group by
    memberships_selected.provider_id,
    memberships_selected.security_id,
    securities_asked.ticker,
    securities_asked.position_id
order by memberships_selected.provider_id, securities_asked.position_id

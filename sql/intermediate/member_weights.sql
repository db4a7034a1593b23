-- The newest weight of every member of the indices that hold a security asked about: who buys what
-- the leavers' proceeds pay for.
-- grain: index_id, security_id
-- units: weight_ratio in a ratio (0-1)

with

assumptions as (
    select * from scenario.assumptions
),

index_memberships as (
    select * from staging.index_memberships
),

memberships_selected as (
    select * from intermediate.memberships_selected
),

asked as (
    select distinct memberships_selected.index_id
    from memberships_selected
)

select
    index_memberships.index_id,
    index_memberships.security_id,
    max_by(index_memberships.weight_ratio, index_memberships.as_of_on) as weight_ratio
from index_memberships
cross join assumptions
inner join asked on index_memberships.index_id = asked.index_id
where index_memberships.as_of_on <= assumptions.facts_until_on
group by index_memberships.index_id, index_memberships.security_id

-- The newest membership row of each index and security asked about, on or before the as-of date.
-- grain: index_id, security_id
-- units: weight_ratio in a ratio (0-1); index_shares in shares of the as-of day
-- kind: table

with

assumptions as (
    select * from scenario.assumptions
),

securities as (
    select * from scenario.securities
),

index_memberships as (
    select * from staging.index_memberships
),

indices as (
    select * from staging.indices
),

split_intervals as (
    select * from intermediate.split_intervals
),

ranked as (
    select
        index_memberships.index_id,
        index_memberships.security_id,
        index_memberships.as_of_on,
        index_memberships.weight_ratio,
        index_memberships.index_shares,
        index_memberships.basis,
        index_memberships.source,
        row_number() over (
            partition by index_memberships.index_id, index_memberships.security_id
            order by index_memberships.as_of_on desc
        ) as newest_rank
    from index_memberships
    inner join securities on index_memberships.security_id = securities.security_id
    cross join assumptions
    where index_memberships.as_of_on <= assumptions.facts_until_on
)

select
    ranked.index_id,
    ranked.security_id,
    indices.provider_id,
    ranked.as_of_on,
    ranked.weight_ratio,
    ranked.index_shares * split_intervals.split_ratio as index_shares,
    ranked.basis,
    ranked.source
from ranked
inner join indices on ranked.index_id = indices.index_id
inner join split_intervals
    on
        ranked.security_id = split_intervals.security_id
        and ranked.as_of_on >= split_intervals.valid_from_on
        and ranked.as_of_on < split_intervals.valid_until_on
where ranked.newest_rank = 1

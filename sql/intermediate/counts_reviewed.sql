-- The shares that a provider's indices count of a security since its newest review known.
-- grain: provider_id, security_id
-- units: index_shares in shares of the as-of day

with

assumptions as (
    select * from scenario.assumptions
),

index_shares as (
    select * from staging.index_shares
),

split_intervals as (
    select * from intermediate.split_intervals
),

newest as (
    select
        index_shares.provider_id,
        index_shares.security_id,
        max(index_shares.effective_on) as effective_on
    from index_shares
    cross join assumptions
    where index_shares.effective_on <= assumptions.facts_until_on
    group by index_shares.provider_id, index_shares.security_id
)

select
    newest.provider_id,
    newest.security_id,
    newest.effective_on,
    index_shares.index_shares * split_intervals.split_ratio as index_shares,
    index_shares.basis,
    index_shares.source
from newest
inner join index_shares
    on
        newest.provider_id = index_shares.provider_id
        and newest.security_id = index_shares.security_id
        and newest.effective_on = index_shares.effective_on
inner join split_intervals
    on
        newest.security_id = split_intervals.security_id
        and newest.effective_on >= split_intervals.valid_from_on
        and newest.effective_on < split_intervals.valid_until_on

-- Shares of each security that a provider's indices count as of the day, since when they count
-- them, since when the provider's own decision keeps them there, and how many are outstanding.
-- grain: provider_id, security_id
-- units: index_shares and shares_outstanding in shares of the as-of day
-- example: select ticker, index_shares, frozen_from_on from marts.index_counts

with

assumptions as (
    select * from scenario.assumptions
),

index_shares as (
    select * from staging.index_shares
),

decisions as (
    select * from staging.decisions
),

providers as (
    select * from staging.providers
),

securities_asked as (
    select * from intermediate.securities_asked
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
),

decided as (
    select
        decisions.provider_id,
        decisions.happens_on,
        decisions.treatment,
        row_number() over (
            partition by decisions.provider_id
            order by decisions.happens_on desc, decisions.decision_id
        ) as newest_rank
    from decisions
    cross join assumptions
    where decisions.event = 'decision' and decisions.happens_on <= assumptions.facts_until_on
)

select
    newest.provider_id,
    coalesce(providers.provider_name, newest.provider_id) as provider_name,
    newest.security_id,
    securities_asked.ticker,
    securities_asked.is_in_basket,
    newest.effective_on,
    index_shares.index_shares * split_intervals.split_ratio as index_shares,
    decided.happens_on as frozen_from_on,
    securities_asked.shares_outstanding,
    securities_asked.shares_on,
    index_shares.basis,
    index_shares.source
from newest
inner join index_shares
    on
        newest.provider_id = index_shares.provider_id
        and newest.security_id = index_shares.security_id
        and newest.effective_on = index_shares.effective_on
inner join securities_asked on newest.security_id = securities_asked.security_id
inner join split_intervals
    on
        newest.security_id = split_intervals.security_id
        and newest.effective_on >= split_intervals.valid_from_on
        and newest.effective_on < split_intervals.valid_until_on
left join providers on newest.provider_id = providers.provider_id
left join decided
    on
        newest.provider_id = decided.provider_id
        and decided.newest_rank = 1
        and decided.treatment = 'freeze'
order by newest.provider_id, securities_asked.position_id

-- Shares of each security that a provider's indices count as of the day, since when they count
-- them, since when the provider's own decision keeps them there, and how many are outstanding.
-- grain: provider_id, security_id
-- units: index_shares and shares_outstanding in shares of the as-of day
-- example: select ticker, index_shares, frozen_from_on from marts.index_counts

with

counts_reviewed as (
    select * from intermediate.counts_reviewed
),

freezes_decided as (
    select * from intermediate.freezes_decided
),

providers as (
    select * from staging.providers
),

securities_asked as (
    select * from intermediate.securities_asked
)

select
    counts_reviewed.provider_id,
    coalesce(providers.provider_name, counts_reviewed.provider_id) as provider_name,
    counts_reviewed.security_id,
    securities_asked.ticker,
    securities_asked.is_in_basket,
    counts_reviewed.effective_on,
    counts_reviewed.index_shares,
    freezes_decided.frozen_from_on,
    securities_asked.shares_outstanding,
    securities_asked.shares_on,
    counts_reviewed.basis,
    counts_reviewed.source
from counts_reviewed
inner join securities_asked on counts_reviewed.security_id = securities_asked.security_id
left join providers on counts_reviewed.provider_id = providers.provider_id
left join freezes_decided on counts_reviewed.provider_id = freezes_decided.provider_id
order by counts_reviewed.provider_id, securities_asked.position_id

-- The inputs of each estimate beyond the observed part, or the reason why there is none.
-- grain: provider_id, security_id, estimate, applies_to_id
-- units: _usd in US dollars; _shares in shares of the as-of day; _ratio a ratio (0-1)
-- example: select provider_id, tracking_ratio, basis, source from marts.estimates

with

ratios_applied as (
    select * from intermediate.ratios_applied
),

uncovered_estimated as (
    select * from intermediate.uncovered_estimated
),

securities_asked as (
    select * from intermediate.securities_asked
),

both_estimates as (
    select
        ratios_applied.provider_id,
        ratios_applied.security_id,
        'tracking-ratio' as estimate,
        ratios_applied.applies_to_id,
        ratios_applied.as_of_on,
        ratios_applied.tracking_ratio,
        ratios_applied.denominator,
        ratios_applied.denominator_shares,
        cast(null as double) as tracked_aum_usd,
        cast(null as double) as uncovered_usd,
        cast(null as double) as weight_ratio,
        cast(null as double) as replication_ratio,
        ratios_applied.estimated_shares,
        case
            when ratios_applied.estimated_shares is null then 'the denominator is unknown'
        end as not_estimated_reason,
        ratios_applied.basis,
        ratios_applied.source
    from ratios_applied
    union all
    select
        uncovered_estimated.provider_id,
        uncovered_estimated.security_id,
        'tracked-aum' as estimate,
        uncovered_estimated.index_id as applies_to_id,
        uncovered_estimated.weight_on as as_of_on,
        cast(null as double) as tracking_ratio,
        cast(null as string) as denominator,
        cast(null as double) as denominator_shares,
        uncovered_estimated.tracked_aum_usd,
        uncovered_estimated.uncovered_usd,
        uncovered_estimated.weight_ratio,
        uncovered_estimated.replication_ratio,
        uncovered_estimated.uncovered_shares as estimated_shares,
        uncovered_estimated.not_estimated_reason,
        cast(null as string) as basis,
        cast(null as string) as source
    from uncovered_estimated
)

select
    both_estimates.provider_id,
    both_estimates.security_id,
    securities_asked.ticker,
    both_estimates.estimate,
    both_estimates.applies_to_id,
    both_estimates.as_of_on,
    both_estimates.tracking_ratio,
    both_estimates.denominator,
    both_estimates.denominator_shares,
    both_estimates.tracked_aum_usd,
    both_estimates.uncovered_usd,
    both_estimates.weight_ratio,
    both_estimates.replication_ratio,
    both_estimates.estimated_shares,
    both_estimates.not_estimated_reason,
    both_estimates.basis,
    both_estimates.source
from both_estimates
inner join securities_asked on both_estimates.security_id = securities_asked.security_id
order by securities_asked.position_id, both_estimates.provider_id nulls first,
    both_estimates.estimate nulls first, both_estimates.applies_to_id nulls first

-- What a deletion by the providers of each published scope sells of each security: all providers,
-- the others (all but MSCI, whose consultation the figures are about), one provider, one index.
-- An index counts what its covered funds hold and its tracked-AUM estimate.
-- grain: scope, security_id
-- units: _shares in shares of the as-of day; set_shares by the counts of the days that the ratios
--   were set

with

outflows_estimated as (
    select * from intermediate.outflows_estimated
),

holdings_summed as (
    select * from intermediate.holdings_summed
),

uncovered_estimated as (
    select * from intermediate.uncovered_estimated
),

ratios_applied as (
    select * from intermediate.ratios_applied
),

securities_asked as (
    select * from intermediate.securities_asked
),

indices as (
    select * from staging.indices
),

scoped as (
    select
        'all' as scope,
        outflows_estimated.*
    from outflows_estimated
    union all
    select
        'others' as scope,
        outflows_estimated.*
    from outflows_estimated
    where outflows_estimated.provider_id <> 'msci'
    union all
    select
        outflows_estimated.provider_id as scope,
        outflows_estimated.*
    from outflows_estimated
),

of_providers as (
    select
        scoped.scope,
        scoped.security_id,
        sum(scoped.outflow_shares) as outflow_shares,
        sum(
            case
                when scoped.method = 'tracking-ratio' then ratios_applied.set_shares
                else scoped.outflow_shares
            end
        ) as set_shares,
        sum(scoped.observed_shares) as observed_shares,
        count(*) filter (where scoped.method in ('observed', 'membership-unknown'))
            as not_estimated_count,
        count(*) filter (
            where
            scoped.method = 'tracking-ratio'
            and scoped.tracking_ratio_basis in ('calibrated', 'illustrative')
        ) as calibrated_count
    from scoped
    left join ratios_applied
        on
            scoped.provider_id = ratios_applied.provider_id
            and scoped.security_id = ratios_applied.security_id
    group by scoped.scope, scoped.security_id
),

of_indices as (
    select
        indices.index_id as scope,
        securities_asked.security_id,
        coalesce(holdings_summed.observed_shares, 0)
        + coalesce(uncovered_estimated.uncovered_shares, 0) as outflow_shares,
        coalesce(holdings_summed.observed_shares, 0) as observed_shares,
        cast(null as double) as set_shares,
        case when uncovered_estimated.uncovered_shares is null then 1 else 0 end
            as not_estimated_count,
        0 as calibrated_count
    from indices
    cross join securities_asked
    left join holdings_summed
        on
            indices.index_id = holdings_summed.index_id
            and securities_asked.security_id = holdings_summed.security_id
    left join uncovered_estimated
        on
            indices.index_id = uncovered_estimated.index_id
            and securities_asked.security_id = uncovered_estimated.security_id
)

select
    of_providers.scope,
    of_providers.security_id,
    of_providers.outflow_shares,
    of_providers.set_shares,
    of_providers.observed_shares,
    of_providers.not_estimated_count,
    of_providers.calibrated_count
from of_providers
union all
select
    of_indices.scope,
    of_indices.security_id,
    of_indices.outflow_shares,
    of_indices.set_shares,
    of_indices.observed_shares,
    of_indices.not_estimated_count,
    of_indices.calibrated_count
from of_indices

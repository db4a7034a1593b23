-- What there is to choose an outflow from, if one provider deletes a security: what funds were
-- observed to hold, and the tracked-AUM, tracking-ratio and model figures beside it.
-- grain: provider_id, security_id
-- units: _shares in shares of the as-of day; tracking_ratio a ratio (0-1)

with

securities_asked as (
    select * from intermediate.securities_asked
),

providers as (
    select * from staging.providers
),

holdings_summed as (
    select * from intermediate.holdings_summed
),

memberships_selected as (
    select * from intermediate.memberships_selected
),

uncovered_estimated as (
    select * from intermediate.uncovered_estimated
),

ratios_applied as (
    select * from intermediate.ratios_applied
),

models_summed as (
    select * from intermediate.models_summed
),

funds_read as (
    select * from intermediate.funds_read
),

indices as (
    select * from staging.indices
),

read as (
    select indices.provider_id
    from indices
    inner join funds_read on indices.index_id = funds_read.index_id
    group by indices.provider_id
),

observed as (
    select
        holdings_summed.provider_id,
        holdings_summed.security_id,
        sum(holdings_summed.observed_shares) as observed_shares,
        sum(holdings_summed.funds_count)::bigint as funds_count
    from holdings_summed
    group by holdings_summed.provider_id, holdings_summed.security_id
),

members as (
    select
        memberships_selected.provider_id,
        memberships_selected.security_id,
        count(*) as indices_count
    from memberships_selected
    group by memberships_selected.provider_id, memberships_selected.security_id
),

uncovered as (
    select
        uncovered_estimated.provider_id,
        uncovered_estimated.security_id,
        sum(uncovered_estimated.uncovered_shares) as uncovered_shares,
        count(*) as indices_count,
        count(*) filter (where uncovered_estimated.uncovered_shares is null) as unestimated_count,
        min(uncovered_estimated.not_estimated_reason) as not_estimated_reason
    from uncovered_estimated
    group by uncovered_estimated.provider_id, uncovered_estimated.security_id
)

select
    providers.provider_id,
    securities_asked.security_id,
    coalesce(observed.observed_shares, 0) as observed_shares,
    read.provider_id is not null as has_report,
    coalesce(observed.funds_count, 0) as funds_count,
    members.indices_count is not null or observed.funds_count is not null
    or ratios_applied.provider_id is not null as has_membership,
    members.indices_count is not null or observed.funds_count is not null as is_member,
    coalesce(observed.observed_shares, 0) + uncovered.uncovered_shares as tracked_aum_shares,
    case
        when uncovered.indices_count is null then 'no index membership in the data'
        when uncovered.uncovered_shares is null then uncovered.not_estimated_reason
        when uncovered.unestimated_count > 0
            then concat_ws(
                ' ', uncovered.unestimated_count, 'of', uncovered.indices_count,
                'indices not estimated:', uncovered.not_estimated_reason
            )
    end as not_estimated_reason,
    ratios_applied.estimated_shares as tracking_ratio_shares,
    ratios_applied.tracking_ratio,
    ratios_applied.basis as tracking_ratio_basis,
    models_summed.low_shares as model_low_shares,
    models_summed.central_shares as model_central_shares,
    models_summed.high_shares as model_high_shares,
    models_summed.common_low_shares,
    models_summed.common_high_shares,
    models_summed.own_low_shares,
    models_summed.own_high_shares,
    models_summed.floor_shares,
    case
        when models_summed.central_shares is null then 'unknown'
        when models_summed.estimated_count > 0 and models_summed.is_complete then 'estimate'
        else 'at_least'
    end as model_bound,
    models_summed.missing_reason as model_missing_reason,
    coalesce(models_summed.estimated_count, 0) as estimated_count
from providers
cross join securities_asked
left join observed
    on
        providers.provider_id = observed.provider_id
        and securities_asked.security_id = observed.security_id
left join members
    on
        providers.provider_id = members.provider_id
        and securities_asked.security_id = members.security_id
left join uncovered
    on
        providers.provider_id = uncovered.provider_id
        and securities_asked.security_id = uncovered.security_id
left join ratios_applied
    on
        providers.provider_id = ratios_applied.provider_id
        and securities_asked.security_id = ratios_applied.security_id
left join models_summed
    on
        providers.provider_id = models_summed.provider_id
        and securities_asked.security_id = models_summed.security_id
left join read on providers.provider_id = read.provider_id
order by providers.provider_id nulls first, securities_asked.security_id nulls first

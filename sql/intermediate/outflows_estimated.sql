-- The outflow of each security if one provider deletes it: observed, tracked-AUM, tracking-ratio and
-- model figures side by side, and the one chosen by the method of the question: with auto a ratio
-- where one applies, else the model where it reaches beyond what was observed, else that. What is
-- known of it: calibrated, an estimate, at least, or unknown, and then there is no figure. Observed
-- is unknown too where no fund of the provider was read.
-- grain: provider_id, security_id
-- units: _shares in shares of the as-of day; tracking_ratio a ratio (0-1)
-- kind: table

with

assumptions as (
    select * from scenario.assumptions
),

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
),

gathered as (
    select
        providers.provider_id,
        securities_asked.security_id,
        coalesce(observed.observed_shares, 0) as observed_shares,
        read.provider_id is not null as has_report,
        coalesce(observed.funds_count, 0) as funds_count,
        members.indices_count is not null or observed.funds_count is not null
        or ratios_applied.provider_id is not null as has_membership,
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
),

chosen as (
    select
        gathered.*,
        case
            when assumptions.method in ('auto', 'tracking-ratio')
                and gathered.tracking_ratio_shares > gathered.observed_shares
                then 'tracking-ratio'
            when assumptions.method in ('auto', 'tracking-ratio')
                and gathered.tracking_ratio_shares is not null
                then 'observed'
            when assumptions.method in ('auto', 'model')
                and gathered.estimated_count > 0
                and gathered.model_central_shares >= gathered.observed_shares
                and gathered.model_central_shares > 0
                then 'model'
            when assumptions.method = 'tracked-aum'
                and gathered.tracked_aum_shares > gathered.observed_shares
                then 'tracked-aum'
            when gathered.has_membership then 'observed'
            else 'membership-unknown'
        end as method
    from gathered
    cross join assumptions
),

judged as (
    select
        chosen.*,
        case
            when
                chosen.method = 'tracking-ratio'
                and chosen.tracking_ratio_basis in ('calibrated', 'illustrative')
                then 'calibrated'
            when chosen.method in ('tracking-ratio', 'tracked-aum') then 'estimate'
            when chosen.method = 'model' then chosen.model_bound
            when chosen.observed_shares > 0 then 'at_least'
            else 'unknown'
        end as bound
    from chosen
)

select
    judged.provider_id,
    judged.security_id,
    judged.method,
    judged.bound,
    case
        when judged.bound = 'unknown' then null
        when judged.method = 'tracking-ratio' then judged.tracking_ratio_shares
        when judged.method = 'tracked-aum' then judged.tracked_aum_shares
        when judged.method = 'model' then judged.model_central_shares
        else judged.observed_shares
    end as outflow_shares,
    case when judged.has_report then judged.observed_shares end as observed_shares,
    judged.tracked_aum_shares,
    judged.tracking_ratio_shares,
    judged.tracking_ratio,
    judged.tracking_ratio_basis,
    judged.not_estimated_reason,
    judged.funds_count,
    judged.model_low_shares,
    judged.model_central_shares,
    judged.model_high_shares,
    judged.common_low_shares,
    judged.common_high_shares,
    judged.own_low_shares,
    judged.own_high_shares,
    judged.floor_shares,
    judged.model_bound,
    judged.model_missing_reason
from judged
order by judged.provider_id nulls first, judged.security_id nulls first

-- The outflow of each security if one provider deletes it: observed, tracked-AUM, tracking-ratio and
-- model figures side by side, and the one chosen by the method of the question: with auto a ratio
-- where one applies, else the model where it reaches beyond what was observed, else that. What is
-- known of it: calibrated, an estimate, at least, or unknown, and then there is no figure. Observed
-- is unknown too where no fund of the provider is covered.
-- grain: provider_id, security_id
-- units: _shares in shares of the as-of day; tracking_ratio a ratio (0-1)
-- kind: table

with

assumptions as (
    select * from scenario.assumptions
),

outflow_components as (
    select * from intermediate.outflow_components
),

chosen as (
    select
        outflow_components.*,
        case
            when assumptions.method in ('auto', 'tracking-ratio')
                and outflow_components.tracking_ratio_shares > outflow_components.observed_shares
                then 'tracking-ratio'
            when assumptions.method in ('auto', 'tracking-ratio')
                and outflow_components.tracking_ratio_shares is not null
                then 'observed'
            when assumptions.method in ('auto', 'model')
                and outflow_components.estimated_count > 0
                and outflow_components.model_central_shares >= outflow_components.observed_shares
                and outflow_components.model_central_shares > 0
                then 'model'
            when assumptions.method = 'tracked-aum'
                and outflow_components.tracked_aum_shares > outflow_components.observed_shares
                then 'tracked-aum'
            when outflow_components.has_membership then 'observed'
            else 'membership-unknown'
        end as method
    from outflow_components
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
    judged.is_member,
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

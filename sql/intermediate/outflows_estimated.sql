-- The outflow of each security if one provider deletes it: observed, tracked-AUM and
-- tracking-ratio figures side by side, and the one chosen by the method of the question.
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
        ratios_applied.basis as tracking_ratio_basis
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
),

chosen as (
    select
        gathered.provider_id,
        gathered.security_id,
        gathered.observed_shares,
        gathered.funds_count,
        gathered.has_membership,
        gathered.tracked_aum_shares,
        gathered.not_estimated_reason,
        gathered.tracking_ratio_shares,
        gathered.tracking_ratio,
        gathered.tracking_ratio_basis,
        case
            when assumptions.method in ('auto', 'tracking-ratio')
                and gathered.tracking_ratio_shares > gathered.observed_shares
                then 'tracking-ratio'
            when assumptions.method in ('auto', 'tracking-ratio')
                and gathered.tracking_ratio_shares is not null
                then 'observed'
            when assumptions.method in ('auto', 'tracked-aum')
                and gathered.tracked_aum_shares > gathered.observed_shares
                then 'tracked-aum'
            when gathered.has_membership then 'observed'
            else 'membership-unknown'
        end as method
    from gathered
    cross join assumptions
)

select
    chosen.provider_id,
    chosen.security_id,
    chosen.method,
    case chosen.method
        when 'tracking-ratio' then chosen.tracking_ratio_shares
        when 'tracked-aum' then chosen.tracked_aum_shares
        else chosen.observed_shares
    end as outflow_shares,
    chosen.observed_shares,
    chosen.tracked_aum_shares,
    chosen.tracking_ratio_shares,
    chosen.tracking_ratio,
    chosen.tracking_ratio_basis,
    chosen.not_estimated_reason,
    chosen.funds_count
from chosen
order by chosen.provider_id nulls first, chosen.security_id nulls first

-- Tracking-ratio estimate: the newest sourced ratio that names the security, else one that names
-- an index the security belongs to (the largest, as each covers all trackers of the provider).
-- grain: provider_id, security_id
-- units: tracking_ratio a ratio (0-1); denominator_shares and estimated_shares in shares of the
--   as-of day

with

assumptions as (
    select * from scenario.assumptions
),

tracking_ratios as (
    select * from staging.tracking_ratios
),

securities_asked as (
    select * from intermediate.securities_asked
),

memberships_selected as (
    select * from intermediate.memberships_selected
),

ranked as (
    select
        tracking_ratios.provider_id,
        tracking_ratios.applies_to,
        tracking_ratios.applies_to_id,
        tracking_ratios.as_of_on,
        tracking_ratios.tracking_ratio,
        tracking_ratios.denominator,
        tracking_ratios.basis,
        tracking_ratios.source,
        row_number() over (
            partition by tracking_ratios.provider_id, tracking_ratios.applies_to_id
            order by tracking_ratios.as_of_on desc
        ) as newest_rank
    from tracking_ratios
    cross join assumptions
    where tracking_ratios.as_of_on <= assumptions.as_of_on
),

counted_shares as (
    select
        memberships_selected.provider_id,
        memberships_selected.security_id,
        max(memberships_selected.index_shares) as index_shares
    from memberships_selected
    group by memberships_selected.provider_id, memberships_selected.security_id
),

applied as (
    select
        ranked.provider_id,
        ranked.applies_to_id as security_id,
        counted_shares.index_shares,
        1 as preference,
        ranked.applies_to,
        ranked.applies_to_id,
        ranked.as_of_on,
        ranked.tracking_ratio,
        ranked.denominator,
        ranked.basis,
        ranked.source
    from ranked
    left join counted_shares
        on
            ranked.provider_id = counted_shares.provider_id
            and ranked.applies_to_id = counted_shares.security_id
    where ranked.newest_rank = 1 and ranked.applies_to = 'security'
    union all
    select
        ranked.provider_id,
        memberships_selected.security_id,
        memberships_selected.index_shares,
        2 as preference,
        ranked.applies_to,
        ranked.applies_to_id,
        ranked.as_of_on,
        ranked.tracking_ratio,
        ranked.denominator,
        ranked.basis,
        ranked.source
    from ranked
    inner join memberships_selected
        on
            ranked.applies_to_id = memberships_selected.index_id
            and ranked.provider_id = memberships_selected.provider_id
    where ranked.newest_rank = 1 and ranked.applies_to = 'index'
),

measured as (
    select
        applied.provider_id,
        applied.security_id,
        applied.preference,
        applied.applies_to,
        applied.applies_to_id,
        applied.as_of_on,
        applied.tracking_ratio,
        applied.denominator,
        applied.basis,
        applied.source,
        case applied.denominator
            when 'shares_outstanding' then securities_asked.shares_outstanding
            when 'float_shares' then securities_asked.float_shares
            when 'index_shares' then applied.index_shares
        end as denominator_shares
    from applied
    inner join securities_asked on applied.security_id = securities_asked.security_id
),

preferred as (
    select
        measured.provider_id,
        measured.security_id,
        measured.applies_to,
        measured.applies_to_id,
        measured.as_of_on,
        measured.tracking_ratio,
        measured.denominator,
        measured.denominator_shares,
        measured.basis,
        measured.source,
        row_number() over (
            partition by measured.provider_id, measured.security_id
            order by
                measured.preference,
                measured.tracking_ratio * measured.denominator_shares desc nulls last,
                measured.applies_to_id
        ) as preference_rank
    from measured
)

select
    preferred.provider_id,
    preferred.security_id,
    preferred.applies_to,
    preferred.applies_to_id,
    preferred.as_of_on,
    preferred.tracking_ratio,
    preferred.denominator,
    preferred.denominator_shares,
    preferred.tracking_ratio * preferred.denominator_shares as estimated_shares,
    preferred.basis,
    preferred.source
from preferred
where preferred.preference_rank = 1

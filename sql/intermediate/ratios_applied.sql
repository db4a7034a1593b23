-- Tracking-ratio estimate: the newest sourced ratio that names the security, else one that names
-- an index the security belongs to (the largest, as each covers all trackers of the provider); one
-- of the question goes before both. Index shares are those of the last review by the as-of date,
-- else of a membership, else the shares outstanding at that review; for a ratio of the question,
-- which must not fail for want of a count, else the newest.
-- grain: provider_id, security_id
-- units: tracking_ratio a ratio (0-1); denominator_shares, estimated_shares and set_shares (what the
--   ratio gave by the count of the day it was set) in shares of the as-of day
-- kind: table

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

index_shares as (
    select * from staging.index_shares
),

decisions as (
    select * from staging.decisions
),

assumed_ratios as (
    select * from scenario.assumed_ratios
),

counts_dated as (
    select * from intermediate.counts_dated
),

reviewed as (
    select * from intermediate.counts_reviewed
),

split_intervals as (
    select * from intermediate.split_intervals
),

last_reviews as (
    select
        decisions.provider_id,
        max(decisions.happens_on) as reviewed_on
    from decisions
    cross join assumptions
    where
        decisions.event in ('effective', 'reconstitution')
        and decisions.happens_on <= assumptions.as_of_on
    group by decisions.provider_id
),

outstanding as (
    select
        last_reviews.provider_id,
        last_reviews.reviewed_on,
        counts_dated.security_id,
        max_by(counts_dated.shares, counts_dated.counted_on) as shares
    from last_reviews
    inner join counts_dated on last_reviews.reviewed_on >= counts_dated.counted_on
    group by last_reviews.provider_id, last_reviews.reviewed_on, counts_dated.security_id
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
    where tracking_ratios.as_of_on <= assumptions.facts_until_on
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
        assumed_ratios.provider_id,
        assumed_ratios.security_id,
        counted_shares.index_shares,
        0 as preference,
        'security' as applies_to,
        assumed_ratios.security_id as applies_to_id,
        assumptions.as_of_on,
        assumed_ratios.tracking_ratio,
        'index_shares' as denominator,
        'yours' as basis,
        'assumption of the question' as source
    from assumed_ratios
    cross join assumptions
    left join counted_shares
        on
            assumed_ratios.provider_id = counted_shares.provider_id
            and assumed_ratios.security_id = counted_shares.security_id
    union all
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

-- what a ratio was a share of on the day it was set
set_counts as (
    select
        applied.provider_id,
        applied.security_id,
        applied.applies_to_id,
        max_by(counts_dated.shares, counts_dated.counted_on) as shares
    from applied
    inner join counts_dated
        on
            applied.security_id = counts_dated.security_id
            and applied.as_of_on >= counts_dated.counted_on
    group by applied.provider_id, applied.security_id, applied.applies_to_id
),

set_reviews as (
    select
        applied.provider_id,
        applied.security_id,
        applied.applies_to_id,
        max_by(index_shares.index_shares * split_intervals.split_ratio, index_shares.effective_on)
            as index_shares
    from applied
    inner join index_shares
        on
            applied.provider_id = index_shares.provider_id
            and applied.security_id = index_shares.security_id
            and applied.as_of_on >= index_shares.effective_on
    inner join split_intervals
        on
            index_shares.security_id = split_intervals.security_id
            and index_shares.effective_on >= split_intervals.valid_from_on
            and index_shares.effective_on < split_intervals.valid_until_on
    group by applied.provider_id, applied.security_id, applied.applies_to_id
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
            when 'index_shares'
                then coalesce(
                    reviewed.index_shares, applied.index_shares, outstanding.shares,
                    case when applied.basis = 'yours' then securities_asked.shares_outstanding end
                )
        end as denominator_shares,
        case applied.denominator
            when 'shares_outstanding' then set_counts.shares
            when 'index_shares' then set_reviews.index_shares
        end as set_denominator_shares,
        case
            when applied.denominator <> 'index_shares' then null
            when reviewed.index_shares is not null
                then concat_ws(' ', 'counted since', reviewed.effective_on)
            when applied.index_shares is not null then 'counted by a membership'
            when outstanding.shares is not null
                then concat_ws(
                    ' ', 'shares outstanding at the review of', outstanding.reviewed_on
                )
            when applied.basis = 'yours' then 'newest shares outstanding'
        end as denominator_source
    from applied
    inner join securities_asked on applied.security_id = securities_asked.security_id
    left join reviewed
        on
            applied.provider_id = reviewed.provider_id
            and applied.security_id = reviewed.security_id
    left join outstanding
        on
            applied.provider_id = outstanding.provider_id
            and applied.security_id = outstanding.security_id
    left join set_counts
        on
            applied.provider_id = set_counts.provider_id
            and applied.security_id = set_counts.security_id
            and applied.applies_to_id = set_counts.applies_to_id
    left join set_reviews
        on
            applied.provider_id = set_reviews.provider_id
            and applied.security_id = set_reviews.security_id
            and applied.applies_to_id = set_reviews.applies_to_id
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
        measured.set_denominator_shares,
        measured.denominator_source,
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
    preferred.denominator_source,
    preferred.tracking_ratio * preferred.denominator_shares as estimated_shares,
    preferred.tracking_ratio
    * coalesce(preferred.set_denominator_shares, preferred.denominator_shares) as set_shares,
    preferred.basis,
    preferred.source
from preferred
where preferred.preference_rank = 1

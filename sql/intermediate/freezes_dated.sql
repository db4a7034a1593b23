-- Since when each frozen provider counts each security at a standstill: from its own decision where
-- it took one by the as-of date, else from the as-of date on; and the count of the last review
-- before, by the share count of the company and, where known, by the provider's own.
-- grain: scenario_id, provider_id, security_id
-- units: counted_shares and index_shares in shares of the as-of day

with

assumptions as (
    select * from scenario.assumptions
),

treatments as (
    select * from scenario.treatments
),

decisions as (
    select * from staging.decisions
),

freezes_decided as (
    select * from intermediate.freezes_decided
),

counts_dated as (
    select * from intermediate.counts_dated
),

index_shares as (
    select * from staging.index_shares
),

split_intervals as (
    select * from intermediate.split_intervals
),

frozen as (
    select
        treatments.scenario_id,
        treatments.provider_id,
        treatments.security_id,
        freezes_decided.frozen_from_on is not null as is_decided,
        coalesce(freezes_decided.frozen_from_on, assumptions.as_of_on) as frozen_from_on
    from treatments
    cross join assumptions
    left join freezes_decided on treatments.provider_id = freezes_decided.provider_id
    where treatments.treatment = 'freeze'
),

reviewed as (
    select
        frozen.scenario_id,
        frozen.provider_id,
        frozen.security_id,
        frozen.is_decided,
        frozen.frozen_from_on,
        max(decisions.happens_on) as last_reviewed_on
    from frozen
    left join decisions
        on
            frozen.provider_id = decisions.provider_id
            and frozen.frozen_from_on >= decisions.happens_on
            and decisions.event in ('effective', 'reconstitution')
    group by
        frozen.scenario_id,
        frozen.provider_id,
        frozen.security_id,
        frozen.is_decided,
        frozen.frozen_from_on
),

counted as (
    select
        reviewed.scenario_id,
        reviewed.provider_id,
        reviewed.security_id,
        reviewed.is_decided,
        reviewed.frozen_from_on,
        reviewed.last_reviewed_on,
        max(counts_dated.counted_on) as counted_on,
        max_by(counts_dated.shares, counts_dated.counted_on) as counted_shares
    from reviewed
    left join counts_dated
        on
            reviewed.security_id = counts_dated.security_id
            and coalesce(reviewed.last_reviewed_on, reviewed.frozen_from_on)
            >= counts_dated.counted_on
    group by
        reviewed.scenario_id,
        reviewed.provider_id,
        reviewed.security_id,
        reviewed.is_decided,
        reviewed.frozen_from_on,
        reviewed.last_reviewed_on
),

standing as (
    select
        counted.scenario_id,
        counted.provider_id,
        counted.security_id,
        max_by(index_shares.index_shares, index_shares.effective_on) as index_shares,
        max(index_shares.effective_on) as effective_on
    from counted
    cross join assumptions
    inner join index_shares
        on
            counted.provider_id = index_shares.provider_id
            and counted.security_id = index_shares.security_id
            and counted.frozen_from_on >= index_shares.effective_on
            and assumptions.facts_until_on >= index_shares.effective_on
    group by counted.scenario_id, counted.provider_id, counted.security_id
)

select
    counted.scenario_id,
    counted.provider_id,
    counted.security_id,
    counted.is_decided,
    counted.frozen_from_on,
    counted.last_reviewed_on,
    counted.counted_on,
    counted.counted_shares,
    standing.index_shares * split_intervals.split_ratio as index_shares
from counted
left join standing
    on
        counted.scenario_id = standing.scenario_id
        and counted.provider_id = standing.provider_id
        and counted.security_id = standing.security_id
left join split_intervals
    on
        standing.security_id = split_intervals.security_id
        and standing.effective_on >= split_intervals.valid_from_on
        and standing.effective_on < split_intervals.valid_until_on

-- Since when each frozen provider counts each security at a standstill: from its own decision where
-- it took one by the as-of date, else from the as-of date on; and the count of the last review
-- before.
-- grain: scenario_id, provider_id, security_id
-- units: counted_shares in shares of the as-of day

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

counts_dated as (
    select * from intermediate.counts_dated
),

decided as (
    select
        decisions.provider_id,
        max(decisions.happens_on) as decided_on
    from decisions
    cross join assumptions
    where
        decisions.event = 'decision'
        and decisions.treatment = 'freeze'
        and decisions.happens_on <= assumptions.as_of_on
    group by decisions.provider_id
),

frozen as (
    select
        treatments.scenario_id,
        treatments.provider_id,
        treatments.security_id,
        decided.decided_on is not null as is_decided,
        coalesce(decided.decided_on, assumptions.as_of_on) as frozen_from_on
    from treatments
    cross join assumptions
    left join decided on treatments.provider_id = decided.provider_id
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
)

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

-- The first day each provider could take a security out: its next effective day after the as-of
-- date, and after the decision that an open consultation of its own still waits for. Null where the
-- data names none, or where one whose day is not known may come before it.
-- grain: provider_id
-- units: none

with

assumptions as (
    select * from scenario.assumptions
),

providers as (
    select * from staging.providers
),

decisions as (
    select * from staging.decisions
),

consulting as (
    select
        decisions.provider_id,
        min(decisions.happens_on) as opened_on
    from decisions
    cross join assumptions
    where
        decisions.event = 'consultation_opened'
        and decisions.treatment = 'exclude'
        and decisions.happens_on <= assumptions.facts_until_on
    group by decisions.provider_id
),

awaited as (
    select
        decisions.provider_id,
        max(decisions.happens_on) as decision_due_on
    from decisions
    cross join assumptions
    inner join consulting on decisions.provider_id = consulting.provider_id
    where
        decisions.event in ('decision_due', 'consultation_closed')
        and decisions.happens_on > assumptions.as_of_on
    group by decisions.provider_id
),

next_days as (
    select
        decisions.provider_id,
        min(decisions.happens_on) as effective_on
    from decisions
    cross join assumptions
    left join awaited on decisions.provider_id = awaited.provider_id
    where
        decisions.event in ('effective', 'reconstitution')
        and decisions.happens_on > assumptions.as_of_on
        and (
            awaited.decision_due_on is null
            or decisions.happens_on > awaited.decision_due_on
        )
    group by decisions.provider_id
),

undated as (
    select
        decisions.provider_id,
        min(coalesce(decisions.earliest_on, date '0001-01-01')) as earliest_on
    from decisions
    cross join assumptions
    left join awaited on decisions.provider_id = awaited.provider_id
    where
        decisions.happens_on is null
        and decisions.event in ('effective', 'reconstitution')
        and coalesce(decisions.latest_on, date '9999-12-31')
        > coalesce(awaited.decision_due_on, assumptions.as_of_on)
    group by decisions.provider_id
)

select
    providers.provider_id,
    awaited.decision_due_on,
    case
        when undated.earliest_on is null or undated.earliest_on > next_days.effective_on
            then next_days.effective_on
    end as effective_on,
    case
        when undated.earliest_on <= coalesce(next_days.effective_on, date '9999-12-31')
            then 'the next effective day is not known'
        when next_days.effective_on is null then 'no effective day after the as-of date in the data'
    end as unknown_reason
from providers
left join awaited on providers.provider_id = awaited.provider_id
left join next_days on providers.provider_id = next_days.provider_id
left join undated on providers.provider_id = undated.provider_id

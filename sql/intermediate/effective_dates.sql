-- The first day each provider of a scenario could take a security out: its next effective day after
-- the as-of date, and after the decision that an open consultation of its own still waits for; who
-- has none open follows the first of the scenario that has, and so never acts before that decides.
-- Null where the data names none, or where one whose day is not known may come before it.
-- grain: scenario_id, provider_id
-- units: none

with

assumptions as (
    select * from scenario.assumptions
),

asked as (
    select * from scenario.providers
),

decisions as (
    select * from staging.decisions
),

openings as (
    select
        decisions.provider_id,
        max(
            case when decisions.happens_on <= assumptions.facts_until_on then decisions.happens_on end
        ) as opened_on,
        min(
            case when decisions.happens_on > assumptions.facts_until_on then decisions.happens_on end
        ) as next_opened_on
    from decisions
    cross join assumptions
    where decisions.event = 'consultation_opened' and decisions.treatment = 'exclude'
    group by decisions.provider_id
),

decided as (
    select
        decisions.provider_id,
        max(decisions.happens_on) as decided_on
    from decisions
    cross join assumptions
    where
        decisions.event = 'decision'
        and decisions.happens_on <= assumptions.facts_until_on
    group by decisions.provider_id
),

-- a decision due after the next consultation opens is that one's
awaited as (
    select
        decisions.provider_id,
        max(decisions.happens_on) as decision_due_on
    from decisions
    cross join assumptions
    inner join openings on decisions.provider_id = openings.provider_id
    left join decided on decisions.provider_id = decided.provider_id
    where
        decisions.event in ('decision_due', 'consultation_closed')
        and decisions.happens_on > assumptions.as_of_on
        and openings.opened_on is not null
        and decisions.happens_on < coalesce(openings.next_opened_on, date '9999-12-31')
        and (decided.decided_on is null or decided.decided_on < openings.opened_on)
    group by decisions.provider_id
),

leaders as (
    select
        asked.scenario_id,
        min(awaited.decision_due_on) as decision_due_on
    from asked
    inner join awaited on asked.provider_id = awaited.provider_id
    group by asked.scenario_id
),

waiting as (
    select
        asked.scenario_id,
        asked.provider_id,
        awaited.decision_due_on,
        coalesce(awaited.decision_due_on, leaders.decision_due_on, assumptions.as_of_on)
            as waits_until_on
    from asked
    cross join assumptions
    left join awaited on asked.provider_id = awaited.provider_id
    left join leaders on asked.scenario_id = leaders.scenario_id
),

next_days as (
    select
        waiting.scenario_id,
        waiting.provider_id,
        min(decisions.happens_on) as effective_on
    from waiting
    inner join decisions
        on
            waiting.provider_id = decisions.provider_id
            and waiting.waits_until_on < decisions.happens_on
            and decisions.event in ('effective', 'reconstitution')
    group by waiting.scenario_id, waiting.provider_id
),

undated as (
    select
        waiting.scenario_id,
        waiting.provider_id,
        min(coalesce(decisions.earliest_on, date '0001-01-01')) as earliest_on
    from waiting
    inner join decisions
        on
            waiting.provider_id = decisions.provider_id
            and decisions.happens_on is null
            and decisions.event in ('effective', 'reconstitution')
            and waiting.waits_until_on < coalesce(decisions.latest_on, date '9999-12-31')
    group by waiting.scenario_id, waiting.provider_id
)

select
    waiting.scenario_id,
    waiting.provider_id,
    waiting.decision_due_on,
    case
        when undated.earliest_on is null or undated.earliest_on > next_days.effective_on
            then next_days.effective_on
    end as effective_on,
    case
        when undated.earliest_on <= coalesce(next_days.effective_on, date '9999-12-31')
            then 'the next effective day is not known'
        when next_days.effective_on is null then 'no effective day after the as-of date in the data'
    end as unknown_reason
from waiting
left join next_days
    on
        waiting.scenario_id = next_days.scenario_id
        and waiting.provider_id = next_days.provider_id
left join undated
    on
        waiting.scenario_id = undated.scenario_id
        and waiting.provider_id = undated.provider_id

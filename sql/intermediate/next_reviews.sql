-- The first review at which each provider of a scenario could take a security out: its next one
-- after the as-of date, and after the decision it waits for. Where it has a consultation of its own
-- open, that is its own decision; else that of the leader, which is the provider of the scenario
-- whose decision is due first: who follows it never sells before it decides. Not known
-- where a review without a day may come before it.
-- grain: scenario_id, provider_id
-- units: none

with

assumptions as (
    select * from scenario.assumptions
),

scenario_providers as (
    select * from scenario.providers
),

decisions as (
    select * from staging.decisions
),

decisions_awaited as (
    select * from intermediate.decisions_awaited
),

deciding as (
    select
        scenario_providers.scenario_id,
        decisions_awaited.provider_id,
        decisions_awaited.decision_due_on,
        row_number() over (
            partition by scenario_providers.scenario_id
            order by decisions_awaited.decision_due_on, decisions_awaited.provider_id
        ) as leader_rank
    from scenario_providers
    inner join decisions_awaited
        on scenario_providers.provider_id = decisions_awaited.provider_id
),

leaders as (
    select
        deciding.scenario_id,
        deciding.provider_id as leader_id,
        deciding.decision_due_on
    from deciding
    where deciding.leader_rank = 1
),

waiting as (
    select
        scenario_providers.scenario_id,
        scenario_providers.provider_id,
        case when deciding.provider_id is null then leaders.leader_id end as leader_id,
        coalesce(deciding.decision_due_on, leaders.decision_due_on) as decision_due_on
    from scenario_providers
    left join deciding
        on
            scenario_providers.scenario_id = deciding.scenario_id
            and scenario_providers.provider_id = deciding.provider_id
    left join leaders on scenario_providers.scenario_id = leaders.scenario_id
),

reviews as (
    select
        decisions.provider_id,
        decisions.happens_on as review_on,
        min(case when decisions.basis = 'inferred' then 1 else 0 end) = 1 as is_inferred
    from decisions
    where
        decisions.event in ('effective', 'reconstitution')
        and decisions.happens_on is not null
    group by decisions.provider_id, decisions.happens_on
),

following as (
    select
        waiting.scenario_id,
        waiting.provider_id,
        min(reviews.review_on) as review_on
    from waiting
    cross join assumptions
    inner join reviews on waiting.provider_id = reviews.provider_id
    where
        reviews.review_on > assumptions.as_of_on
        and (waiting.decision_due_on is null or reviews.review_on > waiting.decision_due_on)
    group by waiting.scenario_id, waiting.provider_id
),

undated as (
    select
        waiting.scenario_id,
        waiting.provider_id,
        min(coalesce(decisions.earliest_on, date '0001-01-01')) as earliest_on
    from waiting
    cross join assumptions
    inner join decisions on waiting.provider_id = decisions.provider_id
    where
        decisions.happens_on is null
        and decisions.event in ('effective', 'reconstitution')
        and coalesce(waiting.decision_due_on, assumptions.as_of_on)
        < coalesce(decisions.latest_on, date '9999-12-31')
    group by waiting.scenario_id, waiting.provider_id
),

known as (
    select
        following.scenario_id,
        following.provider_id,
        following.review_on
    from following
    left join undated
        on
            following.scenario_id = undated.scenario_id
            and following.provider_id = undated.provider_id
    where undated.earliest_on is null or undated.earliest_on > following.review_on
),

preceding as (
    select
        known.scenario_id,
        known.provider_id,
        max(reviews.review_on) as previous_on
    from known
    inner join reviews
        on
            known.provider_id = reviews.provider_id
            and known.review_on > reviews.review_on
    group by known.scenario_id, known.provider_id
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

announced as (
    select
        known.scenario_id,
        known.provider_id,
        max(decisions.happens_on) as announced_on
    from known
    inner join decisions
        on
            known.provider_id = decisions.provider_id
            and known.review_on >= decisions.happens_on
    left join preceding
        on
            known.scenario_id = preceding.scenario_id
            and known.provider_id = preceding.provider_id
    where
        decisions.event = 'announcement'
        and (preceding.previous_on is null or decisions.happens_on > preceding.previous_on)
    group by known.scenario_id, known.provider_id
)

select
    waiting.scenario_id,
    waiting.provider_id,
    waiting.leader_id,
    decided.decided_on,
    waiting.decision_due_on,
    announced.announced_on,
    known.review_on,
    reviews.is_inferred,
    case
        when known.review_on is null and undated.earliest_on is not null
            then 'the next effective day is not known'
        when known.review_on is null and waiting.leader_id is not null
            then 'no review after the decision of the leader in the data'
        when known.review_on is null and waiting.decision_due_on is not null
            then 'no review after its own decision in the data'
        when known.review_on is null then 'no effective day after the as-of date in the data'
    end as unknown_reason
from waiting
left join decided on waiting.provider_id = decided.provider_id
left join known
    on
        waiting.scenario_id = known.scenario_id
        and waiting.provider_id = known.provider_id
left join undated
    on
        waiting.scenario_id = undated.scenario_id
        and waiting.provider_id = undated.provider_id
left join reviews
    on
        known.provider_id = reviews.provider_id
        and known.review_on = reviews.review_on
left join announced
    on
        waiting.scenario_id = announced.scenario_id
        and waiting.provider_id = announced.provider_id

-- The sessions on whose closes trackers trade the next review of each provider, and the steps of a
-- reweight, by the convention of the provider: the session given or the last one before the day in
-- force, and as many before it as the change is traded over. In force from the session after the
-- last of them. By calendar: where an exchange is closed on the day given, its last session before.
-- Nothing of days beyond the sessions known.
-- grain: scenario_id, provider_id, review_on, calendar_id, trades_on
-- units: sessions_count in sessions; session_number from 1, the first of them

with

next_reviews as (
    select * from intermediate.next_reviews
),

trade_conventions as (
    select * from staging.trade_conventions
),

sessions as (
    select * from scenario.sessions
),

steps as (
    select * from scenario.steps
),

due as (
    select
        next_reviews.scenario_id,
        next_reviews.provider_id,
        next_reviews.review_on
    from next_reviews
    where next_reviews.review_on is not null
    union
    select
        next_reviews.scenario_id,
        next_reviews.provider_id,
        steps.effective_on as review_on
    from next_reviews
    cross join steps
),

conventional as (
    select
        due.scenario_id,
        due.provider_id,
        due.review_on,
        coalesce(trade_conventions.day_is, 'close') as day_is,
        coalesce(trade_conventions.sessions_count, 1) as sessions_count
    from due
    left join trade_conventions on due.provider_id = trade_conventions.provider_id
),

horizons as (
    select
        sessions.calendar_id,
        max(sessions.session_on) as last_on
    from sessions
    group by sessions.calendar_id
),

closing as (
    select
        conventional.scenario_id,
        conventional.provider_id,
        conventional.review_on,
        conventional.sessions_count,
        sessions.calendar_id,
        max(sessions.session_number) as last_number
    from conventional
    inner join sessions
        on
            conventional.review_on > sessions.session_on
            or (conventional.day_is = 'close' and conventional.review_on = sessions.session_on)
    inner join horizons
        on
            sessions.calendar_id = horizons.calendar_id
            and conventional.review_on <= horizons.last_on
    group by
        conventional.scenario_id,
        conventional.provider_id,
        conventional.review_on,
        conventional.sessions_count,
        sessions.calendar_id
),

in_force as (
    select
        sessions.calendar_id,
        sessions.session_number - 1 as last_number,
        sessions.session_on as effective_on
    from sessions
)

select
    closing.scenario_id,
    closing.provider_id,
    closing.review_on,
    closing.calendar_id,
    sessions.session_on as trades_on,
    sessions.is_assumed,
    closing.sessions_count - closing.last_number + sessions.session_number as session_number,
    closing.sessions_count,
    in_force.effective_on
from closing
inner join sessions
    on
        closing.calendar_id = sessions.calendar_id
        and closing.last_number >= sessions.session_number
        and closing.last_number - closing.sessions_count < sessions.session_number
left join in_force
    on
        closing.calendar_id = in_force.calendar_id
        and closing.last_number = in_force.last_number

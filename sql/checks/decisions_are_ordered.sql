-- A consultation ends, and its decision is due, after a consultation of that provider opened.
-- says: a consultation ends before any of that provider's opened
-- severity: warn
-- scope: question
-- remedy: Correct the days in decisions; whose decision is awaited, and until when, rests on them.

with

decisions as (
    select * from staging.decisions
),

opened as (
    select
        decisions.provider_id,
        min(decisions.happens_on) as opened_on
    from decisions
    where decisions.event = 'consultation_opened'
    group by decisions.provider_id
)

select
    decisions.provider_id as subject,
    concat_ws(' ', decisions.event, decisions.happens_on, 'opened', opened.opened_on) as fact
from decisions
inner join opened on decisions.provider_id = opened.provider_id
where
    decisions.event in ('consultation_closed', 'decision_due')
    and decisions.happens_on < opened.opened_on

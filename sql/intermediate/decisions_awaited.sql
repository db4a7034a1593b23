-- What each provider has still to decide: the consultation on an exclusion that is open on the
-- as-of date (by what was known then), and the day until which its own decision is due. A consultation that a decision
-- followed by then is closed; days of a later consultation are not those of this one.
-- grain: provider_id
-- units: none

with

assumptions as (
    select * from scenario.assumptions
),

decisions as (
    select * from staging.decisions
),

opened as (
    select
        decisions.provider_id,
        max(case when decisions.happens_on <= assumptions.facts_until_on then decisions.happens_on end)
            as opened_on,
        min(case when decisions.happens_on > assumptions.facts_until_on then decisions.happens_on end)
            as next_opened_on
    from decisions
    cross join assumptions
    where
        decisions.event = 'consultation_opened'
        and decisions.treatment = 'exclude'
    group by decisions.provider_id
),

decided as (
    select
        opened.provider_id,
        count(*) as decisions_count
    from opened
    cross join assumptions
    inner join decisions
        on
            opened.provider_id = decisions.provider_id
            and opened.opened_on <= decisions.happens_on
            and assumptions.facts_until_on >= decisions.happens_on
    where decisions.event = 'decision'
    group by opened.provider_id
)

select
    opened.provider_id,
    opened.opened_on,
    max(decisions.happens_on) as decision_due_on
from opened
cross join assumptions
inner join decisions on opened.provider_id = decisions.provider_id
left join decided on opened.provider_id = decided.provider_id
where
    opened.opened_on is not null
    and decided.provider_id is null
    and decisions.event in ('decision_due', 'consultation_closed')
    and decisions.happens_on > assumptions.as_of_on
    and (opened.next_opened_on is null or decisions.happens_on < opened.next_opened_on)
group by opened.provider_id, opened.opened_on

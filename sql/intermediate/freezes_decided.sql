-- Since when a provider keeps its counts where they are, by its own newest decision: none where that
-- is another one.
-- grain: provider_id
-- units: none

with

assumptions as (
    select * from scenario.assumptions
),

decisions as (
    select * from staging.decisions
),

ranked as (
    select
        decisions.provider_id,
        decisions.happens_on,
        decisions.treatment,
        row_number() over (
            partition by decisions.provider_id
            order by decisions.happens_on desc, decisions.decision_id
        ) as newest_rank
    from decisions
    cross join assumptions
    where decisions.event = 'decision' and decisions.happens_on <= assumptions.facts_until_on
)

select
    ranked.provider_id,
    ranked.happens_on as frozen_from_on
from ranked
where ranked.newest_rank = 1 and ranked.treatment = 'freeze'

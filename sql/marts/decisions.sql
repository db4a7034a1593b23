-- What providers announced and did, in time order; events after the as-of date are marked.
-- grain: decision_id
-- units: none
-- example: select happens_on, event, treatment from marts.decisions where provider_id = 'msci'

with

assumptions as (
    select * from scenario.assumptions
),

decisions as (
    select * from staging.decisions
),

providers as (
    select * from staging.providers
)

select
    decisions.decision_id,
    decisions.provider_id,
    coalesce(providers.provider_name, decisions.provider_id) as provider_name,
    decisions.happens_on,
    decisions.event,
    decisions.treatment,
    decisions.note,
    decisions.happens_on > assumptions.as_of_on as is_after_as_of,
    decisions.basis,
    decisions.source
from decisions
cross join assumptions
left join providers on decisions.provider_id = providers.provider_id
order by decisions.happens_on nulls last, decisions.decision_id

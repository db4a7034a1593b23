-- What providers announced and did.
-- grain: decision_id
-- units: none

with

decisions as (
    select * from raw.decisions
)

select
    decisions.decision_id,
    decisions.provider_id,
    cast(decisions.happens_on as date) as happens_on,
    cast(decisions.earliest_on as date) as earliest_on,
    cast(decisions.latest_on as date) as latest_on,
    decisions.event,
    decisions.treatment,
    decisions.note,
    decisions.basis,
    decisions.source
from decisions

-- What the providers of the sample announced and did; events of others stay in the facts.
-- grain: decision_id (provider, event, day, and a number from the second of the same day on)
-- units: none
with

named as (
    select
        decisions.*,
        concat_ws(
            '-', decisions.provider_id, decisions.event, coalesce(decisions.happens_on, 'undated')
        ) as slug,
        row_number() over (partition by slug order by decisions.row_id) as repeat_count
    from sources.decisions
    inner join sources.providers on decisions.provider_id = providers.provider_id
)

select
    slug || case when repeat_count > 1 then '-' || repeat_count else '' end as decision_id,
    provider_id,
    happens_on,
    earliest_on,
    latest_on,
    event,
    treatment,
    note,
    basis,
    source
from named

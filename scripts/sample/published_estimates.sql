-- Outflow figures that others published. What the compiler noted follows the wording in brackets.
-- A figure that is not an outflow (the stock held passively; an INFLOW by its note) keeps its
-- words, and its outflow is null.
-- grain: estimate_id (estimator, scope, day, and a number from the second of the same name on)
-- units: US dollars
with

named as (
    select
        published_estimates.*,
        scope <> 'passive_holding' and not contains(coalesce(note, ''), 'INFLOW') as is_outflow,
        concat_ws(
            '-',
            trim(regexp_replace(lower(estimator), '[^a-z0-9]+', '-', 'g'), '-'),
            scope,
            coalesce(published_on, 'undated')
        ) as slug,
        row_number() over (partition by slug order by row_id) as repeat_count
    from sources.published_estimates
)

select
    slug || case when repeat_count > 1 then '-' || repeat_count else '' end as estimate_id,
    estimator,
    published_on,
    scope,
    security_or_basket as subject,
    case when is_outflow then outflow_low_usd end as outflow_low_usd,
    case when is_outflow then outflow_high_usd end as outflow_high_usd,
    reading,
    assumed_market_cap_usd,
    market_cap_counts,
    wording || coalesce(' [' || note || ']', '') as wording,
    basis,
    source
from named

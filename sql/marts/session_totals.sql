-- What a scenario's trackers would sell (bought: negative) of the whole basket on each session, at
-- least: securities without a figure add nothing and are counted. The largest session of a scenario
-- is marked.
-- grain: scenario_id, trades_on
-- units: outflow_usd in US dollars at the price of the as-of day
-- example: select scenario_id, trades_on, outflow_usd from marts.session_totals where is_largest

with

timeline as (
    select * from marts.timeline
),

scenarios as (
    select * from scenario.scenarios
),

summed as (
    select
        timeline.scenario_id,
        timeline.trades_on,
        count(distinct timeline.provider_id) as providers_count,
        count(distinct timeline.security_id) as securities_count,
        count(distinct case when timeline.outflow_usd is null then timeline.security_id end)
            as unknown_securities_count,
        max(case when timeline.is_inferred then 1 else 0 end) = 1 as is_inferred,
        max(case when timeline.bound in ('at_least', 'unknown') then 1 else 0 end) = 1
            as is_at_least,
        sum(timeline.outflow_usd) as outflow_usd
    from timeline
    where timeline.is_in_basket and timeline.trades_on is not null
    group by timeline.scenario_id, timeline.trades_on
)

select
    summed.scenario_id,
    summed.trades_on,
    summed.providers_count,
    summed.securities_count,
    summed.unknown_securities_count,
    summed.is_inferred,
    summed.is_at_least,
    summed.outflow_usd,
    coalesce(
        summed.outflow_usd <> 0
        and row_number() over (
            partition by summed.scenario_id
            order by abs(summed.outflow_usd) desc nulls last, summed.trades_on
        ) = 1,
        false
    ) as is_largest
from summed
inner join scenarios on summed.scenario_id = scenarios.scenario_id
order by scenarios.position_id, summed.trades_on

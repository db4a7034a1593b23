-- The basket of each scenario: the securities of the list or of the question, summed. Securities
-- without a price are counted and left out of the dollars; not estimated counts those that are so
-- only in part too. The basket is at least its sum as soon as one member is no estimate, and unknown
-- where all are.
-- grain: scenario_id
-- units: _usd in US dollars at the prices of the as-of day, net and below 0 where bought (gross_ from 0)
-- example: select scenario_id, outflow_usd, increment_usd from marts.scenario_totals

with

scenarios as (
    select * from scenario.scenarios
),

outflows as (
    select * from marts.outflows
)

select
    scenarios.scenario_id,
    count(*) as securities_count,
    count(*) filter (where outflows.method = 'membership-unknown') as membership_unknown_count,
    count(*) filter (where outflows.method in ('observed', 'mixed')) as not_estimated_count,
    count(*) filter (where outflows.close_usd is null) as unpriced_count,
    case
        when count(*) filter (where outflows.bound <> 'unknown') = 0 then 'unknown'
        when count(*) filter (where outflows.bound = 'partial') > 0 then 'partial'
        when
            count(*) filter (where outflows.bound in ('unknown', 'at_least')) > 0
            and min(outflows.outflow_shares) < 0 and max(outflows.outflow_shares) > 0
            then 'partial'
        when count(*) filter (where outflows.bound in ('unknown', 'at_least')) > 0 then 'at_least'
        when count(*) filter (where outflows.bound = 'calibrated') > 0 then 'calibrated'
        else 'estimate'
    end as bound,
    sum(outflows.outflow_usd) as outflow_usd,
    sum(outflows.gross_sold_usd) as gross_sold_usd,
    sum(outflows.gross_bought_usd) as gross_bought_usd,
    sum(outflows.observed_outflow_usd) as observed_outflow_usd,
    sum(outflows.estimated_outflow_usd) as estimated_outflow_usd,
    sum(outflows.increment_usd) as increment_usd,
    case
        when count(outflows.model_central_shares) = 0 then 'unknown'
        when count(*) filter (where outflows.model_bound <> 'estimate') > 0 then 'at_least'
        else 'estimate'
    end as model_bound,
    sum(outflows.model_low_usd) as model_low_usd,
    sum(outflows.model_central_usd) as model_central_usd,
    sum(outflows.model_high_usd) as model_high_usd
from scenarios
inner join outflows on scenarios.scenario_id = outflows.scenario_id
where outflows.is_in_basket
group by scenarios.scenario_id, scenarios.position_id
order by scenarios.position_id

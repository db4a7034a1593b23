-- The basket of each scenario: the securities of the list or of the question, summed. Securities
-- without a price are counted and left out of the dollars; not estimated counts those that are so
-- only in part too. The basket is at least its sum as soon as one member is no estimate or sells what
-- has no price, and unknown where all are so. Of a basket of which nothing is known, that no covered
-- fund holds any is no figure.
-- grain: scenario_id
-- units: _usd in US dollars at the prices of the as-of day, net and below 0 where bought (gross_
--   from 0)
-- example: select scenario_id, outflow_usd, increment_usd from marts.scenario_totals

with

scenarios as (
    select * from scenario.scenarios
),

outflows as (
    select * from marts.outflows
),

judged as (
    select
        outflows.*,
        outflows.bound <> 'unknown'
        and (outflows.close_usd is not null or outflows.outflow_shares = 0) as is_valued,
        outflows.close_usd is null and coalesce(outflows.outflow_shares, 1) <> 0 as is_unvalued
    from outflows
    where outflows.is_in_basket
),

summed as (
    select
        judged.scenario_id,
        count(*) as securities_count,
        count(*) filter (where judged.method = 'membership-unknown') as membership_unknown_count,
        count(*) filter (where judged.method in ('observed', 'mixed')) as not_estimated_count,
        count(*) filter (where judged.close_usd is null) as unpriced_count,
        case
            when count(*) filter (where judged.is_valued) = 0 then 'unknown'
            when
                count(*) filter (
                    where judged.bound in ('unknown', 'at_least') or judged.is_unvalued
                ) > 0
                then case
                    when min(judged.outflow_usd) < 0 and max(judged.outflow_usd) > 0 then 'partial'
                    else 'at_least'
                end
            when count(*) filter (where judged.bound = 'partial') > 0 then 'partial'
            when count(*) filter (where judged.bound = 'calibrated') > 0 then 'calibrated'
            else 'estimate'
        end as bound,
        sum(case when judged.outflow_shares = 0 then 0e0 else judged.outflow_usd end)
            as outflow_usd,
        sum(judged.gross_sold_usd) as gross_sold_usd,
        sum(judged.gross_bought_usd) as gross_bought_usd,
        sum(judged.observed_outflow_usd) as observed_outflow_usd,
        sum(judged.estimated_outflow_usd) as estimated_outflow_usd,
        sum(judged.increment_usd) as increment_usd,
        case
            when count(judged.model_central_usd) = 0 then 'unknown'
            when
                count(*) filter (where judged.model_bound <> 'estimate' or judged.is_unvalued) > 0
                then 'at_least'
            else 'estimate'
        end as model_bound,
        sum(judged.model_low_usd) as model_low_usd,
        sum(judged.model_central_usd) as model_central_usd,
        sum(judged.model_high_usd) as model_high_usd
    from judged
    group by judged.scenario_id
)

select
    summed.scenario_id,
    summed.securities_count,
    summed.membership_unknown_count,
    summed.not_estimated_count,
    summed.unpriced_count,
    summed.bound,
    summed.outflow_usd,
    summed.gross_sold_usd,
    summed.gross_bought_usd,
    case
        when summed.bound <> 'unknown' or summed.observed_outflow_usd > 0
            then summed.observed_outflow_usd
    end as observed_outflow_usd,
    summed.estimated_outflow_usd,
    summed.increment_usd,
    summed.model_bound,
    summed.model_low_usd,
    summed.model_central_usd,
    summed.model_high_usd
from summed
inner join scenarios on summed.scenario_id = scenarios.scenario_id
order by scenarios.position_id

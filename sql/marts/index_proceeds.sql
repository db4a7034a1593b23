-- What trackers of an index receive for the leavers of a scenario's basket, beside every member's
-- weight: the inputs of replacement buying. A leaver is a basket security whose provider deletes it.
-- grain: scenario_id, index_id, security_id
-- units: weight_ratio and cap_ratio in a ratio (0-1); proceeds_usd in US dollars at the price of the as-of day,
--   of all leavers of the index together, as observed in fund disclosures; weights_on the day of the
--   fund's report that the weights are derived from, null where they are stated
-- example: select index_id, security_id, weight_ratio, is_leaving from marts.index_proceeds

with

scenario_providers as (
    select * from scenario.providers
),

index_outflows as (
    select * from marts.index_outflows
),

member_weights as (
    select * from intermediate.member_weights
),

securities as (
    select * from staging.securities
),

indices as (
    select * from staging.indices
),

asked as (
    select * from scenario.securities
),

proceeds as (
    select
        index_outflows.scenario_id,
        index_outflows.provider_id,
        index_outflows.index_id,
        sum(index_outflows.observed_outflow_usd) as proceeds_usd
    from index_outflows
    where index_outflows.is_in_basket and index_outflows.observed_outflow_usd > 0
    group by index_outflows.scenario_id, index_outflows.provider_id, index_outflows.index_id
)

select
    proceeds.scenario_id,
    proceeds.provider_id,
    proceeds.index_id,
    indices.member_count_is_fixed,
    indices.cap_ratio,
    member_weights.security_id,
    securities.ticker,
    member_weights.weight_ratio,
    member_weights.weights_fund_id,
    member_weights.weights_fund_name,
    member_weights.weights_on,
    coalesce(asked.is_in_basket, false) as is_leaving,
    proceeds.proceeds_usd
from proceeds
inner join indices on proceeds.index_id = indices.index_id
inner join scenario_providers
    on
        proceeds.scenario_id = scenario_providers.scenario_id
        and proceeds.provider_id = scenario_providers.provider_id
inner join member_weights on proceeds.index_id = member_weights.index_id
left join securities on member_weights.security_id = securities.security_id
left join asked on member_weights.security_id = asked.security_id
order by scenario_providers.scenario_position_id, proceeds.index_id, member_weights.security_id

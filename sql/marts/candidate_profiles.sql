-- Analysts' ratings and targets beside each candidate's index risk. A note published after the
-- as-of date is marked; hpc_capacity_mw is the first megawatt figure of the note's own words.
-- grain: scenario_id, security_id, broker, published_on
-- units: _usd in US dollars (targets a share); _ratio a ratio (0-1); hpc_capacity_mw in megawatts
-- example: select ticker, rating_after, target_after_usd from marts.candidate_profiles

with

assumptions as (
    select * from scenario.assumptions
),

outflows as (
    select * from marts.outflows
),

scenarios as (
    select * from scenario.scenarios
),

analyst_targets as (
    select * from staging.analyst_targets
)

select
    outflows.scenario_id,
    outflows.security_id,
    outflows.ticker,
    outflows.security_name,
    outflows.is_in_basket,
    analyst_targets.broker,
    analyst_targets.published_on,
    analyst_targets.published_on > assumptions.facts_until_on as is_after_as_of,
    analyst_targets.rating_before,
    analyst_targets.rating_after,
    analyst_targets.target_before_usd,
    analyst_targets.target_after_usd,
    outflows.close_usd,
    analyst_targets.target_after_usd / outflows.close_usd - 1 as target_over_close_ratio,
    analyst_targets.hpc_capacity_mw,
    analyst_targets.hpc_note,
    outflows.outflow_usd,
    outflows.observed_outflow_usd,
    outflows.outflow_of_shares_outstanding_ratio,
    outflows.method,
    analyst_targets.basis,
    analyst_targets.source
from outflows
cross join assumptions
inner join scenarios on outflows.scenario_id = scenarios.scenario_id
inner join analyst_targets on outflows.security_id = analyst_targets.security_id
order by scenarios.position_id, outflows.ticker nulls first, analyst_targets.published_on,
    analyst_targets.broker

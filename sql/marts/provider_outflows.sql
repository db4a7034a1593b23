-- What trackers of each provider must sell of each security in each scenario: observed in fund
-- disclosures, and estimated beyond it.
-- grain: scenario_id, provider_id, security_id
-- units: _usd in US dollars at the price of the as-of day; _shares in shares of the as-of day;
--   tracking_ratio a ratio (0-1)
-- example: select provider_id, outflow_usd from marts.provider_outflows where ticker = 'MSTR'
-- kind: table

with

scenario_providers as (
    select * from scenario.providers
),

outflows_estimated as (
    select * from intermediate.outflows_estimated
),

securities_asked as (
    select * from intermediate.securities_asked
),

prices_selected as (
    select * from intermediate.prices_selected
)

select
    scenario_providers.scenario_id,
    scenario_providers.provider_id,
    outflows_estimated.security_id,
    securities_asked.ticker,
    securities_asked.security_name,
    securities_asked.is_in_basket,
    outflows_estimated.method,
    outflows_estimated.not_estimated_reason,
    outflows_estimated.tracking_ratio,
    outflows_estimated.tracking_ratio_basis,
    outflows_estimated.funds_count,
    outflows_estimated.outflow_shares,
    outflows_estimated.outflow_shares * prices_selected.close_usd as outflow_usd,
    outflows_estimated.observed_shares as observed_outflow_shares,
    outflows_estimated.observed_shares * prices_selected.close_usd as observed_outflow_usd,
    outflows_estimated.outflow_shares - outflows_estimated.observed_shares
        as estimated_outflow_shares,
    (outflows_estimated.outflow_shares - outflows_estimated.observed_shares)
    * prices_selected.close_usd as estimated_outflow_usd,
    outflows_estimated.tracked_aum_shares as tracked_aum_outflow_shares,
    outflows_estimated.tracking_ratio_shares as tracking_ratio_outflow_shares
from scenario_providers
inner join outflows_estimated
    on scenario_providers.provider_id = outflows_estimated.provider_id
inner join securities_asked
    on outflows_estimated.security_id = securities_asked.security_id
inner join prices_selected
    on outflows_estimated.security_id = prices_selected.security_id
order by scenario_providers.scenario_position_id, scenario_providers.provider_id nulls first,
    securities_asked.position_id

-- What covered funds hold, by the index they track, and sell under the treatment of its
-- provider. Observed only.
-- grain: scenario_id, index_id, security_id
-- units: _usd in US dollars at the price of the as-of day; _shares in shares of the as-of day
-- example: select index_name, observed_outflow_usd from marts.index_outflows where ticker = 'MSTR'

with

scenario_providers as (
    select * from scenario.providers
),

holdings_summed as (
    select * from intermediate.holdings_summed
),

indices as (
    select * from staging.indices
),

securities_asked as (
    select * from intermediate.securities_asked
),

prices_selected as (
    select * from intermediate.prices_selected
),

treatments as (
    select * from scenario.treatments
)

select
    scenario_providers.scenario_id,
    scenario_providers.provider_id,
    holdings_summed.index_id,
    indices.index_name,
    holdings_summed.security_id,
    securities_asked.ticker,
    securities_asked.is_in_basket,
    holdings_summed.funds_count,
    holdings_summed.observed_shares * coalesce(treatments.sold_ratio, 1)
        as observed_outflow_shares,
    holdings_summed.observed_shares * coalesce(treatments.sold_ratio, 1)
    * prices_selected.close_usd as observed_outflow_usd
from scenario_providers
inner join holdings_summed on scenario_providers.provider_id = holdings_summed.provider_id
inner join indices on holdings_summed.index_id = indices.index_id
inner join securities_asked on holdings_summed.security_id = securities_asked.security_id
inner join prices_selected on holdings_summed.security_id = prices_selected.security_id
left join treatments
    on
        scenario_providers.scenario_id = treatments.scenario_id
        and scenario_providers.provider_id = treatments.provider_id
        and holdings_summed.security_id = treatments.security_id
order by scenario_providers.scenario_position_id, scenario_providers.provider_id nulls first,
    holdings_summed.index_id nulls first, securities_asked.position_id

-- Who must sell: each fund's position in each security, as last reported, and what of it is sold
-- under the treatment of the fund's provider.
-- grain: scenario_id, fund_id, security_id
-- units: _usd in US dollars at the price of the as-of day; _shares in shares of the as-of day
-- example: select fund_name, as_of_on, observed_outflow_shares from marts.fund_outflows

with

scenario_providers as (
    select * from scenario.providers
),

holdings_of_trackers as (
    select * from intermediate.holdings_of_trackers
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
    holdings_of_trackers.index_id,
    holdings_of_trackers.fund_id,
    holdings_of_trackers.fund_name,
    holdings_of_trackers.manager_name,
    holdings_of_trackers.security_id,
    securities_asked.ticker,
    securities_asked.is_in_basket,
    holdings_of_trackers.as_of_on,
    holdings_of_trackers.is_stale,
    holdings_of_trackers.shares as held_shares,
    holdings_of_trackers.shares * coalesce(treatments.sold_ratio, 1) as observed_outflow_shares,
    holdings_of_trackers.shares * coalesce(treatments.sold_ratio, 1) * prices_selected.close_usd
        as observed_outflow_usd,
    holdings_of_trackers.basis,
    holdings_of_trackers.source
from scenario_providers
inner join holdings_of_trackers
    on scenario_providers.provider_id = holdings_of_trackers.provider_id
inner join securities_asked
    on holdings_of_trackers.security_id = securities_asked.security_id
inner join prices_selected
    on holdings_of_trackers.security_id = prices_selected.security_id
left join treatments
    on
        scenario_providers.scenario_id = treatments.scenario_id
        and scenario_providers.provider_id = treatments.provider_id
        and holdings_of_trackers.security_id = treatments.security_id
order by scenario_providers.scenario_position_id, securities_asked.position_id,
    holdings_of_trackers.shares desc nulls last, holdings_of_trackers.fund_id nulls first

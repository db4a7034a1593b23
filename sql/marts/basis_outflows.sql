-- How the observed part is known: as reported, with an inferred date, or derived from rounded
-- weights.
-- grain: scenario_id, provider_id, security_id, basis
-- units: _usd in US dollars at the price of the as-of day; _shares in shares of the as-of day
-- example: select basis, sum(observed_outflow_usd) from marts.basis_outflows group by basis

with

fund_outflows as (
    select * from marts.fund_outflows
)

select
    fund_outflows.scenario_id,
    fund_outflows.provider_id,
    fund_outflows.security_id,
    fund_outflows.ticker,
    fund_outflows.is_in_basket,
    fund_outflows.basis,
    count(*) as funds_count,
    sum(fund_outflows.observed_outflow_shares) as observed_outflow_shares,
    sum(fund_outflows.observed_outflow_usd) as observed_outflow_usd
from fund_outflows
group by
    fund_outflows.scenario_id,
    fund_outflows.provider_id,
    fund_outflows.security_id,
    fund_outflows.ticker,
    fund_outflows.is_in_basket,
    fund_outflows.basis
order by fund_outflows.scenario_id nulls first, fund_outflows.provider_id nulls first,
    fund_outflows.security_id nulls first, fund_outflows.basis nulls first

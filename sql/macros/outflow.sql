-- Passive selling of one security if these providers delete it together.
-- The ticker (or ISIN) must be one the question asks about; an unknown one is refused.
-- arguments: asked_ticker, asked_provider_ids
-- grain: security_id
-- units: _usd in US dollars at the price of the as-of day; _shares in shares of the as-of day
-- example: select outflow_usd from outflow('MSTR', ['msci'])

with

security_named as (
    select * from security_named(asked_ticker)
),

outflows as (
    select * from scenario_of(asked_provider_ids)
)

select
    outflows.security_id,
    outflows.ticker,
    outflows.security_name,
    outflows.is_in_basket,
    outflows.outflow_shares,
    outflows.outflow_usd,
    outflows.observed_outflow_shares,
    outflows.observed_outflow_usd,
    outflows.close_usd,
    outflows.methods
from security_named
inner join outflows on security_named.security_id = outflows.security_id

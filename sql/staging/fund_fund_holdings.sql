-- Funds held by funds: for the double-counting check.
-- grain: fund_id, as_of_on, held_name
-- units: market_value_usd in US dollars

with

fund_fund_holdings as (
    select * from raw.fund_fund_holdings
)

select
    fund_fund_holdings.fund_id,
    cast(fund_fund_holdings.as_of_on as date) as as_of_on,
    fund_fund_holdings.held_name,
    fund_fund_holdings.held_fund_id,
    cast(fund_fund_holdings.market_value_usd as double) as market_value_usd,
    fund_fund_holdings.basis,
    fund_fund_holdings.source
from fund_fund_holdings

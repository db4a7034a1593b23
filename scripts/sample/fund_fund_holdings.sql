-- Funds held by funds.
-- grain: fund_id, as_of_on, held_name
-- units: market_value_usd in US dollars
select
    fund_id,
    as_of_on,
    held_fund_name as held_name,
    held_fund_id,
    market_value_usd,
    basis,
    source
from sources.fund_fund_holdings

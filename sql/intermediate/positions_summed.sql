-- What each report lists, of every security: how many positions, worth how much, and how many
-- of them no question can use.
-- grain: fund_id, as_of_on
-- units: market_value_usd in US dollars as reported

with

holdings as (
    select * from staging.holdings_stated
)

select
    holdings.fund_id,
    holdings.as_of_on,
    count(*) as positions_count,
    sum(holdings.market_value_usd) as market_value_usd,
    count(*) filter (where not holdings.is_usable) as unusable_count
from holdings
group by holdings.fund_id, holdings.as_of_on

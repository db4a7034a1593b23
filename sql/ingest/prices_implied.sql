-- Positions whose value ÷ shares is off the price by more than 5 %: taken as stated, and flagged.
-- grain: fund_id, as_of_on, security_id
-- units: implied_usd and close_usd in US dollars a share; shares in shares; deviation_ratio is
--   implied ÷ close - 1
-- kind: table

with

holdings as (
    select * from ingest.holdings_reported
),

prices as (
    select * from ingest.prices_at_reports
)

select
    holdings.fund_id,
    holdings.as_of_on,
    holdings.security_id,
    holdings.shares,
    holdings.market_value_usd / holdings.shares as implied_usd,
    prices.close_usd,
    holdings.market_value_usd / holdings.shares / prices.close_usd - 1 as deviation_ratio
from holdings
inner join prices
    on holdings.security_id = prices.security_id and holdings.as_of_on = prices.as_of_on
where
    holdings.market_value_usd is not null
    and abs(holdings.market_value_usd / holdings.shares / prices.close_usd - 1) > 0.05
order by abs(deviation_ratio) desc, holdings.fund_id, holdings.security_id

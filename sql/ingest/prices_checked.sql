-- The holdings whose value per share is compared with a price of their day.
-- grain: fund_id, as_of_on, security_id
-- units: market_value_usd in US dollars

select
    held.fund_id,
    held.as_of_on,
    held.security_id,
    held.market_value_usd
from ingest.holdings_reported as held
inner join ingest.prices_at_reports as priced
    on held.security_id = priced.security_id and held.as_of_on = priced.as_of_on
where held.market_value_usd is not null

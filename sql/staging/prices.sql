-- Closing prices and share volumes, split-adjusted.
-- grain: security_id, priced_on
-- units: close_usd in US dollars per share; volume_shares in shares

with

prices as (
    select * from raw.prices
)

select
    prices.security_id,
    cast(prices.priced_on as date) as priced_on,
    cast(prices.close_usd as double) as close_usd,
    cast(prices.volume_shares as double) as volume_shares,
    prices.basis,
    prices.source
from prices

-- Daily prices of digital assets.
-- grain: coin, priced_on
-- units: close_usd in US dollars per coin

with

coin_prices as (
    select * from raw.coin_prices
)

select
    coin_prices.coin,
    cast(coin_prices.priced_on as date) as priced_on,
    cast(coin_prices.close_usd as double) as close_usd,
    coin_prices.basis,
    coin_prices.source
from coin_prices

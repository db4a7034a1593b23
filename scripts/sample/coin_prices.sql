-- Daily prices of digital assets.
-- grain: coin, priced_on
-- units: close_usd in US dollars a coin
select
    coin,
    priced_on,
    close_usd,
    basis,
    source
from sources.coin_prices

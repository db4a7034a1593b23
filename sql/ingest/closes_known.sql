-- Closes that the dataset has, of securities and of coins.
-- grain: kind, security_id, priced_on
-- units: close in US dollars; volume_shares in shares a day

select
    'security' as kind,
    prices.security_id,
    prices.priced_on,
    prices.close_usd as close,
    prices.volume_shares
from data.prices as prices
union all
select
    'coin' as kind,
    coin_prices.coin as security_id,
    coin_prices.priced_on,
    coin_prices.close_usd as close,
    cast(null as double) as volume_shares
from data.coin_prices as coin_prices

-- Every price row of the securities that need a price, whatever its day. Prices are met here and
-- nowhere else: one pass over them a question.
-- grain: security_id, priced_on
-- units: close_usd in US dollars; volume_shares in shares of the day
-- kind: table of what is asked

with

securities_priced as (
    select * from intermediate.securities_priced
),

prices as (
    select * from staging.prices
)

select
    prices.security_id,
    prices.priced_on,
    prices.close_usd,
    prices.volume_shares,
    prices.basis,
    prices.source
from prices
inner join securities_priced on prices.security_id = securities_priced.security_id
order by prices.security_id nulls first, prices.priced_on

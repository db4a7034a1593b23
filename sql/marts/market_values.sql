-- What the listed class of each security asked about is worth at the close of the as-of date.
-- Unlisted classes, preferred shares and convertibles are not in it.
-- grain: security_id
-- units: shares_outstanding in shares of the as-of day; close_usd in US dollars a share;
--   market_value_usd in US dollars
-- example: select ticker, market_value_usd from marts.market_values

with

securities_asked as (
    select * from intermediate.securities_asked
),

prices_selected as (
    select * from intermediate.prices_selected
)

select
    securities_asked.security_id,
    securities_asked.ticker,
    securities_asked.is_in_basket,
    securities_asked.shares_on,
    prices_selected.priced_on,
    securities_asked.shares_outstanding,
    prices_selected.close_usd,
    securities_asked.shares_outstanding * prices_selected.close_usd as market_value_usd
from securities_asked
inner join prices_selected on securities_asked.security_id = prices_selected.security_id
order by securities_asked.position_id

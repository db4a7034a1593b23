-- What the common shares of each security asked about are worth at the close of the as-of date,
-- unlisted classes included where their count is known. Preferred shares and convertibles are not
-- in it.
-- grain: security_id
-- units: shares_outstanding and unlisted_shares in shares of the as-of day; close_usd in US dollars a share;
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
    securities_asked.unlisted_shares,
    prices_selected.close_usd,
    (securities_asked.shares_outstanding + coalesce(securities_asked.unlisted_shares, 0))
    * prices_selected.close_usd as market_value_usd
from securities_asked
inner join prices_selected on securities_asked.security_id = prices_selected.security_id
order by securities_asked.position_id

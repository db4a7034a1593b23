-- Positions with a share count.
-- grain: fund_id, as_of_on, security_id
-- units: shares; market_value_usd in US dollars
select
    fund_id,
    as_of_on,
    security_id,
    shares,
    market_value_usd,
    basis,
    source
from sources.fund_holdings
where shares is not null

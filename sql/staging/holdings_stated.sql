-- Positions of funds in shares, those of reports that are not listed among them: an ingest under way
-- or a lost list leaves such.
-- grain: fund_id, as_of_on, security_id
-- units: shares in shares; market_value_usd in US dollars

with

holdings as (
    select * from raw.holdings
)

select
    holdings.fund_id,
    cast(holdings.as_of_on as date) as as_of_on,
    holdings.security_id,
    cast(holdings.shares as double) as shares,
    cast(holdings.market_value_usd as double) as market_value_usd,
    holdings.basis,
    holdings.source
from holdings

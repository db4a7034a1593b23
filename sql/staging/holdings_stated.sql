-- Positions of funds in shares, those of reports that are not listed among them: an ingest under way
-- or a lost list leaves such.
-- grain: fund_id, as_of_on, security_id
-- units: shares in shares; market_value_usd in US dollars; is_usable whether the shares are known, and
--   both finite and not negative

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
    holdings.source,
    -- the largest value that a file tells of itself leaves out what is no number
    coalesce(
        holdings.shares >= 0 and holdings.shares <= 1e300 and holdings.shares - holdings.shares = 0,
        false
    )
    and coalesce(
        holdings.market_value_usd >= 0
        and holdings.market_value_usd <= 1e300
        and holdings.market_value_usd - holdings.market_value_usd = 0,
        true
    ) as is_usable
from holdings

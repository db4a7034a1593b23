-- What a share of each security is worth by the positions read and by those near them in the dataset.
-- grain: security_id, as_of_on
-- units: implied_usd in US dollars a share
-- kind: table

with

valued as (
    select
        proposed.security_id,
        proposed.as_of_on,
        proposed.market_value_usd / proposed.shares as implied_usd
    from ingest.identifiers_proposed as proposed
    where proposed.shares > 0 and proposed.market_value_usd > 0
    union all
    select
        holdings.security_id,
        holdings.as_of_on,
        holdings.value_usd / holdings.shares as implied_usd
    from data.holdings_near as holdings
    where holdings.shares > 0 and holdings.value_usd > 0
)

select
    valued.security_id,
    valued.as_of_on,
    median(valued.implied_usd) as implied_usd
from valued
where valued.security_id is not null
group by valued.security_id, valued.as_of_on

-- What a share of each security that may have two keys is worth, by the positions read and by what the
-- dataset holds of it on any day.
-- grain: security_id, as_of_on
-- units: implied_usd in US dollars a share
-- kind: table

with

alike as (
    select * from ingest.securities_alike
),

wanted as (
    select alike.security_id
    from alike
    union
    select alike.kept_id as security_id
    from alike
),

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
        holdings.market_value_usd / holdings.shares as implied_usd
    from ingest.holdings_alike as holdings
    where holdings.shares > 0 and holdings.market_value_usd > 0
)

select
    valued.security_id,
    valued.as_of_on,
    median(valued.implied_usd) as implied_usd
from valued
inner join wanted on valued.security_id = wanted.security_id
group by valued.security_id, valued.as_of_on

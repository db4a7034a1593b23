-- Observed holdings of the trackers of each index in each security.
-- grain: index_id, security_id
-- units: observed_shares in shares of the as-of day
-- kind: table

with

holdings_of_trackers as (
    select * from intermediate.holdings_of_trackers
)

select
    holdings_of_trackers.provider_id,
    holdings_of_trackers.index_id,
    holdings_of_trackers.security_id,
    sum(holdings_of_trackers.shares) as observed_shares,
    count(*) as funds_count
from holdings_of_trackers
group by
    holdings_of_trackers.provider_id,
    holdings_of_trackers.index_id,
    holdings_of_trackers.security_id
order by holdings_of_trackers.index_id nulls first, holdings_of_trackers.security_id nulls first

-- Every fund report used is newer than --max-age allows.
-- says: fund reports older than --max-age are used
-- severity: warn
-- scope: question
-- remedy: Ingest a newer report of the fund, or raise --max-age.

with

holdings_of_trackers as (
    select * from intermediate.holdings_of_trackers
)

select
    concat_ws(' ', holdings_of_trackers.provider_id, holdings_of_trackers.fund_name) as subject,
    concat_ws(' ', 'last read on', holdings_of_trackers.as_of_on) as fact
from holdings_of_trackers
where holdings_of_trackers.is_stale
group by
    holdings_of_trackers.provider_id,
    holdings_of_trackers.fund_name,
    holdings_of_trackers.as_of_on

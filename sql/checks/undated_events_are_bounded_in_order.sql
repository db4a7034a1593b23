-- Where the day of an event is not known, the first day it may be is not after the last.
-- says: events without a day have bounds that cannot be
-- severity: refuse
-- scope: question
-- remedy: Correct earliest_on and latest_on in decisions.parquet, or leave them empty.

with

decisions as (
    select * from staging.decisions
)

select
    decisions.decision_id as subject,
    concat_ws(' ', 'from', decisions.earliest_on, 'until', decisions.latest_on) as fact
from decisions
where
    decisions.earliest_on > decisions.latest_on
    or decisions.earliest_on > decisions.happens_on
    or decisions.latest_on < decisions.happens_on

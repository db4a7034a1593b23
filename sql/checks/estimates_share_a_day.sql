-- Tracked AUM, net assets and index weight of each tracked-AUM estimate are of one day.
-- says: tracked AUM, net assets and weights of different days are combined as they stand
-- severity: warn
-- scope: question
-- remedy: Flows and index returns between the days are unknown; add figures of one day.

with

uncovered_estimated as (
    select * from intermediate.uncovered_estimated
)

select
    uncovered_estimated.index_id as subject,
    concat_ws(
        ' ', 'figures from', uncovered_estimated.earliest_on, 'to', uncovered_estimated.latest_on
    ) as fact
from uncovered_estimated
where
    uncovered_estimated.uncovered_shares is not null
    and uncovered_estimated.earliest_on < uncovered_estimated.latest_on
group by
    uncovered_estimated.index_id,
    uncovered_estimated.earliest_on,
    uncovered_estimated.latest_on

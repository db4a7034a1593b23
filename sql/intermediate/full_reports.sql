-- The newest visible report of each fund that lists all it holds: what it does not list of then on
-- the fund does not hold.
-- grain: fund_id
-- units: as_of_on the day of the report

with

reports_visible as (
    select * from intermediate.reports_visible
)

select
    reports_visible.fund_id,
    max(reports_visible.as_of_on) as as_of_on
from reports_visible
where reports_visible.holdings_scope = 'full'
group by reports_visible.fund_id

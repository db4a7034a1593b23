-- Under --known-on, every fund report says when it was published.
-- says: fund reports without a publication date are left out under --known-on
-- severity: warn
-- scope: question
-- remedy: Add published_on to fund_reports; a report without it counts as not yet public.

with

assumptions as (
    select * from scenario.assumptions
),

fund_reports as (
    select * from staging.fund_reports
)

select
    fund_reports.fund_id as subject,
    concat_ws(' ', 'the report of', fund_reports.as_of_on, 'is left out') as fact
from fund_reports
cross join assumptions
where
    assumptions.known_on is not null
    and fund_reports.published_on is null
    and fund_reports.as_of_on <= assumptions.as_of_on

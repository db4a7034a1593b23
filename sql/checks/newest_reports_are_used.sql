-- No fund has a report after the as-of day.
-- says: reports of funds after the as-of day are left out
-- severity: note
-- scope: question
-- remedy: Ask with a later --as-of, where they should count.

with

assumptions as (
    select * from scenario.assumptions
),

fund_reports as (
    select * from staging.fund_reports
),

funds as (
    select * from staging.funds
),

newest as (
    select
        fund_reports.fund_id,
        max(fund_reports.as_of_on) as as_of_on
    from fund_reports
    group by fund_reports.fund_id
)

select
    coalesce(funds.fund_name, newest.fund_id) as subject,
    concat_ws(' ', 'report of', newest.as_of_on) as fact
from newest
cross join assumptions
left join funds on newest.fund_id = funds.fund_id
where newest.as_of_on > assumptions.as_of_on

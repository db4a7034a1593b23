-- Reports of funds that state no series id, but the name that a series bore on their day.
-- grain: report_id
-- units: fund_id the series of that name
-- kind: view

with

reports as (
    select * from parsed.reports
),

names as (
    select * from ingest.fund_names_dated
)

select
    reports.report_id,
    names.fund_id
from reports
inner join names on lower(trim(reports.fund_name)) = lower(names.fund_name)
where
    reports.holder = 'fund'
    and reports.fund_id not similar to 'S[0-9]{9}'
    and reports.as_of_on >= coalesce(cast(names.valid_from_on as date), date '0001-01-01')
    and reports.as_of_on <= coalesce(cast(names.valid_to_on as date), date '9999-12-31')
    and not exists (
        select 1
        from data.funds
        where data.funds.fund_id = reports.fund_id
    )

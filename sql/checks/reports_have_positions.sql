-- Every report of a fund that tracks an index has positions.
-- says: reports of index funds have no position: what they list is lost, or counts as sold
-- severity: warn
-- scope: small
-- remedy: Restore the months of holdings from the dataset's source, or ingest the reports again.

with

fund_reports as (
    select * from staging.fund_reports
),

funds as (
    select * from staging.funds
),

positions_summed as (
    select * from intermediate.positions_summed
)

select
    fund_reports.fund_id as subject,
    concat_ws(' ', 'the report of', fund_reports.as_of_on) as fact
from fund_reports
inner join funds on fund_reports.fund_id = funds.fund_id
left join positions_summed
    on
        fund_reports.fund_id = positions_summed.fund_id
        and fund_reports.as_of_on = positions_summed.as_of_on
where
    funds.index_id is not null
    and positions_summed.fund_id is null

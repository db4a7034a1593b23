-- Every holding of the securities asked about belongs to a fund report and a known fund.
-- says: holdings without a fund report or a known fund are left out
-- severity: warn
-- scope: question
-- remedy: Add the missing fund or report; until then the holding is left out.

with

holdings_asked as (
    select * from intermediate.holdings_asked
),

fund_reports as (
    select * from staging.fund_reports
),

funds as (
    select * from staging.funds
),

reports_met as (
    select * from intermediate.reports_met
),

left_out as (
    select
        reports_met.fund_id,
        reports_met.as_of_on
    from reports_met
    left join fund_reports
        on
            reports_met.fund_id = fund_reports.fund_id
            and reports_met.as_of_on = fund_reports.as_of_on
    left join funds on reports_met.fund_id = funds.fund_id
    where fund_reports.fund_id is null or funds.fund_id is null
)

select
    holdings_asked.fund_id as subject,
    concat_ws(
        ' ', 'holding of', holdings_asked.security_id, 'on', holdings_asked.as_of_on, 'is left out'
    ) as fact
from holdings_asked
inner join left_out
    on holdings_asked.fund_id = left_out.fund_id and holdings_asked.as_of_on = left_out.as_of_on

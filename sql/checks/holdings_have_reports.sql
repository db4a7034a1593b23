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
)

select
    holdings_asked.fund_id as subject,
    concat_ws(
        ' ', 'holding of', holdings_asked.security_id, 'on', holdings_asked.as_of_on, 'is left out'
    ) as fact
from holdings_asked
left join fund_reports
    on
        holdings_asked.fund_id = fund_reports.fund_id
        and holdings_asked.as_of_on = fund_reports.as_of_on
left join funds on holdings_asked.fund_id = funds.fund_id
where fund_reports.fund_id is null or funds.fund_id is null

-- Every holding of the securities asked about belongs to a fund report and a known fund.
-- says: holdings without a fund report or a known fund are left out
-- severity: warn
-- scope: question
-- remedy: Add the missing fund or report; until then the holding is left out.

with

securities as (
    select * from scenario.securities
),

holdings as (
    select * from staging.holdings
),

fund_reports as (
    select * from staging.fund_reports
),

funds as (
    select * from staging.funds
)

select
    holdings.fund_id as subject,
    concat_ws(
        ' ', 'holding of', holdings.security_id, 'on', holdings.as_of_on, 'is left out'
    ) as fact
from holdings
inner join securities on holdings.security_id = securities.security_id
left join fund_reports
    on
        holdings.fund_id = fund_reports.fund_id
        and holdings.as_of_on = fund_reports.as_of_on
left join funds on holdings.fund_id = funds.fund_id
where fund_reports.fund_id is null or funds.fund_id is null

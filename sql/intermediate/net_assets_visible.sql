-- The net assets of funds that a reader could know: on or before the as-of date and, where the
-- question sets a known-on date, of a report published by then, or of a day by then where no report
-- of the fund has that day.
-- grain: fund_id, as_of_on
-- units: net_assets_usd in US dollars

with

assumptions as (
    select * from scenario.assumptions
),

fund_net_assets as (
    select * from staging.fund_net_assets
),

fund_reports as (
    select * from staging.fund_reports
)

select
    fund_net_assets.fund_id,
    fund_net_assets.as_of_on,
    fund_net_assets.net_assets_usd
from fund_net_assets
cross join assumptions
left join fund_reports
    on
        fund_net_assets.fund_id = fund_reports.fund_id
        and fund_net_assets.as_of_on = fund_reports.as_of_on
where
    fund_net_assets.as_of_on <= assumptions.facts_until_on
    and (
        assumptions.known_on is null
        or fund_reports.fund_id is null
        or fund_reports.published_on <= assumptions.known_on
    )

-- Listings of positions with share counts.
-- grain: fund_id, as_of_on
-- units: none

with

fund_reports as (
    select * from raw.fund_reports
)

select
    fund_reports.fund_id,
    cast(fund_reports.as_of_on as date) as as_of_on,
    fund_reports.holdings_scope,
    cast(fund_reports.published_on as date) as published_on,
    fund_reports.file_digest,
    fund_reports.basis,
    fund_reports.source
from fund_reports

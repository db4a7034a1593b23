-- Listings of positions with share counts.
-- grain: fund_id, as_of_on
-- units: _ratio 0-1

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
    cast(fund_reports.matched_row_ratio as double) as matched_row_ratio,
    cast(fund_reports.matched_value_ratio as double) as matched_value_ratio,
    fund_reports.basis,
    fund_reports.source
from fund_reports

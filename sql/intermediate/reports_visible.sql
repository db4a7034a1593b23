-- The fund reports a reader could know: on or before the as-of date and, where the question sets
-- a known-on date, published by then.
-- grain: fund_id, as_of_on
-- units: _ratio 0-1

with

assumptions as (
    select * from scenario.assumptions
),

fund_reports as (
    select * from staging.fund_reports
)

select
    fund_reports.fund_id,
    fund_reports.as_of_on,
    fund_reports.holdings_scope,
    fund_reports.published_on,
    fund_reports.matched_row_ratio,
    fund_reports.matched_value_ratio,
    fund_reports.as_of_on < assumptions.oldest_on as is_stale
from fund_reports
cross join assumptions
where
    fund_reports.as_of_on <= assumptions.as_of_on
    and (
        assumptions.known_on is null
        or fund_reports.published_on <= assumptions.known_on
    )

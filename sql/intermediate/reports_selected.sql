-- The newest visible report of each fund.
-- grain: fund_id
-- units: _ratio 0-1

with

reports_visible as (
    select * from intermediate.reports_visible
),

ranked as (
    select
        reports_visible.fund_id,
        reports_visible.as_of_on,
        reports_visible.holdings_scope,
        reports_visible.published_on,
        reports_visible.matched_row_ratio,
        reports_visible.matched_value_ratio,
        reports_visible.is_stale,
        row_number() over (
            partition by reports_visible.fund_id
            order by reports_visible.as_of_on desc
        ) as newest_rank
    from reports_visible
)

select
    ranked.fund_id,
    ranked.as_of_on,
    ranked.holdings_scope,
    ranked.published_on,
    ranked.matched_row_ratio,
    ranked.matched_value_ratio,
    ranked.is_stale
from ranked
where ranked.newest_rank = 1

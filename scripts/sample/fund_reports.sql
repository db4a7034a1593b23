-- The days a fund's positions were read with share counts. The facts keep only securities in
-- question, so each report is an excerpt unless full_reports names it: the whole file was searched,
-- and what it does not list is not held. Its basis is the most cautious of its rows.
-- grain: fund_id, as_of_on
-- units: none
with

read as (
    select
        fund_id,
        as_of_on,
        max_by(
            basis,
            list_position(['reported', 'derived', 'inferred', 'calibrated', 'illustrative'], basis)
        ) as basis,
        string_agg(distinct source, ' ; ' order by source) as source
    from sources.fund_holdings
    where shares is not null
    group by fund_id, as_of_on
)

select
    read.fund_id,
    read.as_of_on,
    case when full_reports.fund_id is null then 'excerpt' else 'full' end as holdings_scope,
    null as published_on,
    null as file_digest,
    null as matched_row_ratio,
    null as matched_value_ratio,
    read.basis,
    read.source
from read
left join sources.full_reports
    on read.fund_id = full_reports.fund_id and read.as_of_on = full_reports.as_of_on

-- The full reports taken whose equity positions can be compared with another portfolio: enough of
-- them, and worth about the whole fund.
-- grain: report_id
-- units: securities_count in securities; equities_usd in US dollars; leading_ids the five largest
-- kind: table

with

summed as (
    select
        holdings.report_id,
        count(*) as securities_count,
        sum(holdings.market_value_usd) as equities_usd,
        max_by(holdings.security_id, holdings.market_value_usd, 5) as leading_ids
    from ingest.holdings_summed as holdings
    where holdings.market_value_usd > 0
    group by holdings.report_id
    having count(*) >= 30
)

select
    reports.report_id,
    reports.fund_id,
    reports.as_of_on,
    summed.securities_count,
    summed.equities_usd,
    summed.leading_ids
from summed
inner join ingest.reports_taken as reports on summed.report_id = reports.report_id
where
    reports.holder = 'fund'
    and reports.holdings_scope = 'full'
    and (
        reports.net_assets_usd is null
        or summed.equities_usd between 0.9 * reports.net_assets_usd and 1.05 * reports.net_assets_usd
    )

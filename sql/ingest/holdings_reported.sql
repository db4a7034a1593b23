-- The holdings of the reports taken, with who holds them and when.
-- grain: report_id, security_id
-- units: shares in shares; market_value_usd in US dollars; row_count in positions
-- kind: view

select
    holdings.report_id,
    holdings.security_id,
    reports.holder,
    reports.fund_id,
    reports.as_of_on,
    holdings.row_count,
    holdings.shares,
    holdings.market_value_usd,
    reports.basis,
    reports.source
from ingest.holdings_summed as holdings
inner join ingest.reports_taken as reports on holdings.report_id = reports.report_id

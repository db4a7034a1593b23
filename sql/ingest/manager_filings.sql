-- Manager-level positions by filing, so that amendments count in whatever order they are read.
-- grain: manager_id, as_of_on, accession, security_id
-- units: shares in shares
-- kind: table

select
    holdings.fund_id as manager_id,
    holdings.as_of_on,
    coalesce(reports.accession, reports.file_digest) as accession,
    reports.published_on as filed_on,
    reports.is_addition,
    holdings.security_id,
    sum(holdings.shares) as shares,
    min(holdings.source) as source
from ingest.holdings_reported as holdings
inner join ingest.reports_taken as reports on holdings.report_id = reports.report_id
where holdings.holder = 'manager'
group by
    holdings.fund_id, holdings.as_of_on, reports.accession, reports.file_digest,
    reports.published_on, reports.is_addition, holdings.security_id

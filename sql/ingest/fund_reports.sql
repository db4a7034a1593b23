-- The reports taken, as the dataset lists them.
-- grain: fund_id, as_of_on
-- units: none
-- kind: table

select
    reports.fund_id,
    reports.as_of_on,
    reports.holdings_scope,
    reports.published_on,
    reports.file_digest,
    reports.basis,
    reports.source
from ingest.reports_taken as reports
where reports.holder = 'fund'

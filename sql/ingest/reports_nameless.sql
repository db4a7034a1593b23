-- Full reports with rows that could not be read and name no security: no absence in them counts.
-- grain: report_id
-- units: none
-- kind: table

select distinct reports.report_id
from ingest.reports_taken as reports
inner join parsed.rejects as rejects on reports.file_digest = rejects.file_digest
where
    reports.holder = 'fund'
    and reports.holdings_scope = 'full'
    and rejects.reason != 'filing_not_in_SUBMISSION'
    and (
        reports.accession is null
        or coalesce(regexp_extract(rejects.value, '\d{10}-\d{2}-\d{6}'), '')
        in ('', reports.accession)
    )

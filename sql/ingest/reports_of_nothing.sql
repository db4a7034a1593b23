-- Reports that list nothing, or equities of which not one can be used.
-- grain: report_id
-- units: none
-- kind: table

select taken.report_id
from ingest.reports_taken as taken
left join parsed.positions as positions on taken.report_id = positions.report_id
left join ingest.identifiers_resolved as resolved on positions.key_id = resolved.key_id
group by taken.report_id
having
    count(positions.report_id) = 0
    or (
        count(*) filter (where positions.kind = 'equity') > 0
        and count(resolved.security_id) = 0
    )

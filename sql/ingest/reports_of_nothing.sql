-- Reports that list nothing, or equities of which not one can be used.
-- grain: report_id
-- units: none
-- kind: table

with

-- a position taken names a security unless the way it does is one of these
nameless as (
    select resolved.key_id
    from ingest.identifiers_resolved as resolved
    where resolved.security_id is null
)

select taken.report_id
from ingest.reports_taken as taken
left join parsed.positions as positions on taken.report_id = positions.report_id
left join nameless on positions.key_id = nameless.key_id
group by taken.report_id
having
    count(positions.report_id) = 0
    or (
        count(*) filter (where positions.kind = 'equity') > 0
        and count(*) filter (where positions.key_id is not null and nameless.key_id is null) = 0
    )

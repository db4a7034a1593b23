-- Weights that files of weights state, summed where several positions are one security.
-- grain: fund_id, as_of_on, security_id
-- units: weight_ratio 0-1

with

positions as (
    select * from parsed.positions
),

reports as (
    select * from ingest.reports_taken
),

resolved as (
    select * from ingest.identifiers_resolved
)

select
    reports.fund_id,
    reports.as_of_on,
    resolved.security_id,
    sum(positions.weight_ratio) as weight_ratio,
    any_value(reports.basis) as basis,
    any_value(reports.source) as source
from positions
inner join reports on positions.report_id = reports.report_id
inner join resolved on positions.key_id = resolved.key_id
where reports.holder = 'weights' and resolved.security_id is not null
group by reports.fund_id, reports.as_of_on, resolved.security_id

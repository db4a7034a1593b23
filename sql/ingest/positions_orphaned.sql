-- Positions of the source being read whose filing it does not list, as rows of parsed.rejects.
-- grain: row_number
-- units: row_number counts the rows of the file
-- kind: view

with

positions as (
    select * from parsed.positions
),

origin as (
    select * from ingest.origin
)

select
    origin.file_name,
    origin.file_digest,
    positions.row_number,
    positions.refusal as reason,
    positions.refused_value as value,
    positions.issuer_name
from positions
cross join origin
where positions.report_id = -1

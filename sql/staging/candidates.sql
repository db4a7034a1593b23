-- Who may be excluded; preferred shares never.
-- grain: list_id, security_id
-- units: none

with

candidates as (
    select * from raw.candidates
)

select
    candidates.list_id,
    candidates.security_id,
    cast(candidates.listed_on as date) as listed_on,
    candidates.basis,
    candidates.source
from candidates

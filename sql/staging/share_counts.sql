-- Shares outstanding over time.
-- grain: security_id, as_of_on
-- units: shares in shares

with

share_counts as (
    select * from raw.share_counts
)

select
    share_counts.security_id,
    cast(share_counts.as_of_on as date) as as_of_on,
    cast(share_counts.shares as double) as shares,
    share_counts.basis,
    share_counts.source
from share_counts

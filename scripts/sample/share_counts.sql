-- Shares outstanding of the listed class on a day.
-- grain: security_id, as_of_on
-- units: shares
select
    security_id,
    as_of_on,
    shares,
    basis,
    source
from sources.share_counts

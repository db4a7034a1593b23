-- Ratings and targets of the JPMorgan miners note.
-- grain: broker, published_on, security_id
-- units: targets in US dollars a share
select
    estimator as broker,
    published_on,
    security_id,
    rating_old as rating_before,
    rating_new as rating_after,
    target_old_usd as target_before_usd,
    target_new_usd as target_after_usd,
    hpc_detail as hpc_note,
    basis,
    source
from sources.miners_note

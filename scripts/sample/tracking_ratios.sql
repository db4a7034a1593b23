-- What share of Strategy's Class A the trackers of each provider are set to hold.
-- grain: provider_id, applies_to_id, as_of_on
-- units: tracking_ratio 0-1 of shares outstanding
select
    provider_id,
    applies_to_id,
    as_of_on,
    applies_to,
    tracking_ratio,
    denominator,
    basis,
    source
from sources.tracking_ratios

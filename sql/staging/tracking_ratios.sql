-- Share of a security that all trackers of a provider hold.
-- grain: provider_id, applies_to_id, as_of_on
-- units: tracking_ratio in a ratio (0-1)

with

tracking_ratios as (
    select * from raw.tracking_ratios
)

select
    tracking_ratios.provider_id,
    tracking_ratios.applies_to_id,
    cast(tracking_ratios.as_of_on as date) as as_of_on,
    tracking_ratios.applies_to,
    cast(tracking_ratios.tracking_ratio as double) as tracking_ratio,
    tracking_ratios.denominator,
    tracking_ratios.basis,
    tracking_ratios.source
from tracking_ratios

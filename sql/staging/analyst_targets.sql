-- Analysts' ratings and price targets.
-- grain: broker, published_on, security_id
-- units: target_before_usd and target_after_usd in US dollars a share; hpc_capacity_mw in
--   megawatts, the first such figure of hpc_note, null where it names none

with

analyst_targets as (
    select * from raw.analyst_targets
)

select
    analyst_targets.broker,
    cast(analyst_targets.published_on as date) as published_on,
    analyst_targets.security_id,
    analyst_targets.rating_before,
    analyst_targets.rating_after,
    cast(analyst_targets.target_before_usd as double) as target_before_usd,
    cast(analyst_targets.target_after_usd as double) as target_after_usd,
    analyst_targets.hpc_note,
    try_cast(
        nullif(regexp_extract(analyst_targets.hpc_note, '([0-9]+) MW', 1), '') as double
    ) as hpc_capacity_mw,
    analyst_targets.basis,
    analyst_targets.source
from analyst_targets

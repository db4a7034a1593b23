-- Share splits.
-- grain: security_id, effective_on
-- units: split_ratio in new shares per old share

with

splits as (
    select * from raw.splits
)

select
    splits.security_id,
    cast(splits.effective_on as date) as effective_on,
    cast(splits.split_ratio as double) as split_ratio,
    splits.basis,
    splits.source
from splits

-- Share splits.
-- grain: security_id, effective_on
-- units: split_ratio in new shares per old share
select
    security_id,
    effective_on,
    split_ratio,
    basis,
    source
from sources.splits
